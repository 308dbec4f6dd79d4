"""Tensors out of scanned torch files, and into safetensors, one at a time.

The library's own writer takes the bytes of all tensors at once; a full model of the old system
would need twice its 14 GB. The file written here is the same to the byte.
"""

import json
import warnings
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from oneseek.adapters.training.tensor_values import CHUNK
from oneseek.domain.errors import InvalidInput, ServiceFailed

WORDS = {
    torch.bool: "BOOL",
    torch.uint8: "U8",
    torch.int8: "I8",
    torch.float8_e5m2: "F8_E5M2",
    torch.float8_e4m3fn: "F8_E4M3",
    torch.float8_e8m0fnu: "F8_E8M0",
    torch.float8_e4m3fnuz: "F8_E4M3FNUZ",
    torch.float8_e5m2fnuz: "F8_E5M2FNUZ",
    torch.int16: "I16",
    torch.uint16: "U16",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.int32: "I32",
    torch.uint32: "U32",
    torch.float32: "F32",
    torch.complex64: "C64",
    torch.float64: "F64",
    torch.int64: "I64",
    torch.uint64: "U64",
    torch.complex128: "C128",
}
"""Number types in the order in which safetensors ranks them, lowest first."""
_RANK = {kind: rank for rank, kind in enumerate(WORDS)}


def load_object(file: Path, *, mappable: bool) -> object:
    """Return what torch reads out of ``file``, which was scanned before. No code in it can run.

    Raises:
        InvalidInput: torch cannot read it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return torch.load(file, map_location="cpu", weights_only=True, mmap=mappable)
        except Exception as error:  # errors of unpickling, of zip, of storages, and plain ones
            # What follows the first sentence explains how to open the file without protection.
            said = str(error).split("WeightsUnpickler error: ")[-1]
            first = said.strip().partition("\n")[0].split(". ")[0][:200]
            raise InvalidInput(f"torch does not read it: {first}") from error


def load_safetensors(file: Path) -> dict[str, torch.Tensor]:
    """Return the tensors of a safetensors file, mapped into memory.

    Raises:
        InvalidInput: it is damaged.
    """
    try:
        return load_file(file)
    except (SafetensorError, OSError) as error:
        raise InvalidInput(f"{file.name} is not a readable safetensors file: {error}") from error


def word(tensor: torch.Tensor) -> str:
    """Return what safetensors calls the type of its numbers."""
    return WORDS[tensor.dtype]


def pieces(tensor: torch.Tensor) -> Iterator[memoryview]:
    """Yield the values, row-major and little-endian, in pieces; a view is copied out first."""
    flat = tensor.detach().contiguous().reshape(-1).view(torch.uint8)
    values: Any = flat.numpy()
    data = memoryview(values)
    for start in range(0, len(data), CHUNK):
        yield data[start : start + CHUNK]


def write_safetensors(path: Path, tensors: Mapping[str, torch.Tensor]) -> None:
    """Write ``tensors`` with the one metadata key ``format: pt``; tensors may share memory.

    Nothing is left behind where it fails.

    Raises:
        InvalidInput: a type of number that the format does not know.
        ServiceFailed: the disk refused.
    """
    odd = [name for name, tensor in tensors.items() if tensor.dtype is torch.complex128]
    if odd:
        raise InvalidInput(f"safetensors knows no complex numbers of 128 bits: {odd[0]}")
    order = sorted(tensors, key=lambda name: (-_RANK[tensors[name].dtype], name.encode()))
    try:
        with path.open("wb") as stream:
            stream.write(_header(order, tensors))
            for name in order:
                for piece in pieces(tensors[name]):
                    stream.write(piece)
    except OSError as error:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise ServiceFailed(f"{path} could not be written: {error.strerror}") from error


def _header(order: list[str], tensors: Mapping[str, torch.Tensor]) -> bytes:
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    position = 0
    for name in order:
        tensor = tensors[name]
        end = position + tensor.numel() * tensor.element_size()
        header[name] = {
            "dtype": word(tensor),
            "shape": list(tensor.shape),
            "data_offsets": [position, end],
        }
        position = end
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    # Blanks up to a multiple of eight, so that the values are aligned when they are mapped.
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text
