"""The walk through a ledger, from checkpoint to checkpoint, that finds what is damaged.

How it decides is said in :mod:`oneseek.domain.audit.localise`.
"""

from collections.abc import Sequence

from oneseek.domain.audit.entry_check import LookUps, entry_damages, head_damages
from oneseek.domain.audit.entry_group import EntryGroup, StoredLog, read_group
from oneseek.domain.audit.localisation import Damage, Localisation, Reference
from oneseek.domain.audit.signers import Signers
from oneseek.domain.errors import LedgerBroken, NotFound, OneSeekError
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.merkle.tiles import tile_roots
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import parse_note
from oneseek.domain.stored import Head

_TRUSTED = "signed by a trusted key"
_ABSENT = "absent"


class LedgerWalk:
    """Goes through the ledger group by group and remembers what was wrong."""

    def __init__(
        self, ledger: StoredLog, signers: Signers, reference: Reference | None, limit: int | None
    ) -> None:
        self._ledger = ledger
        self._signers = signers
        self._reference = reference
        self._limit = limit
        self._lookups = LookUps()
        self._frontier = EMPTY_FRONTIER
        self._start = 0
        self._seen = 0
        """Size of the largest checkpoint that was looked at, trusted or not."""
        self._lost = False
        """True once the hashes of a group could not be told: nothing behind it is proven."""
        self._clean = True
        self._first: int | None = None
        self._provable: tuple[int, bytes] = (0, b"")
        self._newest: tuple[int, bytes] = (0, b"")
        """Size and note of the largest checkpoint that a trusted key has signed."""
        self._damaged: list[Damage] = []
        self._count = 0
        self._needed = 0
        self._fork = b""
        self._why = ""

    def checkpoints(self) -> Head | None:
        """Walk along the stored checkpoints; return the head then, None where it is damaged."""
        while True:
            head = self._head()
            while True:
                try:
                    size, note = self._ledger.checkpoint_covering(self._seen)
                except NotFound:
                    break
                self._seen = size
                self._group(size, note)
            if self._head() == head:  # else somebody has appended meanwhile
                return head

    def rest(self, head: Head | None) -> None:
        """Look at what no stored checkpoint covers: the head, a longer reference, what is behind.

        The head's own checkpoint is evidence too, where the stored ones have been taken away.
        """
        if head is not None and _size(head.checkpoint) == head.size:
            if head.size > self._seen:
                self._tell(Damage("checkpoint", head.size, "stored", _ABSENT))
                self._seen = head.size
                self._group(head.size, head.checkpoint)
            elif self._start <= head.size > self._newest[0] and self._is_signed(head.checkpoint):
                self._group(head.size, head.checkpoint)
        if self._start < self._seen:
            self._unproven(self._read(self._seen), None)
        if self._reference is not None and self._reference.size > self._newest[0]:
            self._newest = (self._reference.size, self._reference.checkpoint)
            self._seen = max(self._seen, self._reference.size)
            if self._reference.size > self._start:
                self._group(self._reference.size, None)
        self._compare_head(head)
        behind = [r for r in self._ledger.records(self._seen) if r.index >= self._seen]
        if self._head() == head:
            for record in behind:
                self._tell(Damage("beyond", record.index, "nothing", leaf_hash(record.raw).hex()))

    def _group(self, size: int, note: bytes | None) -> None:
        """Look at the entries up to ``size``, for which there is the checkpoint ``note``.

        Without a note the entries are those of the reference. Where nobody trusted has signed the
        note, and no reference has the entries, they wait for the next one.
        """
        group = self._read(size)
        known = len(group.known) == size - self._start
        hashes = next((item for item in group.candidates() if self._leads_to(item, note)), None)
        if hashes is None and known:
            hashes = next(group.candidates())
        if hashes is not None:
            self._signers.learn(group.proven(hashes))
        signed = self._signed(size, note) if note is not None else None
        if signed is None and not known:
            return
        if hashes is None:
            self._unproven(group, signed)
            return
        if signed is not None and signed.root != self._frontier.extend(hashes).root():
            self._fork = note or b""
        else:
            self._signers.vouch(size)
        self._compare(group, hashes)
        if signed is not None and self._clean and not self._fork:
            self._provable = self._newest

    def _signed(self, size: int, note: bytes) -> Checkpoint | None:
        """Return what a trusted key has signed of the tree of ``size`` entries; tell if nobody."""
        try:
            signed = self._signers.signed(note)
        except OneSeekError as error:
            self._tell(Damage("checkpoint", size, _TRUSTED, error.message))
            return None
        if signed.size != size:
            self._tell(Damage("checkpoint", size, str(size), str(signed.size), "size"))
            return None
        self._newest = (size, note)
        return signed

    def _is_signed(self, note: bytes) -> bool:
        try:
            self._signers.signed(note)
        except OneSeekError:
            return False
        return True

    def _head(self) -> Head | None:
        """Return the head row, None where its values do not belong together."""
        try:
            return self._ledger.head()
        except LedgerBroken as error:
            self._why = error.message
            return None

    def _compare_head(self, head: Head | None) -> None:
        size, note = self._newest
        if head is None:
            self._tell(Damage("head", size, f"{size} entries", self._why))
            return
        for damage in head_damages(head, size, note):
            self._tell(damage)
        if not self._lost and self._start == size == head.size:
            root, latest = self._frontier.root(), self._lookups.latest
            if head.root != root:
                self._tell(Damage("head", size, root.hex(), head.root.hex(), "root"))
            if latest and head.time != latest:
                self._tell(Damage("head", size, latest, str(head.time), "time"))

    def result(self) -> Localisation:
        size, note = self._provable
        return Localisation(
            *self._newest,
            self._first,
            size,
            note,
            tuple(self._damaged),
            self._count,
            self._needed,
            self._fork,
        )

    def _read(self, size: int) -> EntryGroup:
        return read_group(self._ledger, self._start, size, self._reference)

    def _leads_to(self, hashes: Sequence[bytes], note: bytes | None) -> bool:
        """Say whether ``hashes`` lead to the root in ``note``, whoever has signed it."""
        if self._lost or note is None:
            return False
        try:
            claimed = Checkpoint.parse(parse_note(note).text)
        except OneSeekError:
            return False
        return claimed.root == self._frontier.extend(hashes).root()

    def _compare(self, group: EntryGroup, hashes: Sequence[bytes]) -> None:
        """Tell of whatever is not as the proven ``hashes`` say, and go on behind the group."""
        for index, expected in enumerate(hashes, start=group.start):
            offset = index - group.start
            known = group.known[offset] if offset < len(group.known) else None
            for damage in entry_damages(
                index, expected, group.rows.get(index), known, self._lookups
            ):
                self._tell(damage)
        self._frontier = self._frontier.extend(hashes, tile_roots(self._compare_tiles))
        self._start = group.stop

    def _compare_tiles(self, level: int, first: int, roots: Sequence[bytes]) -> None:
        for index, root in enumerate(roots, start=first):
            try:
                (kept,) = self._ledger.hashes_at(level + 1, index, index + 1)
            except LedgerBroken:
                kept = b""
            if kept != root:
                found = kept.hex() or _ABSENT
                self._tell(Damage("tile", index, root.hex(), found, level=level))

    def _unproven(self, group: EntryGroup, signed: Checkpoint | None) -> None:
        """Tell of a group whose hashes nothing proves, as exactly as can be, and of all behind."""
        named = False
        for index in range(group.start, group.stop):
            row = group.rows.get(index)
            if row is None:
                self._tell(Damage("entry", index, "an entry", _ABSENT))
            elif (computed := leaf_hash(row[0].raw)) != row[0].leaf_hash:
                stored = row[0].leaf_hash.hex()
                self._tell(Damage("entry", index, f"leaf hash {stored}", computed.hex()))
            else:
                continue
            named = True
        if not named and not self._lost:
            root = f"root {signed.root.hex()}" if signed else "a signed root"
            count = group.stop - group.start
            found = "entries that do not lead to it"
            self._tell(Damage("entry", group.start, root, found, group=count))
        elif not self._lost:
            self._first = group.start  # others of the group may be damaged as well
        self._lost = True
        self._needed = max(self._needed, group.stop)
        self._start = group.stop

    def _tell(self, damage: Damage) -> None:
        self._count += 1
        if self._limit is None or len(self._damaged) < self._limit:
            self._damaged.append(damage)
        if damage.what == "entry":
            self._clean = False
            self._needed = max(self._needed, damage.index + damage.group)
            if self._first is None:
                self._first = damage.index


def _size(note: bytes) -> int | None:
    try:
        return Checkpoint.parse(parse_note(note).text).size
    except OneSeekError:
        return None
