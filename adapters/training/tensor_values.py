"""One digest for the same tensors in any container, and whether all their values are numbers.

For every tensor in order of names: a line of compact JSON ``["name","F32",[2,3]]`` with the words
that safetensors has for types, a line feed, and the values, row-major and little-endian. Type and
shape tell how many bytes follow, so no two sets of tensors run together into the same text.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any, Final

from oneseek.domain.digest import Digest

CHUNK: Final = 4 * 1024 * 1024
"""Bytes looked at in one go; a multiple of every number's length."""

# For each type the length of the whole number that holds it, and the bits that are all set in what
# is no finite number.
_ENDLESS: Final = {
    "F64": ("<u8", 0x7FF0_0000_0000_0000),
    "F32": ("<u4", 0x7F80_0000),
    "F16": ("<u2", 0x7C00),
    "BF16": ("<u2", 0x7F80),
    "C64": ("<u4", 0x7F80_0000),
    "C128": ("<u8", 0x7FF0_0000_0000_0000),
    "F8_E5M2": ("u1", 0x7C),
    "F8_E4M3": ("u1", 0x7F),
    "F8_E8M0": ("u1", 0xFF),
}
_EXACT: Final = {"F8_E4M3FNUZ": 0x80, "F8_E5M2FNUZ": 0x80}


class TensorValues:
    """Takes tensors in order of names, a piece at a time."""

    def __init__(self) -> None:
        self._sum = hashlib.sha256()
        self._numpy = _numpy()
        self.endless = 0
        """Tensors with NaN or infinity in them."""

    def add(
        self, name: str, dtype: str, shape: Iterable[int], pieces: Iterable[memoryview | bytes]
    ) -> None:
        """Take one tensor; ``pieces`` are its bytes, each but the last of :data:`CHUNK`."""
        head = json.dumps([name, dtype, list(shape)], ensure_ascii=True, separators=(",", ":"))
        self._sum.update(f"{head}\n".encode())
        finite = True
        for piece in pieces:
            self._sum.update(piece)
            finite = finite and self._is_finite(dtype, piece)
        self.endless += not finite

    @property
    def digest(self) -> Digest:
        """The digest of all tensors taken."""
        return self._sum.hexdigest()

    @property
    def finite(self) -> bool | None:
        """False where a value is NaN or infinite; None where numpy is not installed."""
        return None if self._numpy is None else not self.endless

    def _is_finite(self, dtype: str, piece: memoryview | bytes) -> bool:
        if self._numpy is None:
            return True
        if dtype in _EXACT:
            return not (self._numpy.frombuffer(piece, "u1") == _EXACT[dtype]).any()
        if dtype not in _ENDLESS:
            return True
        kind, mask = _ENDLESS[dtype]
        values = self._numpy.frombuffer(piece, kind)
        return not ((values & values.dtype.type(mask)) == mask).any()


def _numpy() -> Any:
    try:
        import numpy
    except ImportError:
        return None
    return numpy
