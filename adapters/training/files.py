"""Files whose bytes depend on their content only: canonical JSON and safetensors."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save

from oneseek.domain.errors import InvalidInput, ServiceFailed


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write ``value`` as UTF-8 JSON with sorted keys, two blanks of indent and a final newline.

    Raises:
        ServiceFailed: the file could not be written.
    """
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
    write_bytes(path, (text + "\n").encode())


def write_bytes(path: Path, data: bytes) -> None:
    """Write ``data``, replacing what was there.

    Raises:
        ServiceFailed: the file could not be written.
    """
    try:
        path.write_bytes(data)
    except OSError as error:
        raise ServiceFailed(f"{path} could not be written: {error.strerror}") from error


def make_folder(directory: Path) -> None:
    """Make ``directory`` and its parents; an existing one is fine.

    Raises:
        ServiceFailed: it could not be made.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ServiceFailed(f"{directory} could not be made: {error.strerror}") from error


def read_json(path: Path) -> dict[str, Any]:
    """Return the JSON object in ``path``.

    Raises:
        InvalidInput: the file is absent, unreadable or not a JSON object.
    """
    try:
        value = json.loads(path.read_bytes())
    except OSError as error:
        raise InvalidInput(f"{path} could not be read: {error.strerror}") from error
    except (ValueError, RecursionError):
        raise InvalidInput(f"{path} is not JSON") from None
    if not isinstance(value, dict):
        raise InvalidInput(f"{path} is not a JSON object")
    return value


def write_tensors(path: Path, tensors: Mapping[str, torch.Tensor]) -> None:
    """Write ``tensors`` as safetensors with the one metadata key ``format: pt``.

    With a second key the order of the keys, and so the bytes, would differ from process to
    process; the library itself orders the tensors by type and name.

    Raises:
        ServiceFailed: the file could not be written.
    """
    plain = {name: tensors[name].detach().cpu().contiguous() for name in sorted(tensors)}
    # Through bytes: the library's own writer makes files that only their owner can read.
    write_bytes(path, save(plain, metadata={"format": "pt"}))
