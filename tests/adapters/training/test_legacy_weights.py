import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save, save_file

from legacy_samples import sample
from oneseek.adapters.training.legacy_weights import LegacyWeights
from oneseek.domain.errors import CannotCheck, InvalidInput, ServiceFailed
from oneseek.domain.legacy_weights import WeightReader, WeightsJudgement
from torch_files import tensor_pickle, write_zip

PEFT = "base_model.model.model.layers.0.self_attn.q_proj"
TENSORS = {
    "a.weight": torch.arange(12, dtype=torch.float32).reshape(3, 4),
    "b": torch.tensor([1, 2, 3]),
    "half": torch.ones(5, dtype=torch.float16),
    "brain": torch.ones(5, dtype=torch.bfloat16) / 3,
    "scalar": torch.tensor(2.5, dtype=torch.float64),
    "none": torch.zeros(0, 7),
    "flag": torch.tensor([True, False]),
    "å": torch.ones(1, dtype=torch.uint8),
}
reader: WeightReader = LegacyWeights()


def _saved(path: Path, tensors: Mapping[str, object], *, new: bool = True) -> WeightsJudgement:
    torch.save(dict(tensors), path, _use_new_zipfile_serialization=new)
    return reader.judge(path)


def test_equal_tensors_have_one_digest_in_every_container(tmp_path: Path) -> None:
    new = _saved(tmp_path / "new.pth", TENSORS)
    old = _saved(tmp_path / "old.pth", TENSORS, new=False)
    save_file(TENSORS, tmp_path / "x.safetensors")
    modern = reader.judge(tmp_path / "x.safetensors")
    assert [each.container for each in (new, old, modern)] == [
        "torch",
        "torch-legacy",
        "safetensors",
    ]
    assert new.values is not None
    assert new.values == old.values == modern.values
    assert (new.tensors, new.parameters, new.finite) == (8, 12 + 3 + 5 + 5 + 1 + 0 + 2 + 1, True)
    assert (modern.tensors, modern.parameters, modern.finite) == (8, 29, True)
    reversed_names = {name: TENSORS[name] for name in reversed(TENSORS)}
    assert _saved(tmp_path / "new.pth", reversed_names).values == new.values


@pytest.mark.parametrize(
    "other",
    [
        {"a": torch.tensor([1.0, 2.0, 3.5, 4.0])},
        {"a": torch.tensor([1, 2, 3, 4])},
        {"a": torch.tensor([[1.0, 2.0], [3.0, 4.0]])},
        {"b": torch.tensor([1.0, 2.0, 3.0, 4.0])},
        {"a": torch.tensor([1.0, 2.0]), "b": torch.tensor([3.0, 4.0])},
    ],
)
def test_another_value_type_shape_or_name_is_another_digest(
    other: dict[str, torch.Tensor], tmp_path: Path
) -> None:
    first = _saved(tmp_path / "x.pth", {"a": torch.tensor([1.0, 2.0, 3.0, 4.0])})
    assert _saved(tmp_path / "x.pth", other).values != first.values


@pytest.mark.parametrize(
    ("saved", "content", "words"),
    [
        ({f"{PEFT}.lora_A.weight": torch.ones(2, 3)}, "adapter", "a PEFT adapter"),
        ({f"{PEFT}.lora_B.default.weight": torch.ones(2, 3)}, "adapter", "a PEFT adapter"),
        ({"lora_A": torch.ones(2, 3), "lora_B": torch.ones(3, 2)}, "tensors", "no module"),
        ({"layer.weight": torch.ones(2)}, "tensors", "no PEFT adapter"),
        ({"layer": torch.ones(2), f"{PEFT}.lora_A.weight": torch.ones(2)}, "tensors", "no PEFT"),
        ({"model_state_dict": {"x": torch.ones(2)}, "epoch": 3}, "checkpoint", "epoch, model_"),
        ({"x": torch.ones(2), "note": "hej"}, "checkpoint", "among other values"),
        ({"x": [torch.ones(2)]}, "checkpoint", "among other values"),
        ({"x": 1}, "none", "no tensors"),
        ({}, "none", "no tensors"),
    ],
)
def test_what_is_in_a_file_is_told_by_its_names(
    saved: dict[str, object], content: str, words: str, tmp_path: Path
) -> None:
    for new in (True, False):
        judged = _saved(tmp_path / "x.pth", saved, new=new)
        assert (judged.content, judged.quarantine) == (content, False)
        assert words in judged.reason
        assert (judged.values is None) is (content == "none")


