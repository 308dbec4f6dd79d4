"""Torch files without torch; that torch reads them is tested where torch is, in tests/adapters."""

import json
import pickletools
import zipfile
from io import BytesIO

import pytest

from oneseek.domain.digest import sha256
from oneseek.domain.errors import CannotCheck, InvalidInput
from oneseek.domain.historic.torch_file import torch_file


def safetensors(tensors: dict[str, tuple[str, list[int], bytes]]) -> bytes:
    header, data = {}, b""
    for name, (dtype, shape, raw) in tensors.items():
        offsets = [len(data), len(data) + len(raw)]
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": offsets}
        data += raw
    raw_header = json.dumps(header).encode()
    return len(raw_header).to_bytes(8, "little") + raw_header + data


TWO = {"b": ("F32", [1, 2], b"12345678"), "a": ("BF16", [3], b"abcdef")}


def test_the_bytes_of_a_torch_file_never_change() -> None:
    """A projection is rebuilt byte for byte: another digest here needs another version of it."""
    assert sha256(torch_file(safetensors(TWO))) == (
        "27a4cb164d515e763690ab1bdf05962b551c57359081e6ca61e8dadf47ab6317"
    )


def test_the_order_of_the_tensors_in_the_source_does_not_matter() -> None:
    turned = dict(reversed(TWO.items()))
    assert torch_file(safetensors(TWO)) == torch_file(safetensors(turned))


def test_every_storage_holds_the_bytes_of_its_tensor_where_it_can_be_mapped() -> None:
    made = torch_file(safetensors(TWO))
    with zipfile.ZipFile(BytesIO(made)) as archive:
        assert archive.testzip() is None
        assert archive.read("archive/data/0") == b"abcdef"
        assert archive.read("archive/data/1") == b"12345678"
        for raw in (b"abcdef", b"12345678"):
            assert made.index(raw) % 64 == 0


def test_the_pickle_names_nothing_but_tensors() -> None:
    with zipfile.ZipFile(BytesIO(torch_file(safetensors(TWO)))) as archive:
        opcodes = list(pickletools.genops(archive.read("archive/data.pkl")))
    named = {argument for opcode, argument, _ in opcodes if opcode.name == "GLOBAL"}
    assert named == {
        "collections OrderedDict",
        "torch._utils _rebuild_tensor_v2",
        "torch FloatStorage",
        "torch BFloat16Storage",
    }


def test_a_dimension_beyond_31_bits_is_a_long() -> None:
    empty = safetensors({"w": ("F32", [0, 2**31], b"")})
    with zipfile.ZipFile(BytesIO(torch_file(empty))) as archive:
        opcodes = list(pickletools.genops(archive.read("archive/data.pkl")))
    assert [argument for opcode, argument, _ in opcodes if opcode.name == "LONG1"] == [2**31] * 2


def test_no_tensors_are_an_empty_dict() -> None:
    with zipfile.ZipFile(BytesIO(torch_file(safetensors({})))) as archive:
        assert archive.namelist() == [f"archive/{n}" for n in ("data.pkl", "byteorder", "version")]


def test_numbers_without_a_storage_are_refused() -> None:
    with pytest.raises(CannotCheck, match="tensor 'w' holds F8_E4M3"):
        torch_file(safetensors({"w": ("F8_E4M3", [1], b"x")}))


def test_other_files_are_refused() -> None:
    with pytest.raises(InvalidInput, match="safetensors"):
        torch_file(b"PLACEHOLDER_MODEL_WEIGHTS")
