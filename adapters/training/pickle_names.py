"""What a pickle of tensors may name: torch's own words for storages, number types and rebuilding.

A narrower list than that of ``torch.load(weights_only=True)``: storages may be named but not
called (``torch.FloatStorage(10**13)`` would ask for terabytes), and neither may ``bytearray``,
``set`` or classes of tensors. Quantised, sparse and nested tensors never held LoRA weights.
"""

from typing import Final

STORAGES: Final = {
    "torch BFloat16Storage": "BF16",
    "torch BoolStorage": "BOOL",
    "torch ByteStorage": "U8",
    "torch CharStorage": "I8",
    "torch ComplexDoubleStorage": "C128",
    "torch ComplexFloatStorage": "C64",
    "torch DoubleStorage": "F64",
    "torch FloatStorage": "F32",
    "torch HalfStorage": "F16",
    "torch IntStorage": "I32",
    "torch LongStorage": "I64",
    "torch ShortStorage": "I16",
    "torch UntypedStorage": "U8",
    "torch.storage UntypedStorage": "U8",
}
"""Type of a storage, with the word that safetensors has for its numbers."""

TYPES: Final = {
    "torch bfloat16": "BF16",
    "torch bool": "BOOL",
    "torch complex128": "C128",
    "torch complex64": "C64",
    "torch float16": "F16",
    "torch float32": "F32",
    "torch float64": "F64",
    "torch float8_e4m3fn": "F8_E4M3",
    "torch float8_e4m3fnuz": "F8_E4M3FNUZ",
    "torch float8_e5m2": "F8_E5M2",
    "torch float8_e5m2fnuz": "F8_E5M2FNUZ",
    "torch float8_e8m0fnu": "F8_E8M0",
    "torch int16": "I16",
    "torch int32": "I32",
    "torch int64": "I64",
    "torch int8": "I8",
    "torch uint16": "U16",
    "torch uint32": "U32",
    "torch uint64": "U64",
    "torch uint8": "U8",
}

BYTES: Final = {
    **dict.fromkeys(("BOOL", "U8", "I8"), 1),
    **dict.fromkeys(("F8_E4M3", "F8_E4M3FNUZ", "F8_E5M2", "F8_E5M2FNUZ", "F8_E8M0"), 1),
    **dict.fromkeys(("BF16", "F16", "I16", "U16"), 2),
    **dict.fromkeys(("F32", "I32", "U32"), 4),
    **dict.fromkeys(("C64", "F64", "I64", "U64"), 8),
    "C128": 16,
}
"""Bytes of one number."""
