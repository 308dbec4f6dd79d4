import io
import operator
import os
import pickle
import subprocess
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from oneseek.adapters.training.pickle_machine import read_pickle
from oneseek.adapters.training.pickle_scan import Scan, scan_weights
from oneseek.adapters.training.pickle_values import Refused
from torch_files import MAGIC, Trap, tensor_pickle, touch, write_legacy, write_zip

MARK = "marker"
PAYLOADS: dict[str, Callable[[str], object]] = {
    "system": lambda mark: Trap(os.system, touch(Path(mark))),
    "popen": lambda mark: Trap(subprocess.Popen, ["touch", mark]),
    "exec": lambda mark: Trap(exec, f"open({mark!r}, 'w')"),
    "eval": lambda mark: Trap(eval, f"open({mark!r}, 'w')"),
    "open": lambda mark: Trap(open, mark, "w"),
    "attrgetter": lambda mark: Trap(operator.attrgetter, "system"),
    "nested": lambda mark: Trap(pickle.loads, pickle.dumps(Trap(open, mark, "w"))),
    "torch.load": lambda mark: Trap(torch.load, mark),
    "torch.hub": lambda mark: Trap(torch.hub.download_url_to_file, "file:///etc/hosts", mark),
    "numpy.load": lambda mark: Trap(np.load, mark, None, True),
    "storage": lambda mark: Trap(torch.FloatStorage, 10**13),
    "bytearray": lambda mark: Trap(bytearray, 10**13),
    "array": lambda mark: np.zeros(3),
    "class": lambda mark: torch.nn.Linear(1, 1),
}
CONTAINERS: dict[str, Callable[[Path, bytes], Path]] = {
    "zip": write_zip,
    "legacy": write_legacy,
    "bare": lambda path, data: _written(path, data),
}


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _scan(path: Path, data: bytes) -> Scan:
    return scan_weights(_written(path, data))


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("container", CONTAINERS)
def test_no_trap_is_ever_run_and_each_is_named(
    protocol: int, container: str, tmp_path: Path
) -> None:
    mark = tmp_path / MARK
    for name, payload in PAYLOADS.items():
        for wrapped in (payload(str(mark)), {"weight": payload(str(mark))}):
            data = pickle.dumps(wrapped, protocol)
            scan = scan_weights(CONTAINERS[container](tmp_path / "model.pth", data))
            assert scan.harmful, name
            assert scan.container == ("torch" if container == "zip" else "torch-legacy")
            assert "its pickle" in scan.problem, name
            assert scan.content is None
            assert not mark.exists(), name


def test_the_traps_would_run_if_they_were_unpickled(tmp_path: Path) -> None:
    mark = tmp_path / MARK
    pickle.loads(pickle.dumps(PAYLOADS["system"](str(mark)), 0))
    assert mark.exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"cos\nsystem\n(S'true'\ntR.", "os.system"),
        (
            b"c__builtin__\ngetattr\n(c__builtin__\n__import__\n(S'os'\ntRS'system'\ntR(S'true'\ntR.",
            "__builtin__.getattr",
        ),
        (b"(S'true'\nios\nsystem\n.", "makes an object of os.system"),
        (b"\x80\x02\x82\x01.", "EXT1"),
        (b"\x80\x02\x83\x01\x00.", "EXT2"),
        (b"\x80\x05\x97.", "NEXT_BUFFER"),
        (b"\x80\x05\x96\x01" + bytes(7) + b"x.", "BYTEARRAY8"),
        (b"\x80\x04\x8c\x02os\x94\x8c\x06system\x93.", "os.system"),
        (b"\x80\x04\x8c\x02os\x94\x30\x8c\x06system\x94\x30h\x00h\x01\x93.", "os.system"),
        (b"\x80\x04K\x01K\x02\x93.", "makes up the name"),
        (b"\x80\x02ctorch\nSize\n)\x81.", "torch.Size"),
        (b"\x80\x04ctorch\nSize\n)}\x92.", "torch.Size"),
        (b"(ctorch\nSize\no.", "torch.Size"),
        (b"\x80\x02ctorch\nFloatStorage\nK\x05\x85R.", "wants to call torch.FloatStorage"),
        (b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\nK\x05\x85R.", "as torch never does"),
        (b"\x80\x02ctorch\n_utils._rebuild_tensor_v2\n.", "torch._utils._rebuild_tensor_v2"),
        (b"\x80\x02}}X\x05\x00\x00\x00itemsK\x01sb.", "inside of an object"),
        (b"\x80\x02ccollections\nOrderedDict\n)R}X\x05\x00\x00\x00itemsK\x01sb.", "inside"),
        (b"\x80\x02ccollections\nOrderedDict\n]\x85R.", "as torch never does"),
        (b"\x80\x02}K\x01K\x02\x86K\x03s.", "keys that are no plain values"),
        (b"\x80\x02K\x01K\x02\x86Q.", "cut short or damaged"),
        (b"\x80\x02(X\x06\x00\x00\x00modulectorch\nSize\nNNNtQ.", "no storage of numbers"),
        (b"Pstorage\n.", "PERSID"),
        (b"\x80\x02(K\x01\x85K\x02R.", "calls something that it made itself"),
        (b"\x80\x02K\x01.junk", "something follows its pickle"),
    ],
)
def test_opcodes_that_torch_does_not_write_are_refused(
    data: bytes, words: str, tmp_path: Path
) -> None:
    scan = scan_weights(write_zip(tmp_path / "model.pth", data))
    assert (scan.harmful, scan.container) == (True, "torch")
    assert words in scan.problem


