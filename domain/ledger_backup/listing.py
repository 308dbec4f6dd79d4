"""The listing of a backup of a ledger: which objects it is made of, and the tree that they give.

Its file on the shelf (:class:`~oneseek.domain.listings.OnShelf`) is called after size and root, so
that the newest one is found by name.
"""

from typing import Self

import msgspec
from msgspec import Struct

from oneseek.domain.certification.metadata import render_json
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import FoundDamage, InvalidInput
from oneseek.domain.listings import Absent, Listed, TreeHead
from oneseek.domain.values import Count

LEDGERS = "ledger/"
"""Where backups of ledgers stand on the shelf."""

VAULTS = "vault/"
"""Where backups of vaults stand on the shelf."""


class SegmentAt(Struct, frozen=True, forbid_unknown_fields=True, rename={"digest": "sha256"}):
    """One segment: entries ``start`` to ``stop`` - 1."""

    start: Count
    stop: Count
    digest: Digest


class PublicFile(Struct, frozen=True, forbid_unknown_fields=True, rename={"digest": "sha256"}):
    """A small file of the workspace that holds no secret: settings, public keys."""

    name: str
    digest: Digest


class LedgerListing(
    Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="format",
    tag="oneseek-ledger-backup/v1",
):
    """All that a backup of a ledger holds, and what it does not hold.

    Raises InvalidInput when made with segments that do not follow each other up to the tree's
    size, with an object twice, or with a part that is not among the objects.
    """

    origin: str
    tree: TreeHead
    segments: tuple[SegmentAt, ...]
    cosignatures: Digest | None
    """Object: what witnesses said of checkpoints; None where no witness said anything."""
    files: tuple[PublicFile, ...]
    absent: tuple[Absent, ...]
    """Objects that entries name as evidence and that were not kept here any more."""
    objects: tuple[Listed, ...]

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.objects, key=lambda listed: listed.digest))
        msgspec.structs.force_setattr(self, "objects", ordered)
        known = {listed.digest for listed in ordered}
        if len(known) < len(ordered):
            raise InvalidInput("a listing names one object twice")
        end = 0
        for segment in self.segments:
            if segment.start != end or segment.stop <= end:
                raise InvalidInput(f"entries from {end} on are in no segment")
            end = segment.stop
        if end != self.tree.size:
            raise InvalidInput(f"its segments hold {end} entries, not {self.tree.size}")
        parts = {segment.digest for segment in self.segments} | {f.digest for f in self.files}
        if self.cosignatures is not None:
            parts.add(self.cosignatures)
        if not parts <= known:
            raise InvalidInput("one of its parts is not among its objects")

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Return the listing that ``raw`` spells.

        Raises:
            FoundDamage: it is none of this format, or not in the one accepted spelling.
        """
        try:
            found = msgspec.json.decode(raw, type=cls)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, InvalidInput) as error:
            raise FoundDamage(f"a listing of a ledger cannot be used: {error}") from None
        if found.to_bytes() != raw:
            raise FoundDamage("a listing of a ledger is not in its one spelling")
        return found

    def to_bytes(self) -> bytes:
        """Return the canonical bytes."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"

    @property
    def size(self) -> int:
        """Bytes of all its objects."""
        return sum(listed.size for listed in self.objects)


def ledger_name(listing: LedgerListing) -> str:
    """Return the name on the shelf of a backup of a ledger."""
    digest = sha256(listing.to_bytes())
    return f"{LEDGERS}{listing.tree.size:012d}-{listing.tree.root[:8]}-{digest[:8]}.json"


def named_size(name: str) -> int | None:
    """Return the tree size in a name on the shelf; None for a name that is not of a ledger."""
    number, dash, rest = name.removeprefix(LEDGERS).partition("-")
    ours = name.startswith(LEDGERS) and dash and rest.endswith(".json")
    return int(number) if ours and number.isascii() and number.isdecimal() else None


def vault_listing(data: bytes) -> bytes:
    """Return the listing of the backup of a vault whose file on the shelf is ``data``.

    It follows from the file alone, so that a restore has it again wherever the file is left.
    """
    return render_json(
        {"format": "oneseek-vault-listing/v1", "sha256": sha256(data), "objects": []}
    )
