"""What ``oneseek verify --deep`` looks at besides: all bytes, all checkpoints, state and vault."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.workspace.base_models import locate
from oneseek.cli.app import App
from oneseek.cli.progress import byte_bar, count_bar
from oneseek.domain.audit.evidence_audit import find_changed_entries
from oneseek.domain.audit.index_audit import audit_index
from oneseek.domain.audit.named_objects import audit_evidence_objects, describe_objects
from oneseek.domain.audit.stream_index_audit import audit_stream_index
from oneseek.domain.audit.streams_audit import audit_streams
from oneseek.domain.audit.vault_audit import audit_vault
from oneseek.domain.errors import CannotCheck, FoundDamage, InvalidInput, LedgerBroken, NotFound
from oneseek.domain.findings import Finding
from oneseek.domain.keys import KeyRing
from oneseek.domain.manifest import Manifest
from oneseek.domain.ports import View
from oneseek.domain.state.documents import BaseModel


@dataclass(slots=True)
class Verification:
    """What was verified, and what was found."""

    size: int
    root: bytes
    ledger_broken: bool
    findings: list[Finding] = field(default_factory=list)
    versions: int = 0
    signatures: int = 0
    files: int = 0
    objects: int = 0
    notes: list[str] = field(default_factory=list)
    """What could not be looked at here, and is no finding."""

    def gather(self, findings: Iterable[Finding]) -> None:
        """Add findings; a state document that cannot be read on the way is one itself."""
        try:
            self.findings.extend(findings)
        except LedgerBroken as error:
            self.findings.append(
                Finding("state", "state documents", "readable", error.message, error.hint or "")
            )


def deepen(app: App, ring: KeyRing, found: Verification, *, show: bool) -> None:
    """Add what only a look at every byte can find."""
    entries = [*audit_streams(app.ledger), *audit_index(app.ledger)]
    with count_bar("Verifying indexes", found.size, show=show) as advance:
        entries += audit_stream_index(app.ledger, on_entries=advance)
    if not found.ledger_broken:  # otherwise the audit of the ledger has looked already
        entries += find_changed_entries(app.ledger, found.size, ring, check_ed25519)
    found.ledger_broken = found.ledger_broken or bool(entries)
    found.findings += [*entries, *_objects(app, found, show=show)]
    found.gather(audit_evidence_objects(app.ledger, app.kept_objects))
    found.gather(_cosignatures(app, found))
    with app.ledger.view() as view:
        found.gather(_base_models(app, view, found, show=show))
        if app.vault_database.is_readable():
            found.gather(audit_vault(view, app.kept_objects, app.vault))
        else:  # a copy for an auditor has none, and nobody else may read the owner's
            found.notes.append("no vault that can be read: salts and sealed texts not checked")


def _objects(app: App, found: Verification, *, show: bool) -> list[Finding]:
    """Read every object; a finding says what the object is and which entry names it."""
    sizes = [size for _, size in app.kept_objects.digests()]
    found.objects = len(sizes)
    with byte_bar("Reading objects", sum(sizes), show=show) as advance:
        findings = list(app.objects.check(None, advance))
    names = {finding.where: "".join(Path(finding.where).parts[-2:]) for finding in findings}
    what = describe_objects(app.ledger, app.objects, set(names.values())) if names else {}
    return [
        replace(finding, expected=f"{finding.expected}: {what[name]}") if name in what else finding
        for finding in findings
        for name in (names[finding.where],)
    ]


def _base_models(app: App, view: View, seen: Verification, *, show: bool) -> Iterator[Finding]:
    for _, base in view.scan(BaseModel):
        try:
            manifest = Manifest.from_bytes(app.objects.read(base.manifest))
            with byte_bar(f"Reading {base.name}", base.size, show=show) as advance:
                locate(app.paths, base, manifest, remember=False, on_bytes=advance)
        except NotFound as error:
            seen.notes.append(f"{error.message}: it was not checked")
        except (FoundDamage, InvalidInput) as error:
            where = f"base model {base.name}, registered by entry {base.index}"
            expected = f"manifest {base.manifest}"
            yield Finding("base-model", where, expected, error.message, error.hint or "")


def _cosignatures(app: App, found: Verification) -> Iterator[Finding]:
    from oneseek.adapters.keys.witness_key import check_cosignature
    from oneseek.domain.audit.cosignature_audit import audit_cosignatures

    try:
        witnesses = app.witnesses
    except FoundDamage as error:
        where = str(app.paths.witness_keys)
        yield Finding("witnesses", where, "keys of witnesses", error.message, error.hint or "")
        return
    try:
        yield from audit_cosignatures(app.ledger, witnesses, check_cosignature)
    except CannotCheck as error:
        found.notes.append(f"cosignatures of witnesses: {error.message}")
