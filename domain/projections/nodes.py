"""What a projection wants to stand at a path, and what that comes down to: files and links.

A node is small and names bytes by digest or by leaf index. :func:`expand` turns nodes into plain
files and links; it is pure, reading goes through the two functions it is given.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import LedgerBroken
from oneseek.domain.manifest import MANIFEST_FILE, Manifest


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file with this text."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A relative symbolic link."""

    target: str


@dataclass(frozen=True, slots=True)
class ManifestFiles:
    """A folder with every file of a manifest object, and the manifest itself."""

    manifest: Digest


@dataclass(frozen=True, slots=True)
class ProofFile:
    """The C2SP tlog-proof of a ledger entry, with the entry itself as extra data."""

    index: int


@dataclass(frozen=True, slots=True)
class ObjectFile:
    """A file whose bytes are an object."""

    digest: Digest


@dataclass(frozen=True, slots=True)
class Checksums:
    """A file for ``sha256sum -c``: every file of a manifest, below ``folder``."""

    manifest: Digest
    folder: str


@dataclass(frozen=True, slots=True)
class PickedFiles:
    """A folder with the files of a manifest object but those called ``without``."""

    manifest: Digest
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file whose bytes are made from objects, which ``make`` reads; always the same bytes."""

    make: Callable[[Callable[[Digest], bytes]], bytes]


Node = TextFile | Link | ManifestFiles | PickedFiles | ProofFile | ObjectFile | MadeFile | Checksums

_MOST_HELD = 64 * 1024
"""Made bytes beyond this are not held until they are written, but made again: a tree may want
hundreds of weight files at once."""


@dataclass(frozen=True, slots=True)
class WantedFile:
    """A file by digest; ``data`` or ``make`` gives bytes that are not an object in the store."""

    digest: Digest
    data: bytes | None = None
    make: Callable[[], bytes] | None = field(default=None, compare=False)


Wanted = WantedFile | Link


def expand(
    nodes: Mapping[str, Node],
    read: Callable[[Digest], bytes],
    prove: Callable[[int], bytes],
) -> dict[str, Wanted]:
    """Return the files and links that ``nodes`` (path → node, "" for the unit itself) stand for."""
    wanted: dict[str, Wanted] = {}
    for path, node in nodes.items():
        wanted.update(_expand_one(path, node, read, prove))
    return wanted


def require_unit_name(name: str, depth: int) -> None:
    """Refuse the name of a unit that would lead out of the target, or lie deeper than ``depth``.

    Raises:
        LedgerBroken: see :func:`require_plain_name`.
    """
    for part in name.split("/", depth - 1):
        require_plain_name(part)


def require_plain_name(name: str) -> None:
    """Refuse a name from an entry that would lead out of the target, or into another unit.

    Raises:
        LedgerBroken: it is no plain name of a file or folder.
    """
    if name in ("", ".", "..") or "/" in name or "\0" in name:
        raise LedgerBroken(f"the ledger names a version {name!r}: no folder can be called so")


def _expand_one(
    path: str,
    node: Node,
    read: Callable[[Digest], bytes],
    prove: Callable[[int], bytes],
) -> Iterator[tuple[str, Wanted]]:
    match node:
        case Link(target):
            require_plain_name(target)
            yield path, node
        case TextFile(text):
            yield path, _made(text.encode())
        case ProofFile(index):
            yield path, _made(prove(index))
        case ObjectFile(digest):
            yield path, WantedFile(digest)
        case MadeFile(make):
            yield path, _lazy(make, read)
        case Checksums(manifest, folder):
            yield path, _made(_checksums(Manifest.from_bytes(read(manifest)), manifest, folder))
        case _:
            yield from _files(path, node, read)


def _checksums(manifest: Manifest, digest: Digest, folder: str) -> bytes:
    lines = [f"{file.digest}  {folder}/{file.path}\n" for file in manifest.files]
    return "".join([*lines, f"{digest}  {folder}/{MANIFEST_FILE}\n"]).encode()


def _join(folder: str, path: str) -> str:
    return f"{folder}/{path}" if folder else path


def _files(
    path: str, node: ManifestFiles | PickedFiles, read: Callable[[Digest], bytes]
) -> Iterator[tuple[str, Wanted]]:
    without = node.without if isinstance(node, PickedFiles) else frozenset[str]()
    for file in Manifest.from_bytes(read(node.manifest)).files:
        if file.path not in without:
            yield _join(path, file.path), WantedFile(file.digest)
    if isinstance(node, ManifestFiles):
        yield _join(path, MANIFEST_FILE), WantedFile(node.manifest)


def _lazy(
    make: Callable[[Callable[[Digest], bytes]], bytes], read: Callable[[Digest], bytes]
) -> WantedFile:
    made = _made(make(read))
    if made.data is not None and len(made.data) > _MOST_HELD:
        return WantedFile(made.digest, make=lambda: make(read))
    return made


def _made(data: bytes) -> WantedFile:
    return WantedFile(sha256(data), data)
