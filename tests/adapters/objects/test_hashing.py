import json
import os
import socket
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneseek.adapters.objects.hashing import TensorDigest, hash_file, tensor_digests
from oneseek.adapters.objects.reading import CHUNK_BYTES
from oneseek.domain.digest import sha256
from oneseek.domain.errors import InvalidInput, NotFound


def safetensors_of(tensors: dict[str, tuple[str, list[int], bytes]]) -> bytes:
    header, body = {}, b""
    for name, (dtype, shape, data) in tensors.items():
        offsets = [len(body), len(body) + len(data)]
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": offsets}
        body += data
    raw = json.dumps(header).encode()
    return len(raw).to_bytes(8, "little") + raw + body


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, 2 * CHUNK_BYTES + 7])
def test_a_file_is_hashed_whole_and_each_byte_is_reported_once(tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    seen: list[int] = []
    (tmp_path / "file").write_bytes(data)
    assert hash_file(tmp_path / "file", seen.append) == (sha256(data), size)
    assert sum(seen) == size


def test_what_is_not_a_regular_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "file").touch()
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(tmp_path)  # the path of a socket may have 107 bytes only
        listener.bind("socket")
        os.chdir(here)
    for name in ("pipe", "link", "socket", "."):
        with pytest.raises(InvalidInput):
            hash_file(tmp_path / name)
    for name in ("absent", "file/below"):
        with pytest.raises(NotFound):
            hash_file(tmp_path / name)
    with pytest.raises(InvalidInput):
        hash_file(Path("a\0b"))


@settings(deadline=None, max_examples=40)  # the disk may be slow
@given(st.dictionaries(st.text(max_size=4).filter(lambda n: n != "__metadata__"), st.binary()))
def test_each_tensor_has_the_digest_of_its_own_bytes(
    tmp_path_factory: pytest.TempPathFactory, tensors: dict[str, bytes]
) -> None:
    path = tmp_path_factory.mktemp("tensors") / "a.safetensors"
    seen: list[int] = []
    path.write_bytes(safetensors_of({n: ("U8", [len(d)], d) for n, d in tensors.items()}))
    found = tensor_digests(path, seen.append)
    assert found == {n: TensorDigest("U8", (len(d),), sha256(d)) for n, d in tensors.items()}
    assert sum(seen) == path.stat().st_size


def test_tensors_are_in_the_order_of_their_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    raw = json.dumps(
        {
            "a": {"dtype": "F32", "shape": [1], "data_offsets": [2, 6]},
            "b": {"dtype": "BF16", "shape": [1], "data_offsets": [0, 2]},
        }
    ).encode()
    path.write_bytes(len(raw).to_bytes(8, "little") + raw + b"bbaaaa")
    assert list(tensor_digests(path).items()) == [
        ("b", TensorDigest("BF16", (1,), sha256(b"bb"))),
        ("a", TensorDigest("F32", (1,), sha256(b"aaaa"))),
    ]


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cut.safetensors"
    whole = safetensors_of({"a": ("U8", [4], b"abcd")})
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(InvalidInput, match=r"cut\.safetensors"):
            tensor_digests(path)


def test_a_file_that_shrinks_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(safetensors_of({"a": ("U8", [4], b"abcd")}))
    with pytest.raises(InvalidInput, match="shorter"):
        tensor_digests(path, lambda _: os.truncate(path, path.stat().st_size - 1))
