"""What a backup of a version is to hold: everything of its own, each object once."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as changed

import builders as make
from oneseek.domain.backup_contents import certified_contents, imported_contents
from oneseek.domain.dossier import Dossier
from oneseek.domain.errors import NotFound
from oneseek.domain.manifest import Manifest
from oneseek.domain.state.documents import Signature
from workbench import Workbench


def whats(dossier: Dossier, bench: Workbench) -> list[str]:
    return [item.what for item in certified_contents(dossier, bench.objects.read)]


def test_the_folder_comes_first_and_is_vital(first_dossier: Dossier, stocked: Workbench) -> None:
    wanted = certified_contents(first_dossier, stocked.objects.read)
    vital = [item for item in wanted if item.vital]
    subject = first_dossier.subject
    assert [item.digest for item in vital] == list(
        dict.fromkeys([subject.version.manifest, *(f.digest for f in subject.manifest.files)])
    )
    assert wanted[: len(vital)] == tuple(vital)
    assert len({item.digest for item in wanted}) == len(wanted)


def test_what_the_training_left_and_its_dataset_go_along(
    first_dossier: Dossier, stocked: Workbench
) -> None:
    found = whats(first_dossier, stocked)
    for what in (
        "manifest.json",
        "adapter_model.safetensors",
        "order of the rows in its training",
        "losses of its training",
        "list of the files that its training produced",
        "rows that it was measured on",
        "dataset identity",
        "manifest of base model tiny",
    ):
        assert what in found


def test_signatures_parents_and_evaluation_go_along(
    eventful_dossier: Dossier, stocked: Workbench
) -> None:
    found = whats(eventful_dossier, stocked)
    parent = eventful_dossier.versions[1].version.dna
    assert {"model.sig", "dataset held, for evaluation", f"manifest of {parent}"} <= set(found)
    # An adapter is complete: the weights of a parent are not needed.
    weights = eventful_dossier.versions[1].version.weights
    wanted = certified_contents(eventful_dossier, stocked.objects.read)
    assert weights not in {item.digest for item in wanted}


def test_of_an_imported_ancestor_its_manifest_claims_and_signature_go_along(
    heir_dossier: Dossier, stocked: Workbench
) -> None:
    old = heir_dossier.ancestor
    assert old is not None
    found = whats(heir_dossier, stocked)
    dna = old.version.dna
    assert {
        f"manifest of {dna}", f"claims of older records of {dna}", f"signature of {dna}",
    } <= set(found)  # fmt: skip


def test_where_the_list_of_produced_files_is_gone_the_rest_remains(
    first_dossier: Dossier,
) -> None:
    def gone(_: str) -> bytes:
        raise NotFound("gone")

    found = [item.what for item in certified_contents(first_dossier, gone)]
    assert "list of the files that its training produced" in found


@pytest.mark.parametrize("signed", [False, True])
def test_an_imported_version_has_its_files_its_claims_and_a_signature(
    heir_dossier: Dossier, signed: bool
) -> None:
    old = heir_dossier.ancestor
    assert old is not None
    version, manifest = old.version, old.manifest
    assert isinstance(manifest, Manifest)
    signature = Signature(
        manifest=version.manifest, method="m", key="a" * 64, signature="b" * 64, index=9
    )
    wanted = imported_contents(version, manifest, old.imported.event, signature if signed else None)
    assert wanted[0].digest == version.manifest
    assert [item.what for item in wanted if not item.vital] == [
        "claims of its older records", *(["model.sig"] if signed else []),
    ]  # fmt: skip


def test_reports_and_the_signatures_of_parents_go_along(
    eventful_dossier: Dossier, stocked: Workbench
) -> None:
    subject, parent = eventful_dossier.versions
    told = subject.signed[0]
    judged = replace(told, event=make.reproduced())
    base = replace(subject.base, event=changed(subject.base.event, report=make.digest("report")))
    dossier = replace(
        eventful_dossier,
        versions=(
            replace(subject, reproduced=(judged,), base=base),
            replace(parent, signed=(replace(told, event=make.signed(signature="its")),)),
        ),
    )
    wanted = {item.digest: item.what for item in certified_contents(dossier, stocked.objects.read)}
    assert wanted[make.reproduced().report] == "report on a reproduction"
    assert wanted[make.digest("report")] == "report on base model tiny"
    assert wanted[make.signed(signature="its").signature] == f"signature of {parent.version.dna}"