def test_a_name_is_shown_without_anything_that_a_terminal_obeys(tmp_path: Path) -> None:
    data = b"c\x1b[31mevil\nx\n."
    assert scan_weights(write_zip(tmp_path / "x", data)).problem == (
        r"its pickle names \x1b[31mevil.x, which has no place in weights"
    )


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ({"count": 25 * 10**11, "shape": (25 * 10**11,)}, "claims a storage of 10000000000000"),
        ({"shape": (25 * 10**11,)}, "reaches beyond its storage of 16 bytes"),
        ({"shape": (10**6, 25 * 10**5), "strides": (0, 0)}, "would take 10000000000000 bytes"),
        ({"offset": 1}, "reaches beyond"),
        ({"offset": -1}, "no storage"),
        ({"shape": (-4,)}, "no usable shape"),
        ({"strides": (-1,)}, "no usable shape"),
        ({"strides": (1, 1)}, "no usable shape"),
        ({"shape": (1,) * 65, "strides": (1,) * 65}, "no usable shape"),
        ({"shape": (2**62,) * 3, "strides": (0,) * 3}, "would take"),
        ({"count": -1}, "no possible length"),
        ({"kind": "DoubleStorage"}, "claims a storage of 32 bytes where 16 are"),
        ({"key": "7"}, "claims a storage of 16 bytes where 0 are"),
        ({"kind": "QInt8Storage"}, "torch.QInt8Storage"),
    ],
)
def test_a_tensor_that_claims_what_is_not_there_is_refused(
    numbers: dict[str, object], words: str, tmp_path: Path
) -> None:
    data = tensor_pickle(**numbers)  # type: ignore[arg-type]
    scan = scan_weights(write_zip(tmp_path / "model.pth", data, {"0": bytes(16)}))
    assert scan.harmful
    assert words in scan.problem
    if "key" not in numbers:
        legacy = write_legacy(tmp_path / "old", data, ["0"], (4).to_bytes(8, "little") + bytes(16))
        assert scan_weights(legacy).harmful


def test_the_same_by_hand_without_a_lie_is_read(tmp_path: Path) -> None:
    scan = scan_weights(write_zip(tmp_path / "model.pth", tensor_pickle(), {"0": bytes(16)}))
    assert (scan.problem, scan.mappable) == ("", True)
    assert scan.content is not None
    assert scan.content.tensors["weight"].shape == (4,)
    numbers = (4).to_bytes(8, "little") + bytes(16)
    for cut, harmful in ((0, False), (1, True), (17, True)):
        path = write_legacy(tmp_path / "old", tensor_pickle(), ["0"], numbers[: 24 - cut])
        assert scan_weights(path).harmful is harmful


def test_an_old_file_says_the_length_of_a_storage_twice_and_alike(tmp_path: Path) -> None:
    numbers = (3).to_bytes(8, "little") + bytes(16)
    scan = scan_weights(write_legacy(tmp_path / "old", tensor_pickle(), ["0"], numbers))
    assert "another length than its pickle says" in scan.problem
    for keys in ([], ["1"], ["0", "0"], [0]):
        scan = scan_weights(write_legacy(tmp_path / "old", tensor_pickle(), keys, numbers))
        assert "storages" in scan.problem


