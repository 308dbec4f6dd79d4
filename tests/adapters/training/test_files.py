from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from oneseek.adapters.training.files import make_folder, read_json, write_json, write_tensors
from oneseek.domain.errors import InvalidInput, ServiceFailed


def test_json_is_sorted_utf8_and_ends_with_a_newline(tmp_path: Path) -> None:
    write_json(tmp_path / "x.json", {"å": 1, "a": [True, None]})
    assert (tmp_path / "x.json").read_bytes() == (
        '{\n  "a": [\n    true,\n    null\n  ],\n  "å": 1\n}\n'.encode()
    )
    assert read_json(tmp_path / "x.json") == {"a": [True, None], "å": 1}


@pytest.mark.parametrize("content", [b"", b"[1]", b"{", b"\xff{}", b"[" * 100_000])
def test_what_is_no_json_object_is_refused_by_name(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(InvalidInput, match=r"x\.json"):
        read_json(tmp_path / "x.json")


def test_an_absent_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"x\.json"):
        read_json(tmp_path / "x.json")


def test_the_order_of_tensors_changes_no_byte(tmp_path: Path) -> None:
    a, b = torch.ones(2, 3), torch.arange(4.0)
    write_tensors(tmp_path / "1", {"a": a, "b": b})
    write_tensors(tmp_path / "2", {"b": b, "a": a.t().contiguous().t()})
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
    assert torch.equal(load_file(tmp_path / "1")["b"], b)


def test_a_disk_that_refuses_is_a_failed_service(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ServiceFailed):
        make_folder(tmp_path / "file" / "folder")
    with pytest.raises(ServiceFailed):
        write_json(tmp_path / "absent" / "x.json", {})
    with pytest.raises(ServiceFailed):
        write_tensors(tmp_path / "absent" / "x", {"a": torch.ones(1)})
