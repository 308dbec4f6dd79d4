"""The manifest of a folder: which files it holds, how long they are, what they hash to.

The bytes are JSON as ``json.dumps(…, indent=2, ensure_ascii=False)`` writes it, files in byte order
of their UTF-8 paths, with one newline at the end, so that anybody can make them again::

    {
      "format": "oneseek-manifest/v1",
      "files": [
        {
          "path": "adapter_config.json",
          "size": 512,
          "sha256": "9f86d081…"
        }
      ]
    }

The SHA-256 of these bytes is the identity of a version or of a base model. Reading is strict: bytes
that would not be written again exactly as they are, are refused.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Self

import msgspec
from msgspec import Struct

from oneseek.domain.digest import Digest, parse_digest, sha256
from oneseek.domain.errors import InvalidInput, NotFound

MANIFEST_FILE = "manifest.json"
PROOF_FILE = "ledger.proof"
SIGNATURE_FILE = "model.sig"
"""What lies in a certified folder beside the files that the manifest lists: itself, the proof that
it is in the ledger, and the signature of the folder."""

MAX_PATH_BYTES = 1024
MAX_SIZE = 2**53
"""Sizes are JSON integers: no larger than every JSON reader can hold."""

# Nearly every path there is: ASCII, no part that begins with a dot. Others are looked at closely.
_PLAIN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")

# Controls, and the two separators that line-oriented tools take for a line end.
_UNSEEN = frozenset({"Cc", "Zl", "Zp"})


def check_path(text: str) -> str:
    """Return ``text`` if it is a path that stays inside its folder and prints on one line.

    Such a path is relative, its parts are separated by ``/``, and none is empty, ``.`` or ``..``.

    Raises:
        InvalidInput: it is anything else, has a backslash or a control character, is not valid
            Unicode, or is longer than 1024 bytes of UTF-8.
    """
    if len(text) <= MAX_PATH_BYTES and _PLAIN.fullmatch(text):
        return text
    try:
        length = len(text.encode())
    except UnicodeEncodeError:
        raise InvalidInput(f"path is not valid Unicode: {text!r}") from None
    if not 0 < length <= MAX_PATH_BYTES:
        raise InvalidInput(f"path of {length} bytes, allowed are 1 to {MAX_PATH_BYTES}: {text!r}")
    if any(part in ("", ".", "..") for part in text.split("/")):
        raise InvalidInput(f"path has an empty part, '.' or '..': {text!r}")
    if "\\" in text or any(unicodedata.category(char) in _UNSEEN for char in text):
        raise InvalidInput(f"path has a backslash or a control character: {text!r}")
    return text


class ManifestFile(Struct, frozen=True, forbid_unknown_fields=True, rename={"digest": "sha256"}):
    """One file of a folder. Raises InvalidInput when made with an unsafe path, size or digest."""

    path: str
    size: int
    """Length in bytes."""
    digest: Digest

    def __post_init__(self) -> None:
        check_path(self.path)
        parse_digest(self.digest)
        if not 0 <= self.size <= MAX_SIZE:
            raise InvalidInput(f"{self.path}: {self.size} is not the size of a file")


class Manifest(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="format", tag="oneseek-manifest/v1"
):
    """The files of a folder, kept in byte order of their paths whatever order they came in.

    Raises InvalidInput when two files have one path, or when one file's path is a folder of
    another's: no file system could hold both.
    """

    files: tuple[ManifestFile, ...]

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.files, key=lambda file: file.path.encode()))
        msgspec.structs.force_setattr(self, "files", ordered)
        paths: set[str] = set()
        for file in ordered:
            if file.path in paths:
                raise InvalidInput(f"manifest names {file.path!r} twice")
            paths.add(file.path)
        for file in ordered:
            if folder := next((above for above in _folders(file.path) if above in paths), None):
                raise InvalidInput(f"manifest has {folder!r} both as a file and as a folder")

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Return the manifest that ``raw`` spells.

        Raises:
            InvalidInput: ``raw`` is not a manifest, or not in the one accepted spelling.
        """
        try:
            manifest = msgspec.json.decode(raw, type=cls)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise InvalidInput(f"not a manifest: {error}") from None
        if manifest.to_bytes() != raw:
            raise InvalidInput(
                "manifest is not in canonical form (order, spacing or repeated keys)"
            )
        return manifest

    def to_bytes(self) -> bytes:
        """Return the canonical bytes, the ones that are hashed and stored."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"

    @property
    def digest(self) -> Digest:
        """SHA-256 of :meth:`to_bytes`: the identity of what the manifest describes."""
        return sha256(self.to_bytes())


def weights_digest(manifest: Manifest, names: Iterable[str]) -> Digest:
    """Return the digest that stands for the weights of a version.

    That is the file's own SHA-256 where ``names`` has one path. Where the weights are in several
    files it is the SHA-256 of the lines ``<sha256>  <path>\\n`` in byte order of the paths (what
    ``sha256sum`` prints), so that the order of ``names`` does not matter.

    Raises:
        InvalidInput: ``names`` is empty.
        NotFound: the manifest lacks one of them.
    """
    wanted = set(names)
    if not wanted:
        raise InvalidInput("a version needs at least one weight file")
    files = [file for file in manifest.files if file.path in wanted]
    if absent := wanted.difference(file.path for file in files):
        raise NotFound(f"manifest has no weight file {min(absent)!r}")
    if len(files) == 1:
        return files[0].digest
    lines = "".join(f"{file.digest}  {file.path}\n" for file in files)
    return sha256(lines.encode())


def _folders(path: str) -> Iterable[str]:
    """Yield every folder above ``path``, the nearest last."""
    position = path.find("/")
    while position != -1:
        yield path[:position]
        position = path.find("/", position + 1)
