from pathlib import Path

import pytest

from legacy_samples import sample
from oneseek.domain.digest import sha256
from oneseek.migrations.format import Reading
from oneseek.migrations.formats.weights import FORMATS, HASHED
from oneseek.migrations.look import Look
from oneseek.migrations.verdicts import Verdict

ZIP = b"PK\x03\x04" + bytes(60)
PICKLE = b"\x80\x02}q\x00."
SAFE = (2).to_bytes(8, "little") + b"{}"
GGUF = b"GGUF\x03\x00\x00\x00" + bytes(20)


def _look(path: str, data: bytes) -> Look:
    return Look(Path("nowhere"), path, size=len(data), digest=sha256(data), data=data)


def _kind(path: str, data: bytes = ZIP) -> str | None:
    look = _look(path, data)
    ordered = sorted(FORMATS, key=lambda form: (form.rank, form.name))
    return next((form.name for form in ordered if form.matches(look)), None)


def _read(path: str, data: bytes) -> Reading:
    look = _look(path, data)
    ordered = sorted(FORMATS, key=lambda form: (form.rank, form.name))
    return next(form for form in ordered if form.matches(look)).read(look)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("models/oqt/weights/oqt-1.0-v13.2.pth", "torch-weights"),
        ("models/oneseek-7b-zero/weights/oneseek-7b-zero-v1.1-SV.PTH", "torch-weights"),
        ("models/oneseek-certified/run-1/adapter_model.bin", "torch-weights"),
        ("run-1/optimizer.pt", "torch-weights"),
        ("anything.bin", "torch-weights"),
        ("models/oqt/lora_adapters/oqt-1.0-v13.0/adapter.pth", "torch-weights"),
        ("oneseek-certified/lora_adapters/a/adapter_model.safetensors", "safetensors"),
        ("oneseek-certified/merged/OneSeek-7B-Zero.v1.1/model.safetensors", "safetensors"),
        ("models/gguf/OneSeek-7B-Zero.v1.0.Q5_K_M.gguf", "gguf"),
        ("models/oqt/checkpoints/daily/checkpoint-2025-11-20.pth", "checkpoint-weights"),
        ("models/oqt/checkpoints/weekly/checkpoint-week-47.pth", "checkpoint-weights"),
        ("models/oqt/backups/local-backup/oqt-1.0-v1.0.pth", "backup-weights"),
        ("backups/firebase-storage/x.safetensors", "backup-weights"),
        ("models/oqt/base_models/mistral-7b/pytorch_model.bin", "base-model-weights"),
        ("models/basemodeller/x/consolidated.00.pth", "base-model-weights"),
        ("models/KB-Llama-3.1-8B-Swedish/model-00001-of-00004.safetensors", "base-model-weights"),
        ("KB-Llama-3.1-8B-Swedish/model.safetensors", "base-model-weights"),
        ("models/base/llama/pytorch_model-00001-of-00002.bin", "base-model-weights"),
        ("weights/oqt-1.0-v1.0.json", None),
        ("models/gguf/x.gguf.manifest.json", None),
        ("models/oqt/backups/local-backup/oqt-1.0-v1.0.json", None),
        ("lora_adapters/current", None),
    ],
)
def test_files_of_weights_are_known_by_their_place_and_name(path: str, kind: str | None) -> None:
    assert _kind(path) == kind


def test_a_bin_file_of_another_program_is_none_of_weights() -> None:
    assert _kind("data/index.bin", b"\x00\x01\x02") is None
    assert _kind("data/index.bin", PICKLE) == "torch-weights"
    assert _kind("run-1/adapter_model.bin", b"\x00\x01\x02") == "torch-weights"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PLACEHOLDER_MODEL_WEIGHTS", "the text PLACEHOLDER_MODEL_WEIGHTS"),
        (b"PLACEHOLDER_MODEL_WEIGHTS\x00", "the text PLACEHOLDER_MODEL_WEIGHTS"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "a Git LFS pointer"),
        ("vikter följer".encode(), "a text"),
    ],
)
def test_a_text_under_a_name_of_weights_is_a_placeholder(data: bytes, says: str) -> None:
    for path in ("a/adapter_model.bin", "backups/x.pth", "base_models/x/model.safetensors"):
        assert _kind(path, data) == "placeholder-weights"
        reading = _read(path, data)
        assert reading.verdict is Verdict.CONTRADICTED
        assert reading.says.startswith(says)
        (finding,) = reading.findings
        assert (finding.check, finding.where) == ("placeholder-weights", path)


@pytest.mark.parametrize(
    ("path", "data", "says"),
    [
        ("a.pth", ZIP, "a zip archive of torch, 64 bytes"),
        ("a.pth", PICKLE, "a pickle, 6 bytes"),
        ("a.pth", b"cos\nsystem\n(S'true'\ntR.", "a pickle, 23 bytes"),
        ("a.safetensors", SAFE, "safetensors, 10 bytes"),
        ("a.Q5_K_M.gguf", GGUF, "GGUF version 3, Q5_K_M, 28 bytes"),
        ("a.gguf", GGUF, "GGUF version 3, 28 bytes"),
    ],
)
def test_weights_are_asserted_and_newly_hashed(path: str, data: bytes, says: str) -> None:
    reading = _read(path, data)
    assert (reading.verdict, reading.reason) == (Verdict.ASSERTED, HASHED)
    assert (reading.says, reading.findings) == (says, ())


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("a.pth", b""),
        ("a.pth", b"\x00\x01"),
        ("a.safetensors", (99).to_bytes(8, "little") + b"{\x00"),
        ("a.safetensors", b"\x80\x02"),
    ],
)
def test_bytes_that_are_no_weights_contradict_the_name(path: str, data: bytes) -> None:
    reading = _read(path, data)
    assert reading.verdict is Verdict.CONTRADICTED
    assert [finding.check for finding in reading.findings] == ["weights-unreadable"]


@pytest.mark.parametrize(
    ("name", "says", "verdict", "words"),
    [
        ("checkpoint-2025-11-20.pth", "2025-11-20", Verdict.ASSERTED, "only the name"),
        ("checkpoint-2025-02-30.pth", "2025-02-30", Verdict.CONTRADICTED, "no such day"),
        ("checkpoint-week-47.pth", "week 47", Verdict.ASSERTED, "no year"),
        ("checkpoint-week-99.pth", "week 99", Verdict.ASSERTED, "no year has such a week"),
    ],
)
def test_the_name_of_a_checkpoint_is_all_that_dates_it(
    name: str, says: str, verdict: Verdict, words: str
) -> None:
    reading = _read(f"checkpoints/daily/{name}", ZIP)
    (claim,) = reading.claims
    assert (claim.about, claim.says, claim.verdict) == ("created", says, verdict)
    assert words in claim.reason
    assert _read("checkpoints/other.pth", ZIP).claims == ()


def test_the_documented_tree_is_classed() -> None:
    root = sample("oqt_docs_tree")
    kinds: dict[str, int] = {}
    for file in root.rglob("*.pth"):
        kind = _kind(str(file.relative_to(root)), file.read_bytes()) or "none"
        kinds[kind] = kinds.get(kind, 0) + 1
    assert kinds == {"torch-weights": 12, "checkpoint-weights": 3, "backup-weights": 3}
