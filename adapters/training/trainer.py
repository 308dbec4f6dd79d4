"""The trainer port on torch: what use cases call, in terms of the domain alone."""

from collections.abc import Callable
from pathlib import Path

import torch

from oneseek.adapters.training.environment import describe_environment
from oneseek.adapters.training.loading import ATTENTION
from oneseek.adapters.training.lora import train_lora
from oneseek.adapters.training.weights import check_adapter
from oneseek.domain.recipe import Environment
from oneseek.domain.training_job import AdapterCheck, LoraJob, LoraOutcome, TrainProgress

_WEIGHTS = "adapter_model.safetensors"
_BIN = "adapter_model.bin"


class LoraTrainer:
    """Trains LoRA adapters; ``with_bin`` also writes the weights in torch's old file form."""

    def __init__(self, *, with_bin: bool = False) -> None:
        self._with_bin = with_bin

    def threads(self) -> int:
        """Return how many CPU threads torch uses by itself here."""
        return torch.get_num_threads()

    def environment(self, device: str) -> Environment:
        return describe_environment(ATTENTION, device)

    def train(self, job: LoraJob, on_progress: Callable[[TrainProgress], None]) -> LoraOutcome:
        outcome = train_lora(job, on_progress, lambda: False)
        if self._with_bin:
            _write_bin(job.output_dir)
        return outcome

    def check(self, folder: Path) -> AdapterCheck:
        return check_adapter(folder)


def _write_bin(folder: Path) -> None:
    """Write ``adapter_model.bin`` beside the safetensors file: the same tensors, pickled."""
    from safetensors.torch import load_file

    torch.save(load_file(folder / _WEIGHTS), folder / _BIN)
