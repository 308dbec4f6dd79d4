"""Every object that a certified version or a dataset needs must be kept, in its full length."""

import pytest
from forging import where
from msgspec.structs import replace as replace_struct

import builders as make
from oneseek.domain.audit.objects_audit import audit_objects
from oneseek.domain.decisions.lookup import find_version
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.findings import Finding
from oneseek.domain.manifest import Manifest
from oneseek.domain.state.documents import Version
from workbench import ROWS, Workbench


def audited(bench: Workbench) -> tuple[Finding, ...]:
    with bench.ledger.view() as view:
        return tuple(audit_objects(view, bench.objects))


@pytest.fixture
def version(stocked: Workbench) -> Version:
    with stocked.ledger.view() as view:
        return find_version(view, "1.0")


def replace(bench: Workbench, digest: Digest, data: bytes) -> None:
    path = bench.objects.path(digest)
    path.chmod(0o644)
    path.write_bytes(data)


def test_a_complete_store_has_no_findings(stocked: Workbench) -> None:
    assert audited(stocked) == ()


def test_a_lost_file_is_found_with_its_version_and_entry(
    stocked: Workbench, version: Version
) -> None:
    stocked.objects.path(version.weights).unlink()
    (found,) = audited(stocked)
    assert (found.check, found.where) == ("object-missing", version.weights)
    assert found.expected == (
        f"adapter_model.safetensors of version {version.dna}, certified by entry {version.index}"
    )
    assert found.hint


def test_a_file_that_two_versions_share_is_missed_by_both(
    stocked: Workbench, version: Version
) -> None:
    manifest = Manifest.from_bytes(stocked.objects.read(version.manifest))
    shared = next(file.digest for file in manifest.files if file.path == "adapter_config.json")
    stocked.objects.path(shared).unlink()
    assert where(audited(stocked), "object-missing") == [shared, shared]


def test_a_lost_manifest_is_found_once(stocked: Workbench, version: Version) -> None:
    stocked.objects.path(version.manifest).unlink()
    assert where(audited(stocked), "object-missing") == [version.manifest]


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff"])
def test_a_damaged_manifest_is_found(stocked: Workbench, version: Version, data: bytes) -> None:
    replace(stocked, version.manifest, data)
    (found,) = audited(stocked)
    assert (found.check, found.where) == ("object-damaged", version.manifest)
    assert version.dna in found.expected


def test_a_file_of_another_length_is_found(stocked: Workbench, version: Version) -> None:
    replace(stocked, version.weights, b"longer than before")
    (found,) = audited(stocked)
    assert (found.check, found.where, found.found) == ("object-size", version.weights, "18")


def test_a_lost_dataset_is_found_with_its_name(stocked: Workbench) -> None:
    stocked.objects.path(sha256(ROWS)).unlink()
    (found,) = audited(stocked)
    assert (found.check, found.where) == ("object-missing", sha256(ROWS))
    assert found.expected == "dataset identity, registered by entry 3"


def test_records_of_a_version_without_weights_are_looked_for_too(stocked: Workbench) -> None:
    stocked.append(make.imported(weights=None, form="none"))
    (found,) = audited(stocked)
    index = stocked.ledger.head().size - 1
    assert found.expected == f"manifest of version {make.OLD_DNA}, imported by entry {index}"


def test_a_checkpoint_is_needed_until_it_is_dropped(bench: Workbench) -> None:
    kept = replace_struct(make.checkpoint_kept(), state=bench.objects.put(b"a state"))
    dropped = replace_struct(make.checkpoint_dropped(), state=kept.state)
    bench.append(make.started(), kept)
    assert [f.where for f in audited(bench) if f.where == kept.state] == []
    bench.objects.remove(kept.state)
    (found,) = (f for f in audited(bench) if f.where == kept.state)
    assert (found.check, found.expected) == (
        "object-missing", "daily checkpoint-2026-11-20 of training t1, kept by entry 3",
    )  # fmt: skip
    bench.append(dropped)
    assert [f for f in audited(bench) if f.where == kept.state] == []