def test_values_that_are_no_numbers_are_told(tmp_path: Path) -> None:
    for kind in (torch.float32, torch.float16, torch.bfloat16, torch.float64, torch.float8_e5m2):
        for value in (float("nan"), float("inf"), -float("inf")):
            tensors = {"good": torch.ones(3), "bad": torch.tensor([1.0, value]).to(kind)}
            judged = _saved(tmp_path / "x.pth", tensors)
            assert (judged.finite, judged.quarantine) == (False, False)
            assert "1 of 2 hold values that are no finite numbers" in judged.reason
            save_file(tensors, tmp_path / "x.safetensors")
            assert reader.judge(tmp_path / "x.safetensors").finite is False
        large = torch.finfo(kind).max
        assert _saved(
            tmp_path / "x.pth", {"x": torch.tensor([large, -large], dtype=torch.float64).to(kind)}
        ).finite


def test_values_beyond_one_piece_count_too(tmp_path: Path) -> None:
    big = torch.zeros(3 * 1024 * 1024)
    first = _saved(tmp_path / "x.pth", {"x": big})
    big[-1] = float("nan")
    second = _saved(tmp_path / "x.pth", {"x": big})
    assert (first.finite, second.finite) == (True, False)
    assert first.values != second.values
    save_file({"x": big}, tmp_path / "x.safetensors")
    assert reader.judge(tmp_path / "x.safetensors").values == second.values


def test_a_file_that_is_cut_anywhere_is_judged_without_an_error(tmp_path: Path) -> None:
    whole: list[tuple[str, bytes]] = []
    for new in (True, False):
        _saved(tmp_path / "x", TENSORS, new=new)
        whole.append(("torch" if new else "torch-legacy", (tmp_path / "x").read_bytes()))
    whole.append(("safetensors", save(TENSORS)))
    for container, data in whole:
        for length in range(50, len(data), 50):
            (tmp_path / "x").write_bytes(data[:length])
            judged = reader.judge(tmp_path / "x")
            assert (judged.container, judged.quarantine) == (container, True)
            assert judged.values is None
            assert judged.reason


def test_a_flipped_byte_never_raises_and_never_asks_for_memory(tmp_path: Path) -> None:
    for new in (True, False):
        _saved(tmp_path / "x", {"a": torch.ones(3), "b": torch.ones(2, 2)}, new=new)
        data = (tmp_path / "x").read_bytes()
        for position in range(0, len(data), 7):
            (tmp_path / "x").write_bytes(
                data[:position] + bytes([data[position] ^ 0xFF]) + data[position + 1 :]
            )
            assert isinstance(reader.judge(tmp_path / "x"), WeightsJudgement)


def test_what_is_not_there_or_too_large_to_be_real_is_judged(tmp_path: Path) -> None:
    absent = reader.judge(tmp_path / "absent.pth")
    assert (absent.container, absent.quarantine) == ("unknown", True)
    huge = tmp_path / "x.safetensors"
    with huge.open("wb") as stream:
        stream.write((40_000_000).to_bytes(8, "little") + b"{")
        stream.truncate(50_000_000)
    assert "too large to be real" in reader.judge(huge).reason
    ten = write_zip(
        tmp_path / "x.pth",
        tensor_pickle(shape=(10**6, 25 * 10**5), strides=(0, 0)),
        {"0": bytes(16)},
    )
    assert reader.judge(ten).quarantine
    with pytest.raises(InvalidInput, match="10000000000000 bytes"):
        reader.convert(ten, tmp_path / "out")


