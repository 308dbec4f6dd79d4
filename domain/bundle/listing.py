"""``bundle.json``: what a bundle is about, and every other file of it.

The bytes are JSON as ``json.dumps(…, indent=2, ensure_ascii=False)`` writes it, files in byte order
of their paths, one newline at the end. Reading is strict, as with every manifest.
"""

from typing import Self

import msgspec
from msgspec import Struct

from oneseek.domain.bundle import BUNDLE_FORMAT
from oneseek.domain.digest import Digest
from oneseek.domain.errors import InvalidInput, ProofRefused
from oneseek.domain.manifest import Manifest, ManifestFile

_BEGINNING = f'{{\n  "format": "{BUNDLE_FORMAT}",\n'.encode()


class Listing(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="format", tag=BUNDLE_FORMAT
):
    """The subject and the files; raises InvalidInput when two files have one path."""

    origin: str
    """The log that it comes from."""
    dna: str
    manifest: Digest
    """The version that it is about, by name and by identity."""
    files: tuple[ManifestFile, ...]

    def __post_init__(self) -> None:
        # A manifest brings them into order, and refuses two of one path.
        msgspec.structs.force_setattr(self, "files", Manifest(self.files).files)

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Return the listing that ``raw`` spells.

        Raises:
            InvalidInput: it is no listing of this format.
            ProofRefused: it is one, but not in the one accepted spelling.
        """
        if not raw.startswith(_BEGINNING):
            raise InvalidInput(f"bundle.json is not of the format {BUNDLE_FORMAT}")
        try:
            listing = msgspec.json.decode(raw, type=cls)
        except (msgspec.DecodeError, UnicodeDecodeError, InvalidInput) as error:
            raise ProofRefused(f"bundle.json cannot be used: {error}") from None
        if listing.to_bytes() != raw:
            raise ProofRefused("bundle.json is not in its one spelling (order, blanks, keys)")
        return listing

    def to_bytes(self) -> bytes:
        """Return the canonical bytes."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"
