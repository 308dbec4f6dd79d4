"""What a backup says of itself: its listing, an object, and its file on the shelf of a place.

Both are JSON as ``json.dumps(…, indent=2, ensure_ascii=False)`` writes it, objects in order of
their digests, one newline at the end, so that anybody can make them again. The file on the shelf
is written last and names the listing; the listing names every object. See ``docs/backups.md``.
"""

from collections.abc import Iterable
from typing import Self, TypeVar

import msgspec
from msgspec import UNSET, Struct, UnsetType

from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import FoundDamage, InvalidInput
from oneseek.domain.values import Count

LISTING_FORMAT = "oneseek-backup-listing/v1"
SHELF_FORMAT = "oneseek-backup/v1"
VERSIONS = "versions/"
"""Where backups of versions stand on the shelf."""

MAX_SHELF_BYTES = 4096


class Listed(Struct, frozen=True, forbid_unknown_fields=True, rename={"digest": "sha256"}):
    """One object of a backup."""

    digest: Digest
    size: Count
    what: str
    """What it is, for people: ``adapter_model.safetensors``, ``losses of the training``."""


class Absent(Struct, frozen=True, forbid_unknown_fields=True, rename={"digest": "sha256"}):
    """An object that belongs to the version and was not kept here any more."""

    digest: Digest
    what: str


class TreeHead(Struct, frozen=True, forbid_unknown_fields=True):
    """The ledger when the backup was made."""

    size: Count
    root: Digest
    checkpoint: str
    """The signed note."""


class BaseNamed(Struct, frozen=True, forbid_unknown_fields=True):
    """The base model that the version stands on. It is large and public: it is not copied."""

    name: str
    manifest: Digest


_S = TypeVar("_S", bound=Struct)


class VersionListing(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="format", tag=LISTING_FORMAT
):
    """All that a backup of a version holds, and what it does not hold.

    Raises InvalidInput when made with one object twice.
    """

    origin: str
    """The log of the version."""
    dna: str
    manifest: Digest
    index: Count
    """Of the entry that certified or imported it."""
    tree: TreeHead
    bundle: Digest | None
    """The object that ``oneseek bundle export`` would write; None: see ``without_bundle``."""
    without_bundle: str | None
    """Why there is no bundle, in a sentence."""
    base: BaseNamed | None
    """Not copied. None where nobody knows which one it is."""
    absent: tuple[Absent, ...]
    objects: tuple[Listed, ...]

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.objects, key=lambda listed: listed.digest))
        msgspec.structs.force_setattr(self, "objects", ordered)
        if len({listed.digest for listed in ordered}) < len(ordered):
            raise InvalidInput("a listing names one object twice")

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Return the listing that ``raw`` spells.

        Raises:
            FoundDamage: it is none of this format, or not in the one accepted spelling.
        """
        return _strict(raw, cls, "a listing")

    def to_bytes(self) -> bytes:
        """Return the canonical bytes."""
        return _canonical(self)

    @property
    def size(self) -> int:
        """Bytes of all its objects."""
        return sum(listed.size for listed in self.objects)


class OnShelf(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="format", tag=SHELF_FORMAT
):
    """The file on the shelf that makes a backup visible."""

    listing: Digest
    size: Count
    """Length of the listing in bytes."""

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Return what a file on the shelf says.

        Raises:
            FoundDamage: it is none of this format, or not in the one accepted spelling.
        """
        if len(raw) > MAX_SHELF_BYTES:
            raise FoundDamage(f"a file on the shelf has {len(raw)} bytes")
        return _strict(raw, cls, "a file on the shelf")

    @classmethod
    def of(cls, listing: bytes) -> Self:
        """Return what stands on the shelf for the listing with these bytes."""
        return cls(sha256(listing), len(listing))

    def to_bytes(self) -> bytes:
        """Return the canonical bytes."""
        return _canonical(self)


def shelf_name(dna: str, listing: Digest) -> str:
    """Return the name on the shelf of a backup of a version."""
    return f"{shelf_prefix(dna)}{listing[:8]}.json"


def shelf_prefix(dna: str) -> str:
    """Return how the names of all backups of a version begin."""
    return f"{VERSIONS}{dna}~"


class _Sized(Struct, rename={"digest": "sha256"}):
    digest: Digest
    size: Count


class _Needs(Struct):
    objects: tuple[_Sized, ...] | UnsetType = UNSET


def needed_objects(raw: bytes) -> Iterable[tuple[Digest, int]]:
    """Return what a listing of whatever kind needs: every object with its size.

    Other kinds of backups (of the ledger, of a newer version of OneSeek) name their objects in the
    same way, and nothing that they need may be removed.

    Raises:
        FoundDamage: ``raw`` does not say.
    """
    try:
        needs = msgspec.json.decode(raw, type=_Needs).objects
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FoundDamage(f"a listing cannot be read: {error}") from None
    if needs is UNSET:
        raise FoundDamage("a listing does not say which objects it needs")
    return [(item.digest, item.size) for item in needs]


def _strict(raw: bytes, kind: type[_S], what: str) -> _S:
    try:
        found = msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, InvalidInput) as error:
        raise FoundDamage(f"{what} cannot be used: {error}") from None
    if _canonical(found) != raw:
        raise FoundDamage(f"{what} is not in its one spelling (order, blanks, keys)")
    return found


def _canonical(value: Struct) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
