"""Files that people bring: datasets, base models, proofs. What is refused leaves nothing behind."""

import json
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from e2e.workspaces import Workspace, everything

GOOD = b'{"instruction": "a", "output": "b"}\n'


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "has no rows"),
        (b"\xef\xbb\xbf" + GOOD, "byte order mark"),
        (GOOD + b"\n" + GOOD, "line 2: the line is empty"),
        (GOOD + b'{"instruction": "a"}\n', "line 2: missing field `output`"),
        (GOOD + b'{"instruction": "", "output": "b"}\n', "line 2: `instruction` is empty"),
        (GOOD + b'{"instruction": 5, "output": "b"}\n', "line 2: Expected `str`"),
        (GOOD + b"{'a': 1}\n", "line 2: not JSON"),
        (GOOD + b'{"instruction": "\xff", "output": "b"}\n', "line 2: not UTF-8 at byte 18"),
        (GOOD + b'{"instruction": "a\\u0000", "output": "b"}\n', "line 2: it holds a NUL"),
        (GOOD + b'{"instruction": "' + b"a" * 10**7 + b'", "output": "b"}', "line 2: 10000034"),
        (b"\x00" * 100, "line 1: it holds a NUL"),
        (b'[{"instruction": "a", "output": "b"}]\n', "Expected `object`"),
        (b'{"instruction": "a", "output": "b", "score": NaN}\n', "line 1: not JSON"),
        (b'{"instruction": "a", "instruction": "x", "output": "b"', "line 1: not JSON"),
        (b'{"instruction": ' + b"[" * 100_000, "line 1"),
    ],
)
def test_a_bad_dataset_is_refused_with_line_and_reason(
    data: bytes, says: str, stocked: Workspace
) -> None:
    path = stocked.root / "bad.jsonl"
    path.write_bytes(data)
    before = everything(stocked)
    assert says in stocked.run("dataset", "add", "bad.jsonl", expect=2).err
    assert everything(stocked) == before


def test_windows_line_ends_are_line_ends(stocked: Workspace) -> None:
    (stocked.root / "crlf.jsonl").write_bytes(GOOD.replace(b"\n", b"\r\n") * 2)
    done = json.loads(stocked.run("dataset", "add", "crlf.jsonl", "--json").out)
    assert (done["rows"], done["duplicates"]) == (2, [[2, 1]])


def test_a_dataset_whose_file_name_is_not_utf8_needs_a_name(stocked: Workspace) -> None:
    with open(os.fsencode(stocked.root) + b"/odd\xff.jsonl", "wb") as file:  # noqa: PTH123
        file.write(GOOD)
    before = everything(stocked)
    assert "not a usable name" in stocked.run("dataset", "add", "odd\udcff.jsonl", expect=2).err
    assert everything(stocked) == before
    stocked.run("dataset", "add", "odd\udcff.jsonl", "--name", "odd")


@pytest.mark.parametrize(
    ("text", "says"),
    [('{"a": 1', "not a row proof"), ("[]", "not a row proof"), ("[" * 100_000, "not a row proof")],
)
def test_a_broken_proof_is_told(text: str, says: str, stocked: Workspace) -> None:
    (stocked.root / "proof.json").write_text(text)
    assert says in stocked.run("dataset", "check", "proof.json", expect=2).err


# Base models


def test_a_base_with_a_missing_shard_is_refused(stocked: Workspace) -> None:
    folder = stocked.root / "sharded"
    folder.mkdir()
    (folder / "config.json").write_bytes(b'{"model_type": "mistral"}')
    shards = {"a": "model-00001-of-00002.safetensors", "b": "model-00002.safetensors"}
    index = {"weight_map": shards}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    (folder / "model-00001-of-00002.safetensors").write_bytes(b"x")
    before = everything(stocked)
    done = stocked.run("base", "register", "sharded", expect=2)
    assert "1 of 2 shards" in done.err
    assert "model-00002.safetensors" in done.err
    assert everything(stocked) == before


def _empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def _weights_are_a_folder(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").mkdir()


def _name_is_not_utf8(folder: Path) -> None:
    os.close(os.open(os.fsencode(folder) + b"/odd\xff", os.O_CREAT))


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (_empty, "holds no files"),
        (_weights_are_a_folder, "no weights found"),
        (_name_is_not_utf8, "cannot be recorded"),
        (lambda folder: (folder / "config.json").write_text("{"), "not a Hugging Face config"),
        (lambda folder: (folder / "config.json").write_text("[" * 100_000), "not a Hugging Face"),
        (lambda folder: (folder / "config.json").unlink(), "has no config.json"),
        (lambda folder: (folder / "loop").symlink_to("loop"), "neither a file nor a link to one"),
        (lambda folder: (folder / "up").symlink_to("../../.."), "neither a file nor a link to one"),
        (lambda folder: os.mkfifo(folder / "pipe"), "neither a file nor a link to one"),
    ],
)
def test_a_folder_that_is_no_base_model_is_refused(
    harm: Callable[[Path], None], says: str, stocked: Workspace
) -> None:
    folder = stocked.root / "brought"
    shutil.copytree(stocked.root / "models/basemodeller/tiny", folder)
    harm(folder)
    before = everything(stocked)
    assert says in stocked.run("base", "register", "brought", "--name", "bad", expect=2).err
    assert everything(stocked) == before


class _Trap:
    def __init__(self, sprung: Path) -> None:
        self._sprung = sprung

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str, str]]:
        return open, (str(self._sprung), "w")


def test_a_pickle_that_runs_code_never_runs(stocked: Workspace) -> None:
    sprung = stocked.root / "sprung"
    folder = stocked.root / "models/basemodeller/trap"
    folder.mkdir()
    (folder / "config.json").write_bytes(b'{"model_type": "llama"}')
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(_Trap(sprung)))
    stocked.run("base", "register", "trap")
    shutil.copy(folder / "pytorch_model.bin", stocked.certified / stocked.versions()[0])
    stocked.run("base", "show", "trap")
    stocked.run("verify", "--deep", expect=1)
    stocked.run("activate", "1.0", expect=1)
    stocked.run("train", "--base", "trap", "--dataset", "identity_v1", expect=2)
    stocked.run("rebuild")
    assert not sprung.exists()
    pickle.loads((folder / "pytorch_model.bin").read_bytes()).close()
    assert sprung.exists(), "the trap of this test does not work"
