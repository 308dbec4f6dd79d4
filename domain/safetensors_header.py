"""The header of a safetensors file, read with the standard library alone.

A file is: eight bytes of length (unsigned, little-endian), a JSON object of that length, which may
be padded with blanks, and the bytes of all tensors without gaps::

    {"__metadata__": {"format": "pt"},
     "layer.weight": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}

Source: https://github.com/huggingface/safetensors (README, "Format"). The offsets there count from
the end of the header; :class:`TensorInfo` counts from the start of the file. Every number comes
from outside and is checked before it is used, so a caller may seek to what this module returns.
"""

import json
from dataclasses import dataclass
from typing import Any, NoReturn

from oneseek.domain.errors import InvalidInput

LENGTH_BYTES = 8
MAX_HEADER_BYTES = 100_000_000
"""The limit that the format's own reader sets."""

_BITS = {
    **dict.fromkeys(("F4",), 4),
    **dict.fromkeys(("F6_E2M3", "F6_E3M2"), 6),
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0"), 8),
    **dict.fromkeys(("F8_E4M3FNUZ", "F8_E5M2FNUZ"), 8),
    **dict.fromkeys(("U16", "I16", "F16", "BF16"), 16),
    **dict.fromkeys(("U32", "I32", "F32"), 32),
    **dict.fromkeys(("U64", "I64", "F64", "C64"), 64),
}


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """One tensor: its bytes are ``file[begin:end]``, row-major, little-endian."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    """Offset in bytes from the start of the file."""
    end: int


def header_end(prefix: bytes, file_size: int) -> int:
    """Return the offset at which the header ends, from the first eight bytes of a file.

    Raises:
        InvalidInput: the length goes beyond the file, or beyond what the format allows.
    """
    if len(prefix) < LENGTH_BYTES:
        raise InvalidInput("safetensors file is shorter than its eight bytes of length")
    length = int.from_bytes(prefix[:LENGTH_BYTES], "little")
    if length > MAX_HEADER_BYTES or LENGTH_BYTES + length > file_size:
        raise InvalidInput(f"safetensors header of {length} bytes in a file of {file_size} bytes")
    return LENGTH_BYTES + length


def parse_header(data: bytes, file_size: int) -> dict[str, TensorInfo]:
    """Return the tensors of a file by name, in the order of their bytes.

    Args:
        data: the start of the file, at least to the end of the header.
        file_size: length of the whole file in bytes.

    Raises:
        InvalidInput: the header is not what the format demands, or it does not account for every
            byte of the file exactly once.
    """
    end = header_end(data, file_size)
    if len(data) < end:
        raise InvalidInput(f"safetensors header is cut short: {len(data)} bytes of {end}")
    found = _load(bytes(data[LENGTH_BYTES:end]))
    _check_metadata(found.pop("__metadata__", {}))
    tensors = {name: _tensor(name, value, end, file_size) for name, value in found.items()}
    ordered = sorted(tensors.items(), key=lambda item: (item[1].begin, item[1].end))
    position = end
    for name, tensor in ordered:
        if tensor.begin != position:
            raise InvalidInput(f"tensor {name!r} begins at {tensor.begin}, expected {position}")
        position = tensor.end
    if position != file_size:
        raise InvalidInput(f"tensors end at byte {position} of a file of {file_size} bytes")
    return dict(ordered)


def _load(raw: bytes) -> dict[str, Any]:
    if not raw.startswith(b"{"):
        raise InvalidInput("safetensors header does not begin with '{'")
    try:
        found: dict[str, Any] = json.loads(
            raw.decode(), object_pairs_hook=_unique, parse_constant=_no_constant
        )
        # JSON can escape half a surrogate pair: such a name is no text and could not be printed.
        "".join(found).encode()
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"safetensors header is not a JSON object: {error}") from None
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key occurs twice")
    return found


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def _check_metadata(value: Any) -> None:
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise InvalidInput("safetensors __metadata__ is not an object of texts")


def _tensor(name: str, value: Any, start: int, file_size: int) -> TensorInfo:
    if not isinstance(value, dict) or value.keys() != {"dtype", "shape", "data_offsets"}:
        raise InvalidInput(f"tensor {name!r} is not described by dtype, shape and data_offsets")
    dtype, offsets = value["dtype"], _numbers(name, value["data_offsets"])
    if not isinstance(dtype, str) or dtype not in _BITS:
        raise InvalidInput(f"tensor {name!r} has an unknown dtype: {dtype!r:.40}")
    shape = _numbers(name, value["shape"])
    if len(offsets) != 2 or not offsets[0] <= offsets[1] <= file_size - start:
        raise InvalidInput(f"tensor {name!r} lies outside the file")
    if _bits(dtype, shape, file_size) != 8 * (offsets[1] - offsets[0]):
        raise InvalidInput(f"tensor {name!r}: shape and dtype do not agree with its length")
    return TensorInfo(dtype, shape, start + offsets[0], start + offsets[1])


def _numbers(name: str, value: Any) -> tuple[int, ...]:
    # type(…) is int, because True is an int to isinstance.
    if not isinstance(value, list) or not all(
        type(number) is int and 0 <= number < 2**64 for number in value
    ):
        raise InvalidInput(f"tensor {name!r}: shape and data_offsets are lists of whole numbers")
    return tuple(value)


def _bits(dtype: str, shape: tuple[int, ...], file_size: int) -> int:
    """Return the length of a tensor in bits, or something beyond the file if it is beyond it."""
    if 0 in shape:
        return 0
    bits = _BITS[dtype]
    for dimension in shape:
        bits *= dimension
        if bits > 8 * file_size:  # a long list of huge dimensions must not cost hours
            break
    return bits
