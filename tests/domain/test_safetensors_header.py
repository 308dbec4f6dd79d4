import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.errors import InvalidInput
from oneseek.domain.safetensors_header import TensorInfo, header_end, parse_header

BYTES = {"U8": 1, "BF16": 2, "F32": 4, "I64": 8}
SHAPES = st.lists(st.integers(0, 3), max_size=3)
TENSORS = st.dictionaries(
    st.text(max_size=6).filter(lambda name: name != "__metadata__"),
    st.tuples(st.sampled_from(sorted(BYTES)), SHAPES),
    max_size=5,
)


def file_of(header: Any, data: bytes = b"", padding: bytes = b"") -> bytes:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    raw += padding
    return len(raw).to_bytes(8, "little") + raw + data


def described(tensors: dict[str, tuple[str, list[int]]]) -> tuple[dict[str, Any], int]:
    header, position = {}, 0
    for name, (dtype, shape) in tensors.items():
        end = position + BYTES[dtype] * math.prod(shape)
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [position, end]}
        position = end
    return header, position


@given(TENSORS, st.integers(0, 9))
def test_every_tensor_is_found_at_its_place_in_the_file(
    tensors: dict[str, tuple[str, list[int]]], padding: int
) -> None:
    header, length = described(tensors)
    raw = file_of({"__metadata__": {"format": "pt"}} | header, bytes(length), b" " * padding)
    start = len(raw) - length
    found = parse_header(raw, len(raw))
    assert found == {
        name: TensorInfo(
            value["dtype"],
            tuple(value["shape"]),
            start + value["data_offsets"][0],
            start + value["data_offsets"][1],
        )
        for name, value in header.items()
    }
    assert parse_header(raw[:start], len(raw)) == found
    assert header_end(raw[:8], len(raw)) == start


@given(TENSORS, st.data())
def test_a_changed_header_is_refused_or_still_accounts_for_every_byte(
    tensors: dict[str, tuple[str, list[int]]], data: st.DataObject
) -> None:
    header, length = described(tensors)
    raw = bytearray(file_of(header, bytes(length)))
    at = data.draw(st.integers(0, len(raw) - length - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    try:
        found = parse_header(bytes(raw), len(raw))
        position = header_end(bytes(raw), len(raw))
    except InvalidInput:
        return
    for tensor in found.values():
        assert tensor.begin == position
        position = tensor.end
    assert position == len(raw)


@given(st.binary(max_size=80), st.integers(0, 200))
def test_arbitrary_bytes_never_raise_anything_but_invalid_input(raw: bytes, size: int) -> None:
    for data in (raw, file_of(raw)):
        try:
            parse_header(data, size)
        except InvalidInput:
            continue
        assert data[8:9] == b"{"


@given(st.recursive(st.none() | st.integers() | st.text(max_size=3), st.lists, max_leaves=4))
def test_a_tensor_described_by_something_else_is_refused(value: Any) -> None:
    good = {"dtype": "U8", "shape": [2], "data_offsets": [0, 2]}
    for key in good:
        if value == good[key] or (key == "dtype" and value == "I8"):
            continue  # a byte is a byte, with or without a sign
        raw = file_of({"t": good | {key: value}}, b"xy")
        with pytest.raises(InvalidInput):
            parse_header(raw, len(raw))


def one(**changes: Any) -> dict[str, Any]:
    return {"t": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]} | changes}


def pair(first: list[int], second: list[int]) -> dict[str, Any]:
    return {
        name: {"dtype": "U8", "shape": [offsets[1] - offsets[0]], "data_offsets": offsets}
        for name, offsets in (("a", first), ("b", second))
    }