def test_endless_lists_of_members_and_endless_pickles_are_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_zip(tmp_path / "x", tensor_pickle(), {"0": bytes(16)})
    for module, limit, words in (
        ("torch_zip.MAX_DIRECTORY", 200, "lists members in"),
        ("torch_zip.MAX_PICKLE", 50, "too large to be real"),
        ("pickle_machine.MAX_STEPS", 10, "more than 10 steps"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(f"oneseek.adapters.training.{module}", limit)
            assert words in scan_weights(path).problem
    assert scan_weights(path).problem == ""


def test_a_storage_is_not_larger_than_the_archive_that_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", tensor_pickle(count=2**31, shape=(2**31,)))
        archive.writestr("archive/data/0", bytes(16))
        member = archive.infolist()[1]
        member.file_size = member.compress_size = 2**33
    assert "cut short" in scan_weights(path).problem


def test_one_storage_is_described_in_one_way(tmp_path: Path) -> None:
    first, second = tensor_pickle(), tensor_pickle(kind="IntStorage")
    data = first[:-1] + second[2:-1] + b"\x86."
    scan = scan_weights(write_zip(tmp_path / "model.pth", data, {"0": bytes(16)}))
    assert "one storage in two ways" in scan.problem


def test_hostile_nesting_costs_no_time(tmp_path: Path) -> None:
    doubled = b"\x80\x02K\x01" + b"q\x00h\x00\x86" * 60 + b"."  # 2 ** 60 numbers, if one walked
    assert not scan_weights(write_zip(tmp_path / "a", doubled)).problem
    key = b"\x80\x02}K\x01" + b"q\x00h\x00\x86" * 60 + b"Ns."  # hashing it would take years
    assert scan_weights(write_zip(tmp_path / "b", key)).harmful
    deep = b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b"."
    assert scan_weights(write_zip(tmp_path / "c", deep)).harmful
    itself = b"\x80\x02]q\x00h\x00a."
    assert not scan_weights(write_zip(tmp_path / "d", itself)).problem


def test_a_number_of_endless_digits_and_a_text_of_endless_length_are_damage(
    tmp_path: Path,
) -> None:
    for data in (
        b"\x80\x02L" + b"9" * 100_000 + b"L\n.",
        b"\x80\x04\x8d" + (10**15).to_bytes(8, "little") + b"x.",
        b"\x80\x02\x8b\xff\xff\xff\x7f.",
    ):
        assert scan_weights(write_zip(tmp_path / "zip", data)).harmful
        assert scan_weights(write_legacy(tmp_path / "old", data)).harmful
    huge_key = b"\x80\x02}\x8b\x10\x27\x00\x00" + b"\x7f" * 10_000 + b"Ns."
    assert scan_weights(write_zip(tmp_path / "zip", huge_key)).harmful


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ({"../../../etc/cron.d/x": b""}, "../../../etc/cron.d/x"),
        ({"code/__torch__.py": b""}, "code/__torch__.py"),
        ({"constants.pkl": b""}, "constants.pkl"),
        ({"data/0/data.pkl": b""}, "data/0/data.pkl"),
    ],
)
def test_members_that_torch_does_not_write_are_refused(
    others: dict[str, bytes], words: str, tmp_path: Path
) -> None:
    scan = scan_weights(write_zip(tmp_path / "model.pth", b"N.", {}, others))
    assert scan.harmful
    assert words in scan.problem


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = write_zip(
        tmp_path / "bomb.pth",
        tensor_pickle(count=2**20, shape=(2**20,)),
        {"0": bytes(2**22)},
        compression=zipfile.ZIP_DEFLATED,
    )
    assert path.stat().st_size < 10_000
    assert "grow to 4194" in scan_weights(path).problem
    small = write_zip(
        tmp_path / "small", tensor_pickle(), {"0": bytes(16)}, compression=zipfile.ZIP_DEFLATED
    )
    assert (scan_weights(small).problem, scan_weights(small).mappable) == ("", False)


