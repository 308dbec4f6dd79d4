"""The state of a running training as one safetensors file, without pickle.

Tensors, the adapter's names as in its file:

- ``adapter/NAME``: the trained values;
- ``optimizer/NAME/PART``: what AdamW remembers of each (``exp_avg``, ``exp_avg_sq``, ``step``);
- ``random/cpu``, ``random/device`` (of a GPU) and ``random/order``: the generators of dropout and
  of the order of the rows, as torch gives them out. Nothing in the loop draws from another one;
- ``losses``: float64, one per optimizer step; ``order``: int64, (epochs begun, rows).

The one metadata entry, ``oneseek``, is JSON: the place in the epoch, the sums over it, and what
was measured. The learning rate is a function of the step, so that no scheduler has a state. A state
holds no time and no path: at the same step of the same training it has the same bytes, however
often it was interrupted before.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from oneseek.adapters.training.files import write_bytes
from oneseek.domain.errors import InvalidInput
from oneseek.domain.recipe import Metrics
from oneseek.domain.training_job import EpochResult

FORMAT = "oneseek-training-state/1"
_KEY = "oneseek"


class Progress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a training stands, besides its tensors."""

    format: str
    place: int
    """Rows of the epoch under way that were learned."""
    total: float
    """Loss of this epoch so far, times ``tokens``."""
    tokens: int
    before: Metrics | None
    epochs: tuple[EpochResult, ...]
    """Those that were measured."""


@dataclass(frozen=True, slots=True)
class SavedState:
    """A state as it was read; :func:`restore` puts it into a model and its optimizer."""

    progress: Progress
    losses: list[float]
    order: list[list[int]]
    tensors: Mapping[str, torch.Tensor]


Parameters = Mapping[str, torch.nn.Parameter]


def write_state(
    path: Path,
    parameters: Parameters,
    optimizer: torch.optim.Optimizer,
    shuffler: torch.Generator,
    losses: list[float],
    order: list[list[int]],
    progress: Progress,
) -> None:
    """Write the state into ``path``; ``parameters`` are those of ``optimizer``, in its order.

    Raises:
        ServiceFailed: the disk refused.
    """
    tensors = {f"adapter/{name}": parameter.detach() for name, parameter in parameters.items()}
    for name, parameter in parameters.items():
        for part, value in optimizer.state[parameter].items():
            tensors[f"optimizer/{name}/{part}"] = value
    tensors |= _random(next(iter(parameters.values())).device.type)
    tensors["random/order"] = shuffler.get_state()
    tensors["losses"] = torch.tensor(losses, dtype=torch.float64)
    tensors["order"] = torch.tensor(order, dtype=torch.int64)
    plain = {name: tensors[name].cpu().contiguous() for name in sorted(tensors)}
    text = json.dumps(msgspec.to_builtins(progress), sort_keys=True, allow_nan=False)
    write_bytes(path, save(plain, metadata={_KEY: text}))


def read_state(path: Path) -> SavedState:
    """Read what :func:`write_state` wrote.

    Raises:
        InvalidInput: it is no such file.
    """
    try:
        with safe_open(path, framework="pt") as file:
            text = (file.metadata() or {})[_KEY]
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        progress = msgspec.json.decode(text, type=Progress)
        losses, order = tensors["losses"].tolist(), tensors["order"].tolist()
    except (SafetensorError, OSError, KeyError, msgspec.MsgspecError) as error:
        raise InvalidInput(f"{path} is no state of a training: {error}") from None
    if progress.format != FORMAT or tensors["losses"].ndim != 1 or tensors["order"].ndim != 2:
        raise InvalidInput(f"{path} is of the form {progress.format!r:.60}, not {FORMAT}")
    return SavedState(progress, losses, order, tensors)


def restore(
    state: SavedState,
    parameters: Parameters,
    optimizer: torch.optim.Optimizer,
    shuffler: torch.Generator,
) -> None:
    """Put ``state`` into the adapter, its optimizer and every random generator.

    Raises:
        InvalidInput: it belongs to another training.
    """
    wanted = {f"adapter/{name}": tuple(value.shape) for name, value in parameters.items()}
    found = {
        name: tuple(tensor.shape)
        for name, tensor in state.tensors.items()
        if name.startswith("adapter/")
    }
    device = next(iter(parameters.values())).device.type
    here = {"random/cpu", "random/order"} | ({"random/device"} if device != "cpu" else set())
    if found != wanted or not here <= state.tensors.keys():
        raise InvalidInput("the checkpoint belongs to another adapter or another device")
    filled: dict[str, Any] = optimizer.state_dict()
    with torch.no_grad():
        for place, (name, parameter) in enumerate(parameters.items()):
            parameter.copy_(state.tensors[f"adapter/{name}"])
            prefix = f"optimizer/{name}/"
            filled["state"][place] = {
                key.removeprefix(prefix): tensor
                for key, tensor in state.tensors.items()
                if key.startswith(prefix)
            }
    optimizer.load_state_dict(filled)
    shuffler.set_state(state.tensors["random/order"])
    torch.set_rng_state(state.tensors["random/cpu"])
    if device == "cuda":
        torch.cuda.set_rng_state(state.tensors["random/device"])
    elif device == "mps":
        torch.mps.set_rng_state(state.tensors["random/device"])


def _random(device: str) -> dict[str, torch.Tensor]:
    found = {"random/cpu": torch.get_rng_state()}
    if device == "cuda":
        found["random/device"] = torch.cuda.get_rng_state()
    elif device == "mps":
        found["random/device"] = torch.mps.get_rng_state()
    return found
