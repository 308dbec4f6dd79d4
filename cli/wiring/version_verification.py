"""``oneseek verify DNA``: one version, its files, its entries and its signature."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.keys.p256 import check_p256
from oneseek.cli.app import App
from oneseek.cli.progress import byte_bar
from oneseek.cli.wiring.inspection import inspect_version
from oneseek.domain.audit.drift import drift_findings
from oneseek.domain.audit.signature_audit import audit_signature, who_signed
from oneseek.domain.audit.version_audit import audit_version_entries
from oneseek.domain.decisions.lookup import find_version
from oneseek.domain.errors import CannotCheck, OneSeekError
from oneseek.domain.findings import Finding
from oneseek.domain.manifest import SIGNATURE_FILE
from oneseek.domain.note.signed_note import VerifierKey
from oneseek.domain.ports import View
from oneseek.domain.projections.certified_tree import CERTIFIED_TREE
from oneseek.domain.projections.difference import Difference
from oneseek.domain.state.documents import ModelKey, Signature, Version, stands
from oneseek.domain.state.registry import registry_state
from oneseek.domain.usecases.keys import require_trusted_head, trusted_keys

_MAX_SIGNATURE = 64 << 20


@dataclass(slots=True)
class VersionVerification:
    """What was seen of one version."""

    version: Version
    size: int
    """Entries of the ledger that it was proved against."""
    root: bytes
    signed_by: str | None = None
    """Digest of the model key that signed it."""
    findings: list[Finding] = field(default_factory=list)


def verify_version(app: App, keys: tuple[VerifierKey, ...], text: str) -> VersionVerification:
    """Compare the folder of a version with its manifest, and both with the signed ledger.

    Raises:
        NotFound, InvalidInput: no version is named ``text``, or several are.
        LedgerBroken: no trusted key has signed the newest checkpoint.
        CannotCheck: the version does not stand in the tree, so there are no files to look at.
    """
    with app.ledger.view() as view:
        version, head = find_version(view, text), view.head
        standing = stands(version, registry_state(view))
        signature = view.get(Signature, version.manifest)
        key = view.get(ModelKey, signature.key) if signature is not None else None
    if not standing:
        raise CannotCheck(
            f"{version.dna} was taken away by a reset: there are no files to verify",
            hint=f"bring it back: oneseek restore {version.dna}",
        )
    ring = trusted_keys(app.ledger, head, keys, app.settings.ledger.origin, check_ed25519)
    require_trusted_head(head, ring, check_ed25519)
    found = VersionVerification(version, head.size, head.root)
    found.findings += audit_version_entries(app.ledger, head, version, signature, key)
    with byte_bar(f"Reading {version.dna}", None, show=not app.out.json) as advance:
        try:
            with app.ledger.view() as seen:
                differences = inspect_version(app, seen, version, advance)
        except OneSeekError as error:
            where = f"files of {version.dna}"
            found.findings.append(Finding("version", where, "readable", error.message))
            differences = []
    with app.ledger.view() as view:
        found.findings += drift_findings(CERTIFIED_TREE, differences, view)
        found.findings += foreign_signatures(app, view, differences)
        if signature is not None:
            found.signed_by = signature.key
            found.findings += audit_signature(view, app.objects, version, signature, check_p256)
    return found


def foreign_signatures(
    app: App, view: View, differences: Iterable[Difference]
) -> Iterator[Finding]:
    """Say of every ``model.sig`` that is not the recorded one whether its key was announced."""
    for difference in differences:
        folder, _, name = difference.path.partition("/")
        if name != SIGNATURE_FILE or difference.kind not in ("changed", "extra"):
            continue
        try:
            with (app.paths.certified / folder / name).open("rb") as file:
                raw = file.read(_MAX_SIGNATURE)
        except OSError:
            continue  # the difference itself is a finding
        yield from who_signed(view, raw, f"{CERTIFIED_TREE.folder}/{difference.path}")
