"""Files as torch writes them, made by hand, so that they can hold what torch would never write."""

import os
import pickle
import zipfile
from collections.abc import Mapping
from pathlib import Path

MAGIC = 0x1950A86A20F9469CFC6C


class Trap:
    """Does what it is given when somebody unpickles it."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.function, self.arguments = function, arguments

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.function, self.arguments


def write_zip(
    path: Path,
    data: bytes,
    storages: Mapping[str, bytes] | None = None,
    others: Mapping[str, bytes] | None = None,
    compression: int = zipfile.ZIP_STORED,
) -> Path:
    """Write the zip container around a pickle."""
    members = {"data.pkl": data, "version": b"3\n", "byteorder": b"little"}
    members |= {f"data/{key}": value for key, value in (storages or {}).items()}
    members |= others or {}
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(f"archive/{name}", content)
    return path


def write_legacy(path: Path, data: bytes, keys: object = (), numbers: bytes = b"") -> Path:
    """Write the older container around a pickle."""
    parts = [pickle.dumps(MAGIC, 2), pickle.dumps(1001, 2), pickle.dumps({}, 2), data]
    path.write_bytes(b"".join([*parts, pickle.dumps(list(keys), 2), numbers]))  # type: ignore[call-overload]
    return path


def tensor_pickle(
    *,
    kind: str = "FloatStorage",
    count: int = 4,
    offset: int = 0,
    shape: tuple[int, ...] = (4,),
    strides: tuple[int, ...] = (1,),
    key: str = "0",
) -> bytes:
    """A pickle of ``{"weight": tensor}`` with the numbers as they are given."""
    return b"".join(
        [
            b"\x80\x02}X\x06\x00\x00\x00weight",
            b"ctorch._utils\n_rebuild_tensor_v2\n((",
            _text("storage"),
            b"ctorch\n" + kind.encode() + b"\n",
            _text(key) + _text("cpu") + _number(count) + b"tQ" + _number(offset),
            b"(" + b"".join(map(_number, shape)) + b"t",
            b"(" + b"".join(map(_number, strides)) + b"t",
            b"\x89ccollections\nOrderedDict\n)RtRs.",
        ]
    )


def _text(value: str) -> bytes:
    data = value.encode()
    return b"X" + len(data).to_bytes(4, "little") + data


def _number(value: int) -> bytes:
    data = value.to_bytes(16, "little", signed=True)
    return b"\x8a" + bytes([len(data)]) + data


def touch(path: Path) -> str:
    """A shell command that leaves a mark."""
    return f"{'type nul >' if os.name == 'nt' else 'touch'} {path}"
