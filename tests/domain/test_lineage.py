"""Lineage: from a version back to its base model, whatever the history has lost or looped."""

from msgspec.structs import replace

from builders import BASE, DATASET, TRAINING, digest, dna, manifest, version
from oneseek.domain.lineage import Material, lineage
from oneseek.domain.state.documents import Version, VersionName
from oneseek.domain.state.store import DictState


def state(*versions: Version) -> DictState:
    made = DictState()
    made.put(BASE.manifest, BASE)
    made.put(DATASET.dataset, DATASET)
    for item in versions:
        made.put(item.dna, item)
        made.put(item.manifest, VersionName(dna=item.dna))
        training = replace(
            TRAINING, training=item.training, weights=item.weights, ended=item.index - 2
        )
        made.put(item.training, training)
    return made


def test_a_version_leads_to_its_base_model_with_its_direct_inputs() -> None:
    first = version(1, index=8)
    steps = lineage(state(first), first)
    assert [(step.what, step.name, step.digest, step.index) for step in steps] == [
        ("version", dna(1), manifest(1), 8),
        ("base model", "tiny", digest("tiny"), 2),
    ]
    assert steps[0].inputs == (
        Material("dataset", "identity", digest("identity"), 3),
        Material("training", "t1", digest("weights of t1"), 6),
    )
    assert steps[1].inputs == ()


def test_a_version_that_continues_from_others_names_them_all() -> None:
    first = version(1, index=8)
    second = replace(version(2, index=12), parent=manifest(1))
    third = replace(version(3, index=16), parent=manifest(2))
    steps = lineage(state(first, second, third), third)
    assert [step.index for step in steps] == [16, 12, 8, 2]


def test_a_gap_in_the_history_ends_the_lineage_where_it_is() -> None:
    second = replace(version(2), parent=manifest(1))
    assert [step.what for step in lineage(state(second), second)] == ["version", "base model"]
    empty = DictState()
    steps = lineage(empty, second)
    assert [(step.what, step.inputs) for step in steps] == [("version", ())]


def test_versions_that_claim_to_continue_from_each_other_end_too() -> None:
    first = replace(version(1), parent=manifest(2))
    second = replace(version(2), parent=manifest(1))
    assert [step.name for step in lineage(state(first, second), first)] == [dna(1), dna(2), "tiny"]
