"""Where a training runs, in which precision, and how it is made repeatable."""

import torch

from oneseek.domain.errors import InvalidInput

_DEVICES = ("cpu", "cuda", "mps")


def choose_device(text: str) -> str:
    """Return ``cpu``, ``cuda`` or ``mps`` for ``text``; ``auto`` takes an accelerator if any.

    Raises:
        InvalidInput: another word, or a device that is not in this machine.
    """
    if text == "auto":
        return next(device for device in ("cuda", "mps", "cpu") if _is_here(device))
    if text not in _DEVICES:
        raise InvalidInput(f"no such device: {text!r}", hint="use auto, cpu, cuda or mps")
    if not _is_here(text):
        raise InvalidInput(f"this machine has no {text} device", hint="use auto or cpu")
    return text


def _is_here(device: str) -> bool:
    if device == "cuda":
        return torch.cuda.is_available()
    return device == "cpu" or torch.backends.mps.is_available()


def choose_precision(text: str, device: str) -> str:
    """Return ``float32`` or ``bfloat16`` for ``text`` on ``device``.

    ``auto`` takes bfloat16 on a CUDA device whose hardware has it, else float32: a CPU repeats
    float32 sums on more machines than those of its bfloat16 units.

    Raises:
        InvalidInput: another word.
    """
    if text == "auto":
        real = device == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
        return "bfloat16" if real else "float32"
    if text not in ("float32", "bfloat16"):
        raise InvalidInput(f"no such precision: {text!r}", hint="use auto, float32 or bfloat16")
    return text


def torch_dtype(precision: str) -> torch.dtype:
    """Return torch's type for ``float32`` or ``bfloat16``.

    Raises:
        InvalidInput: another word.
    """
    if precision not in ("float32", "bfloat16"):
        raise InvalidInput(f"no such precision: {precision!r}", hint="use float32 or bfloat16")
    return torch.bfloat16 if precision == "bfloat16" else torch.float32


def default_targets(architecture: str) -> tuple[str, ...]:
    """Return the module names, sorted, that LoRA changes in ``architecture`` by default."""
    return ("c_attn",) if architecture == "gpt2" else ("q_proj", "v_proj")


def set_determinism(seed: int, threads: int, *, deterministic: bool = True) -> None:
    """Seed torch, set its thread count (0 leaves it) and demand repeatable algorithms.

    This is state of the whole process. ``deterministic=False`` allows faster CUDA algorithms whose
    sums may differ from run to run.
    """
    torch.manual_seed(seed)
    if threads:
        torch.set_num_threads(threads)
    # warn_only: an operation without a repeatable variant must not end an hour of training; the
    # verdict "same bytes" is measured, never assumed.
    torch.use_deterministic_algorithms(deterministic, warn_only=True)
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.deterministic = deterministic
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
