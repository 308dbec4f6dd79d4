"""The dossier of a version: every entry about it and its parents, and no other."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as changed

import builders as make
from dossiers import dossier_of
from oneseek.domain.decisions.lookup import find_dataset, find_version
from oneseek.domain.dossier import Dossier, gather
from oneseek.domain.errors import CannotCheck, LedgerBroken
from oneseek.domain.events import RegistryReset, VersionActivated, VersionWithdrawn
from oneseek.domain.state.documents import Version
from oneseek.domain.usecases.certify import certify
from oneseek.domain.usecases.register_dataset import register_dataset
from oneseek.domain.usecases.train import train
from workbench import ROWS, VERIFIER_SCRIPT, FakeTrainer, Workbench


def find(bench: Workbench, text: str) -> Version:
    with bench.ledger.view() as view:
        return find_version(view, text)


def dossier(bench: Workbench, version: Version) -> Dossier:
    with bench.ledger.view() as view:
        return gather(bench.ledger, view, bench.objects.read, version)


def continued(bench: Workbench, parent: Version) -> Version:
    """Certify a version that continues from ``parent`` and is evaluated on other rows."""
    register_dataset(
        bench.ports, name="held", data=ROWS.replace(b"Fr\xc3\xa5ga", b"Undran"), language=None
    )
    with bench.ledger.view() as view:
        held = find_dataset(view, "held")
    order = replace(bench.order("t3"), parent=parent, evaluation=held)
    train(bench.ports, FakeTrainer(b"t3"), order, lambda _: None)
    return find(bench, certify(bench.ports, "t3", VERIFIER_SCRIPT))


def kinds(found: Dossier) -> list[tuple[int, str]]:
    return [(told.index, told.event.kind.removesuffix("/v1")) for told in found.entries()]


def test_it_holds_every_entry_of_a_version_in_order_and_none_of_another(
    stocked: Workbench,
) -> None:
    version = find(stocked, "1.0")
    found = dossier(stocked, version)
    assert kinds(found) == [
        (0, "ledger-opened"), (1, "key-added"), (2, "base-model-registered"),
        (3, "dataset-registered"), (4, "training-started"), (5, "training-completed"),
        (6, "metrics-measured"), (7, "version-numbered"), (8, "version-certified"),
    ]  # fmt: skip
    assert found.origin == make.ORIGIN
    assert found.size == stocked.ledger.head().size
    record = found.subject
    assert record.version == version
    assert record.manifest.digest == version.manifest
    assert {file.path for file in record.base_files.files} == {"config.json", "model.safetensors"}
    assert record.certified.event.dna == version.dna
    assert record.certified.time == record.certified.entry.time
    assert record.evaluation is None


def test_what_happened_to_a_version_belongs_to_it_and_what_ended_it_too(stocked: Workbench) -> None:
    one, two = find(stocked, "1.0"), find(stocked, "2.0")
    first = stocked.ledger.head().size

    def activation(version: Version, previous: Version | None) -> VersionActivated:
        return VersionActivated(
            manifest=version.manifest,
            dna=version.dna,
            previous=previous.manifest if previous else None,
        )

    stocked.append(activation(one, None))
    stocked.append(activation(two, one))
    stocked.append(
        VersionWithdrawn(manifest=two.manifest, dna=two.dna, reason="wrong", was_active=True)
    )
    stocked.append(make.registry_reset())
    stocked.append(make.signed(), changed(make.signed(), manifest=one.manifest, dna=one.dna))
    stocked.append(changed(make.reproduced(), manifest=one.manifest, dna=one.dna))
    stocked.append(changed(make.restored(), manifest=one.manifest, dna=one.dna))
    about_one = dossier(stocked, one).subject
    assert [told.index - first for told in about_one.registry] == [0, 1, 3, 7]
    assert [told.index - first for told in about_one.signed] == [5]
    assert [told.index - first for told in about_one.reproduced] == [6]
    about_two = dossier(stocked, two).subject
    assert [told.index - first for told in about_two.registry] == [1, 2, 3]


def test_a_reset_before_a_version_was_certified_does_not_concern_it(bench: Workbench) -> None:
    bench.add_materials()
    bench.append(make.registry_reset())
    version = find(bench, bench.certify("t1"))
    assert dossier(bench, version).subject.registry == ()
    bench.append(make.registry_reset())
    (told,) = dossier(bench, version).subject.registry
    assert isinstance(told.event, RegistryReset)


def test_the_versions_that_it_continues_from_come_with_it(stocked: Workbench) -> None:
    parent = find(stocked, "2.0")
    child = continued(stocked, parent)
    found = dossier(stocked, child)
    assert [record.version.dna for record in found.versions] == [child.dna, parent.dna]
    held = found.subject.evaluation
    assert held is not None
    assert held.event.name == "held"
    assert held in found.entries()
    indices = [told.index for told in found.entries()]
    assert indices == sorted(set(indices))
    assert {parent.index, child.index} <= set(indices)
    assert find(stocked, "1.0").index not in indices


def test_what_is_appended_after_the_view_is_left_out(stocked: Workbench) -> None:
    version = find(stocked, "1.0")
    with stocked.ledger.view() as view:
        stocked.as_actor("bo").ledger.append(
            [make.entry(make.registry_reset(), 1, "2030-01-01T00:00:00.000000Z")], {"registry": 0}
        )
        assert gather(stocked.ledger, view, stocked.objects.read, version).subject.registry == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"training": "t9"},
        {"base": make.digest("no base")},
        {"dataset": make.digest("no dataset")},
        {"index": 2},
        {"index": -1},
        {"index": 9999},
        {"language": "en"},
        {"parent": make.digest("nobody")},
    ],
    ids=str,
)
def test_documents_that_do_not_belong_together_are_refused(
    wrong: dict[str, object], stocked: Workbench
) -> None:
    version = changed(find(stocked, "1.0"), **wrong)
    with pytest.raises(LedgerBroken):
        dossier(stocked, version)


def test_a_version_among_its_own_ancestors_is_refused(stocked: Workbench) -> None:
    version = find(stocked, "1.0")
    with pytest.raises(LedgerBroken, match="no version"):
        dossier(stocked, changed(version, parent=version.manifest))


def test_a_ledger_without_its_opening_has_no_dossier(blank: Workbench) -> None:
    blank.append(make.key_added())
    blank.add_materials()
    version = find(blank, blank.certify("t1"))
    with pytest.raises(LedgerBroken, match="opening"):
        dossier(blank, version)


def test_an_evaluation_dataset_that_nobody_registered_is_refused(stocked: Workbench) -> None:
    version = find(stocked, "1.0")
    started = changed(make.started("t8"), evaluation=make.digest("lost"))
    stocked.append(changed(started, base=version.base, dataset=version.dataset))
    stocked.append(make.completed("t8"))
    stocked.append(changed(make.numbered(8), training="t8"))
    with pytest.raises(LedgerBroken, match="dataset-registered"):
        dossier(stocked, changed(version, training="t8"))


def test_further_names_of_the_same_bytes_come_with_it(stocked: Workbench) -> None:
    version = find(stocked, "1.0")
    first = stocked.ledger.head().size
    stocked.append(changed(make.base("small", licence="mit"), manifest=version.base))
    stocked.append(changed(make.dataset("same"), dataset=version.dataset), make.dataset("other"))
    found = dossier(stocked, version)
    assert [told.index - first for told in found.subject.again] == [0, 1]
    assert all(told in found.entries() for told in found.subject.again)
    held = changed(make.started("t9"), evaluation=version.dataset, dataset=version.dataset)
    stocked.append(changed(held, base=version.base), make.completed("t9"))
    stocked.append(changed(make.numbered(9), training="t9"))
    about = dossier(stocked, changed(version, training="t9")).subject
    assert [told.index - first for told in about.again] == [0, 1]


def test_a_lineage_ends_at_an_imported_version(heir_dossier: Dossier) -> None:
    ancestor = heir_dossier.ancestor
    assert ancestor is not None
    assert heir_dossier.parent is ancestor
    assert [record.version.major for record in heir_dossier.versions] == [3]
    assert heir_dossier.subject.version.parent == ancestor.version.manifest
    kinds = [told.event.kind for told in ancestor.entries()]
    assert kinds == ["version-imported/v1", "base-identified/v1", "version-signed/v1"]
    told = {item.index for item in heir_dossier.entries()}
    assert {item.index for item in ancestor.entries()} <= told


def test_of_an_imported_version_there_is_no_dossier(
    heir_dossier: Dossier, stocked: Workbench
) -> None:
    assert heir_dossier.ancestor is not None
    dna = heir_dossier.ancestor.version.dna
    with pytest.raises(CannotCheck, match="was imported") as caught:
        dossier_of(stocked, dna)
    assert f"oneseek show {dna}" in str(caught.value.hint)
