"""The audit of the state documents: folding the whole ledger again must give the same ones."""

from collections.abc import Iterator

from oneseek.domain.errors import LedgerBroken, OneSeekError
from oneseek.domain.findings import Finding
from oneseek.domain.ports import Ledger, View
from oneseek.domain.replay import replay
from oneseek.domain.state import documents as doc
from oneseek.domain.state.fold import apply
from oneseek.domain.state.store import DictState, Document

ALL_DOCUMENTS: tuple[type[Document], ...] = (
    doc.Key,
    doc.ModelKey,
    doc.LoggedIndex,
    doc.Fold,
    doc.BaseModel,
    doc.BaseName,
    doc.Dataset,
    doc.DatasetName,
    doc.Training,
    doc.OpenTraining,
    doc.Line,
    doc.Version,
    doc.VersionName,
    doc.RecordedVersion,
    doc.LegacySource,
    doc.LegacyErasure,
    doc.Signature,
    doc.Reproduction,
    doc.RegistryState,
    doc.Activity,
    doc.Query,
    doc.Backup,
    doc.Hold,
    doc.Collection,
    doc.KeptCheckpoint,
)
_HINT = "fold it again: oneseek rebuild state"


def audit_state(ledger: Ledger, view: View, audited: bytes | None = None) -> Iterator[Finding]:
    """Yield a finding for every document that differs from the fold of the view's entries.

    ``audited`` is the root up to which an audit has found nothing wrong with the entries.
    """
    folded, head = DictState(), view.head
    try:
        entries = replay(ledger, head.size, head.root, audited=audited == head.root)
        for index, entry in entries:
            apply(folded, index, entry)
    except OneSeekError as error:
        if audited == head.root:  # else the ledger's own audit has said so already
            where = f"tree of {head.size} entries"
            yield Finding("entries-changed", where, "as audited a moment ago", error.message)
        return
    for kind in ALL_DOCUMENTS:
        wanted = dict(folded.scan(kind))
        try:
            found = dict(view.scan(kind))
        except LedgerBroken as error:
            yield Finding("state-document", kind.table, "readable", error.message, _HINT)
            continue
        for key in sorted(wanted.keys() | found.keys()):
            if wanted.get(key) != found.get(key):
                yield Finding(
                    "state-document",
                    f"{kind.table}/{key}",
                    str(wanted.get(key, "absent")),
                    str(found.get(key, "absent")),
                    _HINT,
                )
