"""What can be said of a Hugging Face model folder from its file names and small JSON files."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

import msgspec

from oneseek.domain.errors import InvalidInput

CONFIG = "config.json"
_SINGLE = ("model.safetensors", "pytorch_model.bin")
"""In the order in which transformers looks for them, each whole or, next, in shards."""

S = TypeVar("S", bound=msgspec.Struct)


class _Config(msgspec.Struct, frozen=True):
    model_type: str


class _Index(msgspec.Struct, frozen=True):
    weight_map: dict[str, str]


def read_architecture(config: bytes) -> str:
    """Return ``model_type`` of the bytes of ``config.json``.

    Raises:
        InvalidInput: the file is not a Hugging Face configuration.
    """
    found = _read(config, _Config, f"{CONFIG} is not a Hugging Face configuration")
    if not found.model_type:
        raise InvalidInput(f"{CONFIG} is not a Hugging Face configuration: model_type is empty")
    return found.model_type


def index_files(paths: Iterable[str]) -> list[str]:
    """Return the shard indexes among ``paths``; their contents go to :func:`check_weights`."""
    there = set(paths)
    return [_index_of(name) for name in _SINGLE if _index_of(name) in there]


def check_weights(paths: Iterable[str], indexes: Mapping[str, bytes]) -> None:
    """Check that the weights that a loader would take are complete: one file, or every shard.

    Only the first kind of weights that is there counts: an index of old shards often stays behind
    when only the safetensors were downloaded.

    Raises:
        InvalidInput: there are no weights, a shard is missing, or the index cannot be read.
    """
    there = set(paths)
    for name in _SINGLE:
        if name in there:
            return
        if (index := indexes.get(_index_of(name))) is not None:
            _check_shards(_index_of(name), index, there)
            return
    raise InvalidInput(
        f"no weights found: expected {' or '.join(_SINGLE)}, or shards with an index"
    )


def _check_shards(name: str, index: bytes, there: set[str]) -> None:
    shards = set(_read(index, _Index, f"{name} is not a shard index").weight_map.values())
    if not shards:
        raise InvalidInput(f"{name} names no shards")
    if missing := sorted(shards - there):
        raise InvalidInput(
            f"{len(missing)} of {len(shards)} shards that {name} names are missing, "
            f"the first is {missing[0]}",
            hint="download the model again, completely",
        )


def _read(raw: bytes, kind: type[S], complaint: str) -> S:
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput(f"{complaint}: {error}") from None


def _index_of(name: str) -> str:
    return f"{name}.index.json"
