"""What the state says of one version is proved to be in the signed tree, entry by entry."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

import builders as make
from oneseek.domain.audit.version_audit import audit_version_entries
from oneseek.domain.events import ModelKeyRetired
from oneseek.domain.findings import Finding
from oneseek.domain.state.documents import ModelKey, Signature, Version
from oneseek.domain.usecases.sign import sign_version
from workbench import Workbench

Facts = tuple[Version, Signature | None, ModelKey | None]


def facts(bench: Workbench, dna: str) -> Facts:
    with bench.ledger.view() as view:
        version = view.get(Version, dna)
        assert version is not None
        signature = view.get(Signature, version.manifest)
        return version, signature, view.get(ModelKey, signature.key) if signature else None


def audit(bench: Workbench, found: Facts) -> list[Finding]:
    return list(audit_version_entries(bench.ledger, bench.ledger.head(), *found))


@pytest.fixture
def signed(stocked: Workbench) -> tuple[Workbench, Facts]:
    dna = sign_version(stocked.ports, "1.0", stocked.signer).dna
    _, _, key = facts(stocked, dna)
    assert key is not None
    stocked.append(ModelKeyRetired(key=key.key, reason="rotated"))
    return stocked, facts(stocked, dna)


def test_a_version_that_is_as_its_entries_say_has_no_finding(
    signed: tuple[Workbench, Facts],
) -> None:
    bench, found = signed
    assert audit(bench, found) == []
    assert audit(bench, (found[0], None, None)) == []
    version, signature, key = found
    assert key is not None
    # The entry of its retirement is proved only where the state knows of one.
    assert audit(bench, (version, signature, replace(key, retired=None))) == []


@pytest.mark.parametrize(
    "forge",
    [
        lambda v, s, k: (replace(v, weights="00" * 32), s, k),
        lambda v, s, k: (replace(v, index=v.index - 1), s, k),
        lambda v, s, k: (replace(v, index=10_000), s, k),
        lambda v, s, k: (v, replace(s, signature="00" * 32), k),
        lambda v, s, k: (v, s, replace(k, public_key="MFkw")),
        lambda v, s, k: (v, s, replace(k, retired=k.added)),
    ],
)
def test_a_state_document_that_no_entry_bears_out_is_found(
    signed: tuple[Workbench, Facts], forge: Callable[..., Facts]
) -> None:
    bench, found = signed
    assert [finding.check for finding in audit(bench, forge(*found))] == ["entry"]


def test_an_imported_version_is_proved_by_the_entry_that_imported_it(stocked: Workbench) -> None:
    stocked.append(make.imported())
    version, *_ = facts(stocked, make.OLD_DNA)
    assert audit(stocked, (version, None, None)) == []
    (found,) = audit(stocked, (replace(version, weights="00" * 32), None, None))
    assert found.where == f"import of {make.OLD_DNA}, entry {version.index}"


def test_a_record_without_weights_proves_no_version(stocked: Workbench) -> None:
    stocked.append(make.imported())
    version, *_ = facts(stocked, make.OLD_DNA)
    other = stocked.append(make.imported("other", weights=None, form="none")).indices[0]
    (found,) = audit(stocked, (replace(version, index=other), None, None))
    assert found.found == "('version-imported/v1',)"