def test_a_harmless_pickle_that_torch_cannot_read_stays_shut_with_its_word(
    tmp_path: Path,
) -> None:
    torch.save(TENSORS, tmp_path / "x.pth", pickle_protocol=4)
    judged = reader.judge(tmp_path / "x.pth")
    assert judged.quarantine
    assert "torch does not read it: Unsupported operand" in judged.reason
    assert "weights_only" not in judged.reason


def test_torch_must_read_the_tensors_that_were_scanned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "oneseek.adapters.training.torch_tensors.load_object",
        lambda *_, **__: {"x": torch.ones(3)},
    )
    assert not _saved(tmp_path / "x.pth", {"x": torch.zeros(3)}).quarantine
    for other in ({"x": torch.zeros(4)}, {"y": torch.zeros(3)}):
        judged = _saved(tmp_path / "x.pth", other)
        assert judged.quarantine
        assert "torch reads other tensors" in judged.reason


def test_without_torch_a_file_is_scanned_and_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _saved(tmp_path / "x.pth", {f"{PEFT}.lora_A.weight": torch.ones(2, 3)})
    monkeypatch.setitem(sys.modules, "torch", None)
    judged = reader.judge(tmp_path / "x.pth")
    assert judged.reason == "holds a PEFT adapter; not read: torch is not installed"
    assert (judged.content, judged.tensors, judged.parameters) == ("adapter", 1, 6)
    assert (judged.values, judged.finite, judged.quarantine) == (None, None, False)
    with pytest.raises(CannotCheck, match="torch"):
        reader.convert(tmp_path / "x.pth", tmp_path / "out")
    with pytest.raises(CannotCheck, match="torch"):
        reader.join([tmp_path], tmp_path / "out", base_name="x")


def test_a_file_that_must_be_read_at_once_is_not_where_memory_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oneseek.adapters.training.legacy_weights.memory", lambda: 1000)
    assert _saved(tmp_path / "new.pth", TENSORS).values  # mapped, so it may have any size
    judged = _saved(tmp_path / "old.pth", TENSORS, new=False)
    assert (judged.tensors, judged.values, judged.quarantine) == (8, None, False)
    assert "this machine has 1000 bytes of memory" in judged.reason
    with pytest.raises(CannotCheck, match="memory"):
        reader.convert(tmp_path / "old.pth", tmp_path / "out")


def test_without_numpy_values_are_hashed_but_not_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_file({"x": torch.tensor([float("nan")])}, tmp_path / "x.safetensors")
    expected = reader.judge(tmp_path / "x.safetensors").values
    monkeypatch.setitem(sys.modules, "numpy", None)
    judged = reader.judge(tmp_path / "x.safetensors")
    assert (judged.values, judged.finite) == (expected, None)


def test_conversion_keeps_every_tensor_and_writes_what_the_library_would(tmp_path: Path) -> None:
    for new in (True, False):
        _saved(tmp_path / "x.pth", TENSORS, new=new)
        reader.convert(tmp_path / "x.pth", tmp_path / "x.safetensors")
        written = (tmp_path / "x.safetensors").read_bytes()
        assert written == save(TENSORS, metadata={"format": "pt"})
        assert (
            reader.judge(tmp_path / "x.safetensors").values
            == reader.judge(tmp_path / "x.pth").values
        )


def test_views_and_shared_tensors_are_written_out(tmp_path: Path) -> None:
    whole = torch.arange(24, dtype=torch.float32).reshape(4, 6)
    views = {"whole": whole, "tied": whole, "turned": whole.T, "part": whole[1:3, ::2]}
    judged = _saved(tmp_path / "x.pth", {**views, "wide": torch.ones(1).expand(4, 4)})
    reader.convert(tmp_path / "x.pth", tmp_path / "x.safetensors")
    found = load_file(tmp_path / "x.safetensors")
    for name, view in views.items():
        assert torch.equal(found[name], view)
    assert torch.equal(found["wide"], torch.ones(4, 4))
    assert reader.judge(tmp_path / "x.safetensors").values == judged.values


