"""Believing a block of ``oqt_ledger`` that was read from the database, and nothing else.

The document is everything that is needed besides the log's public key and its origin: the entry's
bytes give the leaf hash, the proof leads from it to the root, the checkpoint is signed and states
that root. Then every readable field is compared with what the entry says, so that nobody can
change what people read beside a proof that still holds.
"""

from collections.abc import Callable, Mapping, Sequence

from oneseek.domain.documents import Fields, Value
from oneseek.domain.errors import InvalidInput, LedgerBroken, ProofRefused
from oneseek.domain.merkle.hashing import HASH_SIZE, leaf_hash
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import VerifierKey
from oneseek.domain.note.tlog_proof import TlogProof, verify_tlog_proof
from oneseek.domain.projections.collections.block import PROOF_FIELDS, shown_fields
from oneseek.domain.registry import REGISTRY, Registry

Check = Callable[[VerifierKey, bytes, bytes], bool]


def verify_block(
    fields: Fields,
    origin: str,
    keys: Sequence[VerifierKey],
    check: Check,
    *,
    id: str | None = None,
    registry: Registry = REGISTRY,
) -> Checkpoint:
    """Return the checkpoint that a document of ``oqt_ledger`` is proved under.

    ``keys`` are those of the log itself; ``check`` is that of
    :func:`~oneseek.domain.note.signed_note.verify_note`. ``id`` is the document's, if it is known.

    Raises:
        ProofRefused: a field is missing or of another type, the proof does not hold, no key of the
            log has signed, or a readable field is not what the entry says.
    """
    index = _integer(fields, "blockNumber")
    if id is not None and id != str(index):
        raise ProofRefused(f"the document {id!r} shows block {index}")
    raw = _text(fields, "entry").encode()
    try:
        checkpoint = _prove(fields, index, raw, origin, keys, check)
        shown = shown_fields(index, raw, registry.read(raw, where=f"entry {index}"))
    except (InvalidInput, LedgerBroken) as error:
        raise ProofRefused(f"block {index}: {error.message}") from None
    _compare(index, fields, shown)
    return checkpoint


def _prove(
    fields: Fields,
    index: int,
    raw: bytes,
    origin: str,
    keys: Sequence[VerifierKey],
    check: Check,
) -> Checkpoint:
    proof = TlogProof(index, _path(fields), _text(fields, "checkpoint").encode())
    checkpoint = verify_tlog_proof(proof, leaf_hash(raw), origin, keys, check)
    stated = (_integer(fields, "treeSize"), _text(fields, "rootHash"))
    if stated != (checkpoint.size, checkpoint.root.hex()):
        raise ProofRefused(f"block {index}: its tree size and root are not the checkpoint's")
    return checkpoint


def _compare(index: int, fields: Fields, shown: Mapping[str, Value]) -> None:
    for name, value in shown.items():
        if name not in fields or fields[name] != value:
            raise ProofRefused(f"block {index}: the field {name} is not what the entry says")
    if others := sorted(fields.keys() - shown.keys() - PROOF_FIELDS):
        raise ProofRefused(f"block {index}: no block has a field {others[0]}")


def _path(fields: Fields) -> tuple[bytes, ...]:
    items = fields.get("proof")
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise ProofRefused("the field proof is no list of texts")
    return tuple(_hash(str(item)) for item in items)


def _hash(text: str) -> bytes:
    if len(text) != 2 * HASH_SIZE or set(text) - set("0123456789abcdef"):
        raise ProofRefused(f"the proof holds {text[:80]!r}: no hash in hex digits")
    return bytes.fromhex(text)


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not _is_unicode(value):
        raise ProofRefused(f"the field {name} is no text")
    return value


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _integer(fields: Fields, name: str) -> int:
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ProofRefused(f"the field {name} is no whole number")
    return value