def _changed(path: Path, change: Callable[[zipfile.ZipFile], None]) -> str:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", b"N.")
        change(archive)
    return scan_weights(path).problem


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_odd_archives_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.pth"

    def lie(archive: zipfile.ZipFile) -> None:
        archive.infolist()[0].file_size = 10**13

    def overlap(archive: zipfile.ZipFile) -> None:
        archive.writestr("archive/version", b"3")
        archive.infolist()[1].header_offset = 0

    def encrypt(archive: zipfile.ZipFile) -> None:
        archive.infolist()[0].flag_bits |= 1

    def comment(archive: zipfile.ZipFile) -> None:
        archive.comment = b"PK\5\6"

    assert _changed(path, lambda archive: None) == ""
    assert "two members" in _changed(path, lambda archive: archive.writestr("archive/data.pkl", ""))
    assert "one folder" in _changed(path, lambda archive: archive.writestr("data/0", ""))
    assert "lies about the size" in _changed(path, lie)
    assert "overlap" in _changed(path, overlap)
    assert "encrypted" in _changed(path, encrypt)
    assert "something follows" in _changed(path, comment)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/version", b"3")
    assert "no data.pkl" in scan_weights(path).problem
    data = write_zip(path, b"N.").read_bytes()
    path.write_bytes(data + bytes(100))
    assert scan_weights(path).harmful
    path.write_bytes(data[:-18] + b"\xff\xff\xff\xff" * 3 + b"\xff\xff\x00\x00")
    assert scan_weights(path).harmful
    for broken in (data[:46] + b"\xff" + data[47:], data[:30] + b"B" + data[31:]):
        path.write_bytes(broken)  # other bytes than the check sum says, and another name
        assert scan_weights(path).harmful


def test_texts_and_other_files_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "adapter_model.bin"
    for data, container, words in (
        (b"PLACEHOLDER_MODEL_WEIGHTS", "placeholder", "the text PLACEHOLDER_MODEL_WEIGHTS"),
        (b"PLACEHOLDER_MODEL_WEIGHTS\x00\x01", "placeholder", "PLACEHOLDER"),
        ("vikter kommer här\n".encode(), "placeholder", "a text"),
        (b"version https://git-lfs.github.com/spec/v1\n", "placeholder", "Git LFS"),
        (b"", "unknown", "empty"),
        (b"\x00\x01\x02" * 9, "unknown", "no container"),
        (b"x" * 100_000, "unknown", "no container"),
        (b"GGUF\x03\x00\x00\x00", "gguf", "GGUF"),
    ):
        scan = _scan(path, data)
        assert (scan.container, scan.harmful) == (container, False)
        assert words in scan.problem
    assert _scan(path, (9).to_bytes(8, "little") + b"{").container == "safetensors"


def test_a_pickle_that_torch_did_not_write_stays_shut(tmp_path: Path) -> None:
    for data in (pickle.dumps({"a": 1}), pickle.dumps(MAGIC) + pickle.dumps(7) + pickle.dumps({})):
        scan = _scan(tmp_path / "model.pth", data)
        assert (scan.container, scan.harmful) == ("torch-legacy", True)
    cut = b"cos\nsystem\n(S'true'\ntR"  # without its end it would have run already
    assert _scan(tmp_path / "model.pth", cut).harmful


def test_what_torch_writes_is_read(tmp_path: Path) -> None:
    whole = torch.arange(24, dtype=torch.float32).reshape(4, 6)
    state = OrderedDict(
        {
            "view": whole[1:3, ::2],
            "tied": whole,
            "scalar": torch.tensor(1.5),
            "none": torch.zeros(0, 3),
            "parameter": torch.nn.Parameter(torch.ones(2, dtype=torch.bfloat16)),
            "flags": torch.tensor([True]),
            "eight": torch.ones(3).to(torch.float8_e4m3fn),
            "unsigned": torch.ones(3, dtype=torch.uint16),
        }
    )
    expected = {name: tuple(tensor.shape) for name, tensor in state.items()}
    module = torch.nn.Linear(2, 3).state_dict()  # carries _metadata
    for new in (True, False):
        path = tmp_path / "model.pth"
        torch.save(state, path, _use_new_zipfile_serialization=new)
        content = scan_weights(path).content
        assert content is not None
        assert {name: plan.shape for name, plan in content.tensors.items()} == expected
        assert content.tensors["unsigned"].dtype == "U16"
        torch.save(module, path, _use_new_zipfile_serialization=new)
        assert scan_weights(path).problem == ""
        values = {"device": torch.device("cuda", 1), "type": torch.float16, "size": torch.Size([3])}
        torch.save({**values, "weight": whole}, path, _use_new_zipfile_serialization=new)
        assert scan_weights(path).problem == ""


@pytest.mark.filterwarnings("ignore:invalid escape")
@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 400))
def test_any_bytes_are_a_value_or_refused(data: bytes, at: int) -> None:
    whole = tensor_pickle()
    for text in (data, whole[:at] + data + whole[at + len(data) :]):
        with suppress(Refused):
            read_pickle(io.BytesIO(text), {})
