"""Whatever an entry names must be kept, and what is damaged is told with its place in history."""

import pytest
from forging import put
from msgspec.structs import replace

import builders as make
from oneseek.domain.audit.named_objects import (
    audit_evidence_objects,
    describe_objects,
    named_objects,
)
from oneseek.domain.digest import Digest
from oneseek.domain.events import (
    BaseModelRegistered,
    DatasetRegistered,
    TrainingCompleted,
    VersionCertified,
)
from oneseek.domain.manifest import Manifest
from workbench import Workbench

NAMED = {
    "manifest of base model": make.base("big"),
    "report on base model": replace(make.base("big"), report=make.digest("report")),
    "produced files of training": make.completed("t9"),
    "row order of training": make.completed("t9"),
    "losses of training": make.completed("t9"),
    "sealed question of query": make.answered("q9"),
    "sealed answer of query": make.answered("q9"),
    "inventory of a reset": make.registry_reset(),
    "findings of a repair": make.repaired(),
    "what was mended in the ledger": make.ledger_repaired(),
    "signature of version": make.signed(),
    "report on a reproduction": make.reproduced(),
    "report of an audit": make.audited(),
    "inventory of legacy source": make.scanned(),
    "report on legacy source": make.scanned(),
    "record of imported version": make.imported(),
    "legacy ledger": make.ledger_imported(),
    "sealed legacy ledger": replace(make.ledger_imported(), sealed=True),
    "judgements on legacy ledger": make.ledger_imported(),
    "pointer OneSeek": replace(make.item_imported(), digest=make.digest("pointer")),
    "quarantined weights/trap.pth": make.quarantined(),
}


def lost(bench: Workbench) -> list[tuple[str, str]]:
    """Return digest and description of the evidence that is not kept."""
    found = list(audit_evidence_objects(bench.ledger, bench.objects))
    assert all(finding.check == "object-missing" and finding.hint for finding in found)
    return [(finding.where, finding.expected) for finding in found]


def described(bench: Workbench, *digests: Digest) -> dict[Digest, str]:
    return describe_objects(bench.ledger, bench.objects, digests)


def test_a_complete_store_has_no_findings(stocked: Workbench) -> None:
    assert lost(stocked) == []


@pytest.mark.parametrize(("what", "event"), NAMED.items(), ids=NAMED.keys())
def test_evidence_that_is_not_kept_is_found_with_the_entry_that_names_it(
    what: str, event: BaseModelRegistered, stocked: Workbench
) -> None:
    index = stocked.append(event).indices[0]
    found = [text for _, text in lost(stocked) if text.startswith(what)]
    assert len(found) == 1
    assert found[0].endswith(f"named by entry {index}")


def test_a_base_model_without_a_report_lacks_none(stocked: Workbench) -> None:
    stocked.append(make.base("big"))
    assert lost(stocked) == [
        (make.digest("big"), f"manifest of base model big, named by entry "
         f"{stocked.ledger.head().size - 1}")
    ]  # fmt: skip


def test_an_item_that_is_no_file_lacks_none(stocked: Workbench) -> None:
    stocked.append(make.item_imported())
    assert lost(stocked) == []


def test_every_file_of_a_legacy_source_is_named_by_its_inventory(stocked: Workbench) -> None:
    plain, sealed = stocked.objects.put(b"plain"), stocked.objects.put(b"ciphertext")
    absent = make.digest("absent")
    lines = (
        f'{{"path":"a.json","type":"file","digest":"{plain}"}}',
        f'{{"path":"b.json","type":"file","sealed":"{sealed}"}}',
        '{"path":"weights","type":"folder"}',
        f'{{"path":"c.json","type":"file","digest":"{absent}"}}',
        "no line",
    )
    inventory = stocked.objects.put("\n".join(lines).encode())
    event = replace(make.scanned(), inventory=inventory, report=stocked.objects.put(b"{}"))
    index = stocked.append(event).indices[0]
    of = "of legacy source models/oneseek-7b-zero"
    assert lost(stocked) == [(absent, f"c.json {of}, named by entry {index}")]
    assert described(stocked, plain, sealed) == {
        plain: f"a.json {of}, entry {index}",
        sealed: f"sealed b.json {of}, entry {index}",
    }
    assert {plain, sealed} <= dict(named_objects(stocked.ledger, stocked.objects)).keys()


def test_an_entry_that_cannot_be_read_names_nothing_and_hides_nothing(stocked: Workbench) -> None:
    index = stocked.append(make.repaired()).indices[0]
    put(stocked, 3, b"{}", hashed=True)
    assert [text for _, text in lost(stocked)] == [
        f"findings of a repair of certified-tree, named by entry {index}"
    ]


def test_an_object_is_described_by_the_first_entry_that_names_it(stocked: Workbench) -> None:
    events = stocked.events()
    at = {
        kind: next((i, e) for i, e in enumerate(events) if isinstance(e, kind))
        for kind in (DatasetRegistered, TrainingCompleted, VersionCertified)
    }
    index, certified = at[VersionCertified]
    assert isinstance(certified, VersionCertified)
    manifest = Manifest.from_bytes(stocked.objects.read(certified.manifest))
    shared = next(file.digest for file in manifest.files if file.path == "adapter_config.json")
    assert described(stocked, shared, certified.manifest, certified.weights) == {
        shared: f"adapter_config.json of version {certified.dna}, entry {index}",
        certified.manifest: f"manifest of version {certified.dna}, entry {index}",
        certified.weights: f"adapter_model.safetensors of version {certified.dna}, entry {index}",
    }
    index, dataset = at[DatasetRegistered]
    assert isinstance(dataset, DatasetRegistered)
    assert described(stocked, dataset.dataset) == {
        dataset.dataset: f"dataset identity, entry {index}"
    }
    index, completed = at[TrainingCompleted]
    assert isinstance(completed, TrainingCompleted)
    assert described(stocked, completed.losses) == {
        completed.losses: f"losses of training t1, entry {index}"
    }


def test_the_files_of_a_lost_manifest_cannot_be_described(stocked: Workbench) -> None:
    index = stocked.append(make.certified(7)).indices[0]
    wanted = (make.manifest(7), make.digest("weights of t7"))
    assert described(stocked, *wanted) == {
        make.manifest(7): f"manifest of version {make.dna(7)}, entry {index}"
    }


def test_an_inventory_that_is_read_to_its_end_names_every_file(stocked: Workbench) -> None:
    digest = stocked.objects.put(b"old")
    inventory = stocked.objects.put(f'{{"path":"a","digest":"{digest}"}}\n'.encode())
    event = replace(make.scanned(), inventory=inventory, report=digest)
    stocked.append(event)
    assert lost(stocked) == []
    assert digest in described(stocked, digest)
