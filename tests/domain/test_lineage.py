"""Lineage: from a version back to its base model, whatever the history has lost or looped."""

from msgspec.structs import replace

from builders import (
    BASE,
    DATASET,
    OLD_DNA,
    TRAINING,
    digest,
    dna,
    imported,
    indexed,
    manifest,
    opened,
    version,
)
from oneseek.domain.lineage import NOT_IDENTIFIED, Material, lineage
from oneseek.domain.state.documents import RecordedVersion, Version, VersionName
from oneseek.domain.state.fold import apply
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


def old(**facts: object) -> DictState:
    """Return the state of a ledger with one imported version."""
    made = state()
    for index, item in indexed((opened(), imported(**facts))):  # type: ignore[arg-type]
        apply(made, index, item)
    return made


def test_of_an_imported_version_only_the_name_of_its_base_is_known() -> None:
    made = old()
    found = made.get(Version, OLD_DNA)
    assert found is not None
    step, base = lineage(made, found)
    assert (step.evidence, step.inputs, step.index) == ("asserted", (), 1)
    assert step.imported == found.imported
    assert (base.name, base.digest, base.index) == ("KB-Llama-3.1-8B-Swedish", None, None)
    assert base.evidence == NOT_IDENTIFIED


def test_a_base_that_no_record_names_is_called_not_recorded() -> None:
    made = old(weights=None, form="none")
    found = made.get(RecordedVersion, OLD_DNA)
    assert found is not None
    assert lineage(made, found)[-1].name == "KB-Llama-3.1-8B-Swedish"
    assert lineage(made, replace(found, base_name=None))[-1].name == "not recorded"


def test_a_base_that_was_identified_ends_the_lineage() -> None:
    made = old(base=digest("tiny"))
    found = made.get(Version, OLD_DNA)
    assert found is not None
    assert [each.name for each in lineage(made, found)] == [OLD_DNA, "tiny"]


def test_a_version_of_ours_may_continue_from_an_imported_one() -> None:
    made = old(base=digest("tiny"))
    found = made.get(Version, OLD_DNA)
    assert found is not None
    child = replace(version(2), parent=found.manifest)
    made.put(child.dna, child)
    names = [(each.name, each.evidence) for each in lineage(made, child)]
    assert names == [(dna(2), "observed"), (OLD_DNA, "asserted"), ("tiny", "observed")]