@pytest.mark.parametrize(
    ("saved", "words"),
    [
        ({"x": {"y": torch.ones(2)}}, "among other values"),
        ({"x": 1}, "no tensors"),
        ({"x": torch.ones(2, dtype=torch.complex128)}, "complex"),
    ],
)
def test_what_is_more_than_tensors_is_not_converted(
    saved: dict[str, object], words: str, tmp_path: Path
) -> None:
    _saved(tmp_path / "x.pth", saved)
    with pytest.raises(InvalidInput, match=words):
        reader.convert(tmp_path / "x.pth", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    save_file({"x": torch.ones(1)}, tmp_path / "x.safetensors")
    with pytest.raises(InvalidInput, match="no torch file"):
        reader.convert(tmp_path / "x.safetensors", tmp_path / "out")


def test_a_disk_that_refuses_is_a_failed_service(tmp_path: Path) -> None:
    _saved(tmp_path / "x.pth", TENSORS)
    with pytest.raises(ServiceFailed, match="could not be written"):
        reader.convert(tmp_path / "x.pth", tmp_path / "absent" / "x.safetensors")


def test_the_files_of_the_documented_tree_are_judged() -> None:
    tree = sample("oqt_docs_tree") / "models" / "oqt"
    live = {file.name: reader.judge(file) for file in sorted((tree / "weights").glob("*.pth"))}
    assert {judged.content for judged in live.values()} == {"tensors"}
    assert not any(judged.quarantine for judged in live.values())
    assert all(judged.finite for judged in live.values())
    for file in (tree / "backups" / "local-backup").glob("*.pth"):
        same = reader.judge(file).values == live[file.name].values
        assert same is (file.name != "oqt-1.0-v13.0.pth")  # NOTES: it differs from the live one
    for file in (tree / "checkpoints").rglob("*.pth"):
        assert reader.judge(file).content == "checkpoint"
    adapters = [reader.judge(file) for file in tree.rglob("adapter.pth")]
    assert [judged.content for judged in adapters] == ["tensors"] * 4
    assert all("name no module" in j.reason or "names no module" in j.reason for j in adapters)


def test_the_placeholder_of_the_simulation_is_recognised() -> None:
    (file,) = sample("era3_signed_dynamic").rglob("adapter_model.bin")
    judged = reader.judge(file)
    assert (judged.container, judged.content, judged.quarantine) == ("placeholder", "none", False)


def test_an_adapter_of_the_third_training_was_trained_on_a_nested_model() -> None:
    folder = sample("reset_before_after") / "0_before/models/oneseek-certified/lora_adapters"
    nested = {file.parent.name: reader.judge(file) for file in folder.rglob("*.safetensors")}
    assert {judged.content for judged in nested.values()} == {"adapter"}
    assert {name for name, judged in nested.items() if judged.nested} == {
        "kb-llama-3-1-8b-swedish-adapter",
        "oneseek-7b-zero-v1.0-kb-llama-3-1-8b-swedish-20261120182903",
    }


def test_chains_of_real_adapters_are_joined(tmp_path: Path) -> None:
    folder = sample("reset_before_after") / "0_before/models/oneseek-certified/lora_adapters"
    chain = sorted(folder.glob("oneseek-7b-zero-*"))
    reader.join(chain, tmp_path, base_name="KB-Llama-3.1-8B-Swedish")
    judged = reader.judge(tmp_path / "adapter_model.safetensors")
    assert (judged.content, judged.nested, judged.finite) == ("adapter", False, True)
    ranks = [reader.judge(each / "adapter_model.safetensors").parameters for each in chain]
    assert judged.parameters == sum(ranks)
