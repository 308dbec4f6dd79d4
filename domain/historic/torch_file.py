"""Tensors of a safetensors file as the file that ``torch.save`` of a state dict would be.

The form is that of PyTorch 1.6 and later: an uncompressed zip with ``data.pkl``, a pickle whose
tensors point at storages by number, and one member per storage, each at a multiple of 64 bytes so
that it can be mapped (https://docs.pytorch.org/docs/stable/notes/serialization.html). PyTorch's own
writer puts other members in from release to release; this one writes the same bytes for ever, and
without PyTorch. ``torch.load(weights_only=True)`` reads it.
"""

import math
import pickle
import struct
import zipfile
from collections.abc import Mapping
from io import BytesIO

from oneseek.domain.errors import CannotCheck
from oneseek.domain.safetensors_header import TensorInfo, parse_header

_STORAGES = {
    "F64": "DoubleStorage",
    "F32": "FloatStorage",
    "F16": "HalfStorage",
    "BF16": "BFloat16Storage",
    "I64": "LongStorage",
    "I32": "IntStorage",
    "I16": "ShortStorage",
    "I8": "CharStorage",
    "U8": "ByteStorage",
    "BOOL": "BoolStorage",
}
_ALIGNMENT = 64
_EPOCH = (1980, 1, 1, 0, 0, 0)
_LOCAL_HEADER = 30
_EXTRA_HEADER = 4


def torch_file(safetensors: bytes) -> bytes:
    """Return the tensors of the file ``safetensors`` as a torch file, in order of their names.

    Raises:
        InvalidInput: it is no safetensors file.
        CannotCheck: a tensor has a number type that no storage of PyTorch's has a name for.
    """
    tensors = dict(sorted(parse_header(safetensors, len(safetensors)).items()))
    for name, tensor in tensors.items():
        if tensor.dtype not in _STORAGES:
            raise CannotCheck(f"tensor {name!r} holds {tensor.dtype}, which no torch file can")
    target, data = BytesIO(), memoryview(safetensors)
    with zipfile.ZipFile(target, "w") as archive:
        _add(archive, target, "data.pkl", _pickled(tensors))
        _add(archive, target, "byteorder", b"little")
        for number, tensor in enumerate(tensors.values()):
            _add(archive, target, f"data/{number}", data[tensor.begin : tensor.end])
        _add(archive, target, "version", b"3\n")
    return target.getvalue()


def _add(archive: zipfile.ZipFile, target: BytesIO, name: str, data: bytes | memoryview) -> None:
    member = zipfile.ZipInfo(f"archive/{name}", _EPOCH)
    member.create_system = 3  # else it would say on which system this ran
    start = target.tell() + _LOCAL_HEADER + len(member.filename) + _EXTRA_HEADER
    padding = -start % _ALIGNMENT
    # "FB" is the extra field that PyTorch pads with.
    member.extra = struct.pack("<2sH", b"FB", padding) + bytes(padding)
    archive.writestr(member, data)


def _pickled(tensors: Mapping[str, TensorInfo]) -> bytes:
    """Return the pickle of an OrderedDict of tensors, opcode by opcode: torch is not needed."""
    parts = [pickle.PROTO + b"\x02", _EMPTY_ORDERED_DICT]
    if tensors:
        parts.append(pickle.MARK)
        for number, (name, tensor) in enumerate(tensors.items()):
            parts += [_text(name), _tensor(number, tensor)]
        parts.append(pickle.SETITEMS)
    return b"".join([*parts, pickle.STOP])


def _tensor(number: int, tensor: TensorInfo) -> bytes:
    storage = _tuple(
        _text("storage"),
        _global("torch", _STORAGES[tensor.dtype]),
        _text(str(number)),
        _text("cpu"),
        _int(math.prod(tensor.shape)),
    )
    strides = [math.prod(tensor.shape[place + 1 :]) for place in range(len(tensor.shape))]
    arguments = _tuple(
        storage + pickle.BINPERSID,
        _int(0),
        _tuple(*map(_int, tensor.shape)),
        _tuple(*map(_int, strides)),
        pickle.NEWFALSE,
        _EMPTY_ORDERED_DICT,
    )
    return _global("torch._utils", "_rebuild_tensor_v2") + arguments + pickle.REDUCE


def _global(module: str, name: str) -> bytes:
    return pickle.GLOBAL + f"{module}\n{name}\n".encode()


def _text(text: str) -> bytes:
    raw = text.encode()
    return pickle.BINUNICODE + len(raw).to_bytes(4, "little") + raw


def _int(number: int) -> bytes:
    if number < 2**31:
        return pickle.BININT + number.to_bytes(4, "little")
    raw = number.to_bytes(8, "little")
    return pickle.LONG1 + bytes([len(raw)]) + raw


def _tuple(*items: bytes) -> bytes:
    return pickle.MARK + b"".join(items) + pickle.TUPLE


_EMPTY_ORDERED_DICT = _global("collections", "OrderedDict") + pickle.EMPTY_TUPLE + pickle.REDUCE
