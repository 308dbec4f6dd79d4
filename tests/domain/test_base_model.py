import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.base_model import check_weights, index_files, read_architecture
from oneseek.domain.errors import InvalidInput

INDEX = "model.safetensors.index.json"
BIN_INDEX = "pytorch_model.bin.index.json"
SHARDS = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")
BIN_SHARDS = ("pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin")


def index(*shards: str) -> bytes:
    weights = {f"layer.{number}": shard for number, shard in enumerate(shards)}
    return json.dumps({"metadata": {"total_size": 1}, "weight_map": weights}).encode()


def test_the_architecture_is_the_model_type() -> None:
    config = {"architectures": ["MistralForCausalLM"], "model_type": "mistral", "vocab_size": 9}
    assert read_architecture(json.dumps(config).encode()) == "mistral"


@pytest.mark.parametrize(
    "config",
    [
        b"",
        b"{}",
        b"[]",
        b'{"model_type": 3}',
        b'{"model_type": ""}',
        b'{"model_type": "\xff"}',
        b'{"model_type": "mistral"',
        b'{"x": ' + b"[" * 100_000,
    ],
)
def test_a_file_that_is_no_configuration_is_refused(config: bytes) -> None:
    with pytest.raises(InvalidInput, match=r"config\.json is not a Hugging Face"):
        read_architecture(config)


@given(st.binary(max_size=60))
def test_arbitrary_bytes_are_no_configuration_and_no_index(raw: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_architecture(raw)
    with pytest.raises(InvalidInput):
        check_weights([INDEX], {INDEX: raw})


def test_the_indexes_are_found_among_the_paths() -> None:
    assert index_files(["config.json", INDEX, "sub/" + BIN_INDEX]) == [INDEX]
    assert index_files([BIN_INDEX, INDEX]) == [INDEX, BIN_INDEX]
    assert index_files(["model.safetensors"]) == []


@pytest.mark.parametrize(
    ("paths", "indexes"),
    [
        pytest.param(("model.safetensors",), {}, id="one file"),
        pytest.param(("pytorch_model.bin",), {}, id="one old file"),
        pytest.param((INDEX, *SHARDS), {INDEX: index(*SHARDS)}, id="shards"),
        pytest.param((BIN_INDEX, *BIN_SHARDS), {BIN_INDEX: index(*BIN_SHARDS)}, id="old shards"),
        pytest.param(
            (INDEX, BIN_INDEX, *SHARDS),
            {INDEX: index(*SHARDS), BIN_INDEX: index(*BIN_SHARDS)},
            id="shards, and the index of old ones that were not downloaded",
        ),
        pytest.param(
            ("model.safetensors", BIN_INDEX), {BIN_INDEX: index(*BIN_SHARDS)},
            id="one file, and the index of old shards",
        ),
    ],
)  # fmt: skip
def test_complete_weights_are_accepted(paths: tuple[str, ...], indexes: dict[str, bytes]) -> None:
    check_weights(paths, indexes)


@pytest.mark.parametrize(
    ("paths", "indexes", "reason"),
    [
        pytest.param((), {}, "no weights", id="nothing"),
        pytest.param(("config.json", "sub/model.safetensors"), {}, "no weights", id="elsewhere"),
        pytest.param(
            (INDEX, SHARDS[0]), {INDEX: index(*SHARDS)}, f"1 of 2 .* {SHARDS[1]}", id="a shard"
        ),
        pytest.param((INDEX,), {INDEX: index(*SHARDS)}, "2 of 2", id="all shards"),
        pytest.param((INDEX,), {INDEX: index("../out")}, "1 of 1", id="a shard outside"),
        pytest.param((INDEX,), {INDEX: index()}, "names no shards", id="an empty index"),
        pytest.param((INDEX,), {INDEX: b"{}"}, "not a shard index", id="no index"),
        pytest.param((INDEX,), {INDEX: b'{"x": "\xff"}'}, "not a shard index", id="not UTF-8"),
        pytest.param(
            (INDEX, *SHARDS), {INDEX: b'{"weight_map": {"a": 1}}'}, "not a shard index", id="types"
        ),
        pytest.param(
            (INDEX,), {INDEX: b'{"x": ' + b"[" * 100_000}, "not a shard index", id="deep nesting"
        ),
        pytest.param(
            (INDEX, BIN_INDEX, *BIN_SHARDS),
            {INDEX: index(*SHARDS), BIN_INDEX: index(*BIN_SHARDS)},
            "2 of 2",
            id="shards, although the old ones are there: a loader takes the new ones",
        ),
    ],
)
def test_incomplete_weights_are_refused_and_named(
    paths: tuple[str, ...], indexes: dict[str, bytes], reason: str
) -> None:
    with pytest.raises(InvalidInput, match=reason):
        check_weights(paths, indexes)
