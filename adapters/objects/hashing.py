"""Digests of files, of whole folders, and of single tensors. Every byte is read once.

SHA-256 cannot be split within a file, so folders are hashed with one thread per file: hashlib lets
go of the interpreter lock while it works.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.reading import OnBytes, chunks, hash_fd, open_regular
from oneseek.adapters.objects.tree import TreeEntry, hash_tree
from oneseek.domain.digest import Digest
from oneseek.domain.errors import InvalidInput
from oneseek.domain.safetensors_header import LENGTH_BYTES, TensorInfo, header_end, parse_header

__all__ = ["TensorDigest", "TreeEntry", "hash_file", "hash_tree", "tensor_digests"]


@dataclass(frozen=True, slots=True)
class TensorDigest:
    """One tensor of a safetensors file; ``digest`` is of its bytes as they are stored."""

    dtype: str
    shape: tuple[int, ...]
    digest: Digest


def hash_file(path: Path, on_bytes: OnBytes | None = None) -> tuple[Digest, int]:
    """Return the digest and the length in bytes of a regular file.

    Raises:
        NotFound, InvalidInput: it is absent, or is a link, a folder, a pipe or a device.
        ServiceFailed: the disk refuses to read it.
    """
    with disk_errors("read", path), open_regular(path) as fd:
        return hash_fd(fd, on_bytes=on_bytes)


def tensor_digests(path: Path, on_bytes: OnBytes | None = None) -> dict[str, TensorDigest]:
    """Return the tensors of a safetensors file by name, in the order of their bytes.

    Raises:
        NotFound, InvalidInput: the file is absent, is not a regular file, is not in the
            safetensors format, or became shorter while it was read.
        ServiceFailed: the disk refuses to read it.
    """
    with disk_errors("read", path), open_regular(path) as fd:
        found = {}
        # Their bytes follow each other without gaps (the parser saw to that), so nothing seeks.
        for name, tensor in _read_header(fd, path, on_bytes).items():
            length = tensor.end - tensor.begin
            digest, size = hash_fd(fd, limit=length, on_bytes=on_bytes)
            if size != length:
                raise InvalidInput(f"{path} became shorter while it was read")
            found[name] = TensorDigest(tensor.dtype, tensor.shape, digest)
    return found


def _read_header(fd: int, path: Path, on_bytes: OnBytes | None) -> dict[str, TensorInfo]:
    size = os.fstat(fd).st_size
    try:
        prefix = b"".join(map(bytes, chunks(fd, LENGTH_BYTES)))
        length = header_end(prefix, size) - LENGTH_BYTES
        header = prefix + b"".join(map(bytes, chunks(fd, length)))
        tensors = parse_header(header, size)
    except InvalidInput as error:
        raise InvalidInput(f"{path}: {error.message}") from None
    if on_bytes is not None:
        on_bytes(len(header))
    return tensors
