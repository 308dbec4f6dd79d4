"""The audit of one version's entries: what the state says of it is in the signed tree.

State documents say where the entries are; no signature covers the documents, so each entry is
proved to be under the root and compared with what was read from the state.
"""

from collections.abc import Iterator

from oneseek.domain.errors import OneSeekError
from oneseek.domain.events import (
    Event,
    ModelKeyAdded,
    ModelKeyRetired,
    VersionCertified,
    VersionImported,
    VersionSigned,
)
from oneseek.domain.findings import Finding
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.merkle.proofs import inclusion_path, verify_inclusion
from oneseek.domain.merkle.tiles import node_reader
from oneseek.domain.ports import Ledger
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import ModelKey, Signature, Version
from oneseek.domain.state.versions import how_it_came
from oneseek.domain.stored import Head


def audit_version_entries(
    ledger: Ledger,
    head: Head,
    version: Version,
    signature: Signature | None,
    key: ModelKey | None,
) -> Iterator[Finding]:
    """Yield a finding for each entry about ``version`` that is not in the tree as the state says.

    The root of ``head`` is believed: whoever calls has looked who signed it.
    """
    what = "certificate" if version.imported is None else "import"
    wanted = [(version.index, what, _certificate(version))]
    if signature is not None:
        wanted.append((signature.index, "signature", _signature(signature)))
    if key is not None:
        wanted.append((key.added, "announcement of the model key", _announcement(key)))
        if key.retired is not None:
            wanted.append((key.retired, "retirement of the model key", _retirement(key)))
    for index, what, said in wanted:
        where = f"{what} of {version.dna}, entry {index}"
        try:
            found = _facts(proved_event(ledger, head, index))
        except OneSeekError as error:
            yield Finding("entry", where, "in the signed tree", error.message)
            continue
        if found != said:
            yield Finding("entry", where, f"as the state says: {said}", str(found))


def proved_event(ledger: Ledger, head: Head, index: int) -> Event:
    """Return the event of the entry ``index`` after proving it to be under the root of ``head``.

    Raises:
        LedgerBroken: there is none, it cannot be read, or hashes are missing.
        ProofRefused: it is not what the root binds.
    """
    raw = next((record.raw for record in ledger.records(index, index + 1)), b"")
    path = inclusion_path(index, head.size, node_reader(ledger.hashes_at, head.size))
    verify_inclusion(leaf_hash(raw), index, head.size, path, head.root)
    return REGISTRY.read(raw, where=f"entry {index}").body


def _certificate(version: Version) -> tuple[str, ...]:
    return how_it_came(version), version.manifest, version.dna, version.weights


def _signature(signature: Signature) -> tuple[str, ...]:
    return "signed", signature.manifest, signature.key, signature.signature


def _announcement(key: ModelKey) -> tuple[str, ...]:
    return "announced", key.key, key.algorithm, key.public_key


def _retirement(key: ModelKey) -> tuple[str, ...]:
    return "retired", key.key


def _facts(event: Event) -> tuple[str, ...]:
    match event:
        case VersionCertified():
            return "certified", event.manifest, event.dna, event.weights
        case VersionImported(weights=str() as weights):
            return "imported", event.manifest, event.dna, weights
        case VersionSigned():
            return "signed", event.manifest, event.key, event.signature
        case ModelKeyAdded():
            return "announced", event.key, event.algorithm, event.public_key
        case ModelKeyRetired():
            return "retired", event.key
    return (event.kind,)
