"""Which files hold a base model's weights, and whether they may be opened.

Hugging Face folders hold one file or an index of shards, as safetensors or as a torch pickle. A
pickle can run code when it is opened carelessly; here every pickle is opened with
``weights_only=True`` before any library sees it, so that only tensors can come out of it.
"""

import pickle
import zipfile
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open

from oneseek.adapters.training.files import read_json
from oneseek.domain.errors import InvalidInput, NotFound

# In the order in which transformers prefers them.
_SINGLE = ("model.safetensors", "pytorch_model.bin")


def check_weight_files(directory: Path) -> list[Path]:
    """Return the weight files of ``directory``, each present and openable without running code.

    Raises:
        NotFound: no weight file is there.
        InvalidInput: a shard is missing, a file is damaged, or a pickle wants more than tensors.
    """
    for single in _SINGLE:
        index = directory / f"{single}.index.json"
        if (directory / single).is_file():
            files = [directory / single]
        elif index.is_file():
            files = _shards(index)
        else:
            continue
        for file in files:
            (_check_safetensors if file.suffix == ".safetensors" else _check_pickle)(file)
        return files
    raise NotFound(f"{directory} holds no weights ({' or '.join(_SINGLE)}, whole or sharded)")


def _shards(index: Path) -> list[Path]:
    weight_map = read_json(index).get("weight_map")
    if not isinstance(weight_map, dict) or not weight_map:
        raise InvalidInput(f"{index} names no shards (weight_map)")
    names = {name for name in weight_map.values() if isinstance(name, str)}
    suffix = ".safetensors" if index.name.startswith("model.") else ".bin"
    for name in weight_map.values():
        # A shard is a plain name: a path could lead out of the folder whose digests are known,
        # and another suffix could bring a pickle in under a safetensors index.
        if not isinstance(name, str) or Path(name).name != name or not name.endswith(suffix):
            raise InvalidInput(f"{index} names a shard that is not a {suffix} file: {name!r}")
    files = [index.parent / name for name in sorted(names)]
    for file in files:
        if not file.is_file():
            raise InvalidInput(f"{file} is missing, but {index.name} names it")
    return files


def _check_safetensors(file: Path) -> None:
    try:
        with safe_open(file, framework="pt") as opened:
            opened.keys()
    except (SafetensorError, OSError) as error:
        raise InvalidInput(f"{file} is not a readable safetensors file: {error}") from error


def _check_pickle(file: Path) -> None:
    try:
        # Mapped: the tensors of a large file are not read, only its index of them.
        torch.load(file, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(file))
    except pickle.UnpicklingError as error:
        raise InvalidInput(
            f"{file} is a pickle that wants more than tensors, so it was not opened",
            hint="ask for the weights as safetensors",
        ) from error
    except (OSError, RuntimeError, ValueError, EOFError, KeyError, AttributeError) as error:
        raise InvalidInput(f"{file} is not a readable torch file") from error
