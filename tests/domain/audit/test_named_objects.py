"""Which entry names which object: nothing that a machine may need is left out."""

import pytest
from msgspec.structs import replace

from builders import (
    backup_taken,
    checkpoint_dropped,
    checkpoint_kept,
    digest,
    imported,
    ledger_restored,
    objects_collected,
)
from oneseek.domain.audit.named_objects import (
    audit_evidence_objects,
    describe_objects,
    evidence_objects,
    named_objects,
)
from oneseek.domain.decisions.lookup import find_version
from oneseek.domain.events import MetricsMeasured
from oneseek.domain.manifest import Manifest, ManifestFile
from oneseek.domain.usecases.certify import certify
from workbench import VERIFIER_SCRIPT, Workbench


def test_everything_that_was_kept_is_named_once(stocked: Workbench) -> None:
    found = [digest for digest, _ in named_objects(stocked.ledger, stocked.objects)]
    files = {stocked.objects.put(data) for data in (b'{"model_type":"mistral"}', b"base")}
    assert len(found) == len(set(found))
    # The base model's own files lie in its folder; that they are kept too is the bench's doing.
    assert set(found) == {digest for digest, _ in stocked.objects.digests()} - files


def test_what_a_training_produced_is_named_before_it_is_certified(bench: Workbench) -> None:
    bench.add_materials()
    bench.train("t1")
    names = dict(named_objects(bench.ledger, bench.objects))
    assert any(
        what.startswith("adapter_model.safetensors of training t1") for what in names.values()
    )


def test_a_manifest_that_is_gone_is_itself_named(stocked: Workbench) -> None:
    with stocked.ledger.view() as view:
        manifest = find_version(view, "1.0").manifest
    stocked.objects.remove(manifest)
    assert manifest in dict(named_objects(stocked.ledger, stocked.objects))


def test_the_rows_that_metrics_were_measured_on_are_evidence(stocked: Workbench) -> None:
    rows = next(event.rows for event in stocked.events() if isinstance(event, MetricsMeasured))
    assert list(audit_evidence_objects(stocked.ledger, stocked.objects)) == []
    stocked.objects.remove(rows)
    found, other = audit_evidence_objects(stocked.ledger, stocked.objects)
    assert (found.check, found.where) == ("object-missing", rows)
    assert found.expected.startswith("rows measured on after training t1, ")
    assert "training t2" in other.expected
    assert rows in describe_objects(stocked.ledger, stocked.objects, {rows})


def test_what_keeping_leaves_behind_is_evidence(bench: Workbench) -> None:
    told = (backup_taken(), ledger_restored(), objects_collected())
    bench.append(*told)
    wanted = {told[0].listing, told[1].report, told[2].inventory}
    assert {finding.where for finding in audit_evidence_objects(bench.ledger, bench.objects)} >= {
        str(digest) for digest in wanted
    }


def test_a_checkpoint_is_named_for_as_long_as_it_is_kept(bench: Workbench) -> None:
    state = bench.objects.put(b"a state")
    bench.append(replace(checkpoint_kept(), state=state))
    name = "checkpoint-2026-11-20 of training t1, entry 2"
    assert dict(named_objects(bench.ledger, bench.objects))[state] == name
    bench.append(replace(checkpoint_dropped(), state=state))
    assert state not in dict(named_objects(bench.ledger, bench.objects))
    assert describe_objects(bench.ledger, bench.objects, {state}) == {state: name}


def test_a_backup_of_the_ledger_carries_what_no_backup_of_a_version_can(bench: Workbench) -> None:
    bench.add_materials()
    bench.train("t1")

    def carried() -> set[str]:
        return {what for _, what in evidence_objects(bench.ledger, bench.objects)}

    adapter = "adapter_model.safetensors of training t1"
    assert any(what.startswith(adapter) for what in carried())
    certify(bench.ports, "t1", VERIFIER_SCRIPT)
    assert not any("adapter_model.safetensors" in what for what in carried())


@pytest.mark.parametrize("weights", [None, digest("old weights")])
def test_files_of_an_imported_version_are_left_to_its_backup_if_it_can_have_one(
    bench: Workbench, weights: str | None
) -> None:
    record = bench.objects.put(b"{}")
    manifest = Manifest((ManifestFile("version.json", 2, record),)).to_bytes()
    bench.append(replace(imported(weights=weights), manifest=bench.objects.put(manifest)))

    carried = dict(evidence_objects(bench.ledger, bench.objects))
    assert (record in carried) is (weights is None)
