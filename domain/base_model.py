"""What can be said of a Hugging Face model folder from its file names and small JSON files."""

from collections.abc import Iterable

import msgspec

from oneseek.domain.errors import InvalidInput

CONFIG = "config.json"
_INDEXES = ("model.safetensors.index.json", "pytorch_model.bin.index.json")
_SINGLE = ("model.safetensors", "pytorch_model.bin")


class _Config(msgspec.Struct, frozen=True):
    model_type: str


class _Index(msgspec.Struct, frozen=True):
    weight_map: dict[str, str]


def read_architecture(config: bytes) -> str:
    """Return ``model_type`` of the bytes of ``config.json``.

    Raises:
        InvalidInput: the file is not a Hugging Face configuration.
    """
    try:
        return msgspec.json.decode(config, type=_Config).model_type
    except msgspec.MsgspecError as error:
        raise InvalidInput(f"{CONFIG} is not a Hugging Face configuration: {error}") from None


def index_files(paths: Iterable[str]) -> list[str]:
    """Return the shard indexes among ``paths``; their contents go to :func:`check_weights`."""
    return [name for name in _INDEXES if name in set(paths)]


def check_weights(paths: Iterable[str], indexes: dict[str, bytes]) -> None:
    """Check that the weights are complete: one weight file, or every shard that an index names.

    Raises:
        InvalidInput: there are no weights, a shard is missing, or an index cannot be read.
    """
    there = set(paths)
    for name, raw in indexes.items():
        try:
            shards = set(msgspec.json.decode(raw, type=_Index).weight_map.values())
        except msgspec.MsgspecError as error:
            raise InvalidInput(f"{name} is not a shard index: {error}") from None
        missing = sorted(shards - there)
        if missing:
            raise InvalidInput(
                f"{len(missing)} of {len(shards)} shards that {name} names are missing, "
                f"the first is {missing[0]}",
                hint="download the model again, completely",
            )
    if not indexes and not any(name in there for name in _SINGLE):
        raise InvalidInput(
            f"no weights found: expected {' or '.join(_SINGLE)}, or shards with an index"
        )
