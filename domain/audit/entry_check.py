"""One stored row against the leaf hash that is proven for it: which part of it is damaged."""

from collections.abc import Iterator

from oneseek.domain.audit.entry_difference import changed_fields
from oneseek.domain.audit.localisation import Damage
from oneseek.domain.entry import Entry
from oneseek.domain.errors import LedgerBroken
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.registry import REGISTRY
from oneseek.domain.stored import Head, IndexRow, Record

_COLUMNS = ("stream", "stream_version", "kind")


class LookUps:
    """What the columns must say; ``latest`` is the latest time of all entries so far.

    It is empty as soon as an entry was lost, because its time is not known then.
    """

    def __init__(self) -> None:
        self.latest = ""
        self._known = True

    def expect(self, index: int, raw: bytes) -> IndexRow | None:
        """Return the columns of the next entry, None where it is no entry of ours."""
        try:
            entry = REGISTRY.decode(raw)
        except LedgerBroken:
            self.forget()
            return None
        if self._known:
            self.latest = max(self.latest, entry.time)
        return IndexRow(index, entry.stream, entry.stream_version, entry.kind, self.latest)

    def forget(self) -> None:
        """Go on without knowing the latest time."""
        self.latest, self._known = "", False


def entry_damages(
    index: int,
    expected: bytes,
    row: tuple[Record, IndexRow] | None,
    known: bytes | None,
    lookups: LookUps,
) -> Iterator[Damage]:
    """Yield what is wrong with the row of entry ``index``, whose proven leaf hash is ``expected``.

    ``row`` is None where it is missing, ``known`` the entry's bytes where a reference has them.
    """
    if row is None:
        yield Damage("entry", index, f"leaf hash {expected.hex()}", "absent")
        _expect(lookups, index, known)
        return
    record, columns = row
    if record.leaf_hash != expected:
        yield Damage("leaf-hash", index, expected.hex(), record.leaf_hash.hex() or "nothing")
    computed = leaf_hash(record.raw)
    good = record.raw if computed == expected else known
    wanted = _expect(lookups, index, good)
    if computed != expected and known is not None:
        for field, right, wrong in changed_fields(known, record.raw):
            yield Damage("entry", index, right, wrong, field)
    elif computed != expected:
        yield from _by_columns(index, expected, record.raw, columns)
    if wanted is not None:
        for name in (*_COLUMNS, *(("latest",) if wanted.latest else ())):
            right, wrong = getattr(wanted, name), getattr(columns, name)
            if right != wrong:
                yield Damage("columns", index, str(right), str(wrong), name)


def _expect(lookups: LookUps, index: int, raw: bytes | None) -> IndexRow | None:
    if raw is None:
        lookups.forget()
        return None
    return lookups.expect(index, raw)


def _by_columns(index: int, expected: bytes, raw: bytes, columns: IndexRow) -> Iterator[Damage]:
    """Say what is wrong with an entry that nobody has a good copy of.

    The columns beside it are unsigned, but where they differ they tell which field was changed.
    """
    try:
        entry = REGISTRY.decode(raw)
    except LedgerBroken as error:
        yield Damage("entry", index, f"leaf hash {expected.hex()}", error.message, "bytes")
        return
    named = list(_named_by_columns(index, entry, columns))
    found = f"leaf hash {leaf_hash(raw).hex()}"
    yield from named or [Damage("entry", index, f"leaf hash {expected.hex()}", found)]


def _named_by_columns(index: int, entry: Entry, columns: IndexRow) -> Iterator[Damage]:
    for name in _COLUMNS:
        right, wrong = getattr(columns, name), getattr(entry, name)
        if right != wrong:
            yield Damage("entry", index, str(right), str(wrong), name)


def head_damages(head: Head, size: int, note: bytes) -> Iterator[Damage]:
    """Yield what of the head row is not as the newest trusted checkpoint says it must be.

    ``size`` is 0 and ``note`` empty where no checkpoint is trusted.
    """
    if not note and head.size:
        yield Damage("head", head.size, "under a checkpoint by a trusted key", "under none")
    elif head.size != size:
        yield Damage("head", size, str(size), str(head.size), "size")
    elif head.checkpoint != note:
        yield Damage("head", size, _line(note), _line(head.checkpoint), "checkpoint")


def _line(note: bytes) -> str:
    return note.decode("utf-8", "replace").replace("\n", " ")
