"""Where a ledger is damaged, as a value: what :func:`~oneseek.domain.audit.localise.localise` says.

"Invalid" helps nobody. A localisation names every place, what is expected there and what was found,
from which entry on trust ends, and what is still provable before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from oneseek.domain.findings import Finding

What = Literal["entry", "leaf-hash", "columns", "tile", "checkpoint", "head", "beyond"]
"""What is damaged: the bytes of an entry; its stored leaf hash; the columns that it is found by;
the kept root of a tile; a stored checkpoint; the head row; a row behind the signed head."""


class Reference(Protocol):
    """A copy of the log that was verified: a mirror, or a backup.

    Whoever makes one has checked that the entries lead to the root of ``checkpoint``, and that a
    trusted key has signed it.
    """

    @property
    def place(self) -> str:
        """Where it is, as a person would name it; without credentials."""
        ...

    @property
    def size(self) -> int: ...

    @property
    def root(self) -> bytes: ...

    @property
    def checkpoint(self) -> bytes:
        """The signed note."""
        ...

    def entries(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield the bytes of the entries ``start`` to ``stop`` - 1, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Damage:
    """One damaged place.

    ``index`` counts entries (``entry``, ``leaf-hash``, ``columns``, ``beyond``), tiles of ``level``
    (``tile``), or is a tree size (``checkpoint``, ``head``). ``field`` names the part where it can
    be told: ``body.dna`` or ``actor`` of an entry, the column, ``root`` or ``time`` of the head; it
    is empty where nothing tells. ``group`` is the number of neighbouring entries of which at least
    one was changed, where no single one can be named: 1 otherwise.
    """

    what: What
    index: int
    expected: str
    found: str
    field: str = ""
    level: int = 0
    group: int = 1

    @property
    def where(self) -> str:
        """Return the place in words: ``entry 5, body.dna``, ``tile 3 of level 0``."""
        match self.what:
            case "entry":
                last = self.index + self.group - 1
                place = (
                    f"entry {self.index}" if self.group == 1 else f"entries {self.index} to {last}"
                )
            case "leaf-hash":
                place = f"leaf hash of entry {self.index}"
            case "columns":
                place = f"columns of entry {self.index}"
            case "tile":
                place = f"tile {self.index} of level {self.level}"
            case "checkpoint":
                place = f"checkpoint of {self.index} entries"
            case "head":
                place = "the head row"
            case _:
                place = f"entry {self.index}, behind the head"
        return f"{place}, {self.field}" if self.field else place

    def finding(self, hint: str = "") -> Finding:
        """Return the damage as a finding of the check ``damaged-<what>``."""
        return Finding(f"damaged-{self.what}", self.where, self.expected, self.found, hint)


@dataclass(frozen=True, slots=True)
class Localisation:
    """Everything that is damaged in a ledger, and what is not.

    ``first_damaged`` is the first entry that cannot be believed any more, None where all entries
    are as they were signed (leaf hashes, tiles, columns or the head may be damaged all the same).
    ``trusted_size`` and ``trusted_checkpoint`` are the largest stored checkpoint before it whose
    signature is good and to whose root the entries lead: everything below is provable without any
    mirror. They are 0 and empty where there is none. ``size`` is how many entries the ledger should
    have, and ``checkpoint`` the note that says so: the newest that a trusted key has signed, there
    or in the reference. ``damaged`` holds the first places, ``count`` says how many there are.
    ``fork`` is the note of a checkpoint that a trusted key has signed over another history than the
    reference's, empty where there is none: then the two have parted, and no repair helps.
    """

    size: int
    checkpoint: bytes
    first_damaged: int | None
    trusted_size: int
    trusted_checkpoint: bytes
    damaged: tuple[Damage, ...]
    count: int
    needed: int
    """A mirror with so many entries can repair all of it; 0: the ledger's own entries suffice."""
    fork: bytes = b""

    @property
    def whole(self) -> bool:
        """Say whether nothing at all is damaged."""
        return not self.count and not self.fork

    def repairable_by(self, reference: Reference) -> bool:
        """Say whether ``reference`` has every entry whose bytes are lost here."""
        return not self.fork and reference.size >= self.needed

    def sentences(self) -> tuple[str, ...]:
        """Return what a report says under the list of places."""
        if self.whole:
            return ()
        if self.fork:
            return ("ledger and copy are two signed histories: that is no damage but evidence",)
        if self.first_damaged is None:
            return ("every entry is as it was signed: only what is derived from them is damaged",)
        told = [f"trust ends at entry {self.first_damaged}"]
        told.append(
            f"still provable: the {self.trusted_size} entries under the checkpoint of that size"
            if self.trusted_size
            else "no stored checkpoint before it can be proved"
        )
        told.append(f"a mirror or backup with at least {self.needed} entries could repair it")
        return tuple(told)