REFUSED = [
    pytest.param(pair([0, 3], [4, 8]), id="a hole between two tensors"),
    pytest.param(pair([0, 5], [4, 8]), id="two tensors that overlap"),
    pytest.param(pair([0, 4], [0, 4]), id="two tensors on the same bytes"),
    pytest.param(pair([1, 4], [4, 8]), id="a hole before the first tensor"),
    pytest.param(pair([0, 4], [4, 7]), id="bytes after the last tensor"),
    pytest.param(pair([0, 4], [4, 9]), id="a tensor beyond the end"),
    pytest.param(one(data_offsets=[8, 0]), id="an end before the beginning"),
    pytest.param(one(data_offsets=[-8, 0]), id="a negative offset"),
    pytest.param(one(data_offsets=[0, 8, 8]), id="three offsets"),
    pytest.param(one(data_offsets=[0, 8.0]), id="an offset that is a float"),
    pytest.param(one(data_offsets=[False, 8]), id="an offset that is a bool"),
    pytest.param(one(shape=[3]), id="a shape that does not fit"),
    pytest.param(one(shape=[-2]), id="a negative dimension"),
    pytest.param(one(shape=[2**64, 2]), id="a dimension beyond 64 bits"),
    pytest.param(one(shape=[2**63] * 1000), id="dimensions whose product is huge"),
    pytest.param(one(dtype="F33"), id="an unknown dtype"),
    pytest.param(one(dtype="F4", shape=[15]), id="half a byte left over"),
    pytest.param(one(dtype=["F32"]), id="a dtype that is a list"),
    pytest.param(one(extra=1), id="an unknown key"),
    pytest.param({"t": {"dtype": "F32", "shape": [2]}}, id="a tensor without offsets"),
    pytest.param({"t": 7}, id="a tensor that is a number"),
    pytest.param(one() | {"__metadata__": {"a": 1}}, id="metadata that is not text"),
    pytest.param(one() | {"__metadata__": None}, id="metadata that is null"),
    pytest.param({}, id="no tensors, but bytes"),
    pytest.param(b"[]", id="a list"),
    pytest.param(b" {}", id="a blank first"),
    pytest.param(b"{", id="half an object"),
    pytest.param(b'{"\xff": 1}', id="not UTF-8"),
    pytest.param(b'{"a": NaN}', id="not a number"),
    pytest.param(b'{"a":' * 100_000, id="deep nesting"),
    pytest.param(b'{"a": ' + b"9" * 5000 + b"}", id="a number of 5000 digits"),
    pytest.param(json.dumps(one()).replace('"t"', '"\\ud800"').encode(), id="half a surrogate"),
    pytest.param(
        json.dumps(one()).replace('"dtype"', '"shape": [2], "dtype"').encode(), id="a key twice"
    ),
    pytest.param(
        json.dumps(one()).replace("{", '{"t": ' + json.dumps(one()["t"]) + ", ", 1).encode(),
        id="a tensor twice",
    ),
]


@pytest.mark.parametrize("header", REFUSED)
def test_a_header_that_breaks_the_format_is_refused(header: Any) -> None:
    raw = file_of(header, bytes(8))
    with pytest.raises(InvalidInput):
        parse_header(raw, len(raw))


def test_the_header_that_the_refused_ones_were_made_from_is_accepted() -> None:
    for header in (one(), pair([0, 4], [4, 8]), one(dtype="F4", shape=[16])):
        raw = file_of(header, bytes(8))
        assert parse_header(raw, len(raw)).keys() == header.keys()


def test_a_tensor_without_elements_may_have_any_other_dimension() -> None:
    raw = file_of(one(shape=[2**40, 0], data_offsets=[0, 0]))
    assert parse_header(raw, len(raw))["t"].shape == (2**40, 0)


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (b"", 0),
        (b"\2\0\0\0\0\0\0", 7),
        ((2).to_bytes(8, "little") + b"{}", 9),
        ((2).to_bytes(8, "little") + b"{", 10),
        ((2**63).to_bytes(8, "little") + b"{}", 2**64),
        ((100_000_001).to_bytes(8, "little") + b"{}", 2**40),
    ],
)
def test_a_length_beyond_the_bytes_or_the_limit_is_refused(data: bytes, size: int) -> None:
    with pytest.raises(InvalidInput):
        parse_header(data, size)


def test_the_formats_own_reader_agrees_about_what_is_refused() -> None:
    safetensors = pytest.importorskip("safetensors")
    lenient = {"an unknown key", "metadata that is null", "a tensor twice"}
    for case in REFUSED:
        header = case.values[0]
        accepted = True
        try:
            safetensors.deserialize(file_of(header, bytes(8)))
        except safetensors.SafetensorError:
            accepted = False
        assert accepted == (case.id in lenient), case.id


def test_what_the_formats_own_writer_writes_is_read() -> None:
    numpy = pytest.importorskip("numpy")
    writer = pytest.importorskip("safetensors.numpy")
    tensors = {
        "layer.β": numpy.zeros((2, 3), "float32"),
        "empty": numpy.zeros((0, 4), "int64"),
        "scalar": numpy.zeros((), "float16"),
        "odd": numpy.zeros(3, "uint8"),
    }
    raw = writer.save(tensors, metadata={"format": "np"})
    found = parse_header(raw, len(raw))
    assert {(name, info.dtype, info.shape) for name, info in found.items()} == {
        ("layer.β", "F32", (2, 3)),
        ("empty", "I64", (0, 4)),
        ("scalar", "F16", ()),
        ("odd", "U8", (3,)),
    }
