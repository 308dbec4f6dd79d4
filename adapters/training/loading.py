"""Open base models and adapters from local folders, offline and without running their code."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel
from transformers import PreTrainedTokenizerBase as Tokenizer

from oneseek.adapters.training.devices import torch_dtype
from oneseek.adapters.training.lora_model import CausalModel, load_adapter
from oneseek.adapters.training.quiet import one_line, quiet
from oneseek.adapters.training.weight_files import check_weight_files
from oneseek.domain.errors import InvalidInput, NotFound, OneSeekError

ATTENTION = "eager"
"""The plain attention: the one whose bytes repeat, on every device and architecture."""


@quiet()
def load_base(directory: Path, precision: str, device: str) -> PreTrainedModel:
    """Return the causal language model in ``directory``, in evaluation mode.

    Args:
        directory: a Hugging Face folder: config.json and weights as safetensors or torch pickle,
            whole or sharded.
        precision: ``float32`` or ``bfloat16``.
        device: ``cpu``, ``cuda`` or ``mps``.

    Raises:
        NotFound: the folder, its config or its weights are absent.
        InvalidInput: a shard is missing, a pickle wants to run code, or the weights do not fit
            the config.
    """
    _need(directory, "config.json")
    check_weight_files(directory)
    with _as_invalid(directory, "base model"):
        opened: Any = AutoModelForCausalLM.from_pretrained(
            directory,
            dtype=torch_dtype(precision),
            attn_implementation=ATTENTION,
            trust_remote_code=False,
            local_files_only=True,
            weights_only=True,
            output_loading_info=True,
        )
    model, report = opened
    # transformers draws absent weights at random and goes on: such a model is not the one named.
    absent = sorted(report["missing_keys"]) + sorted(str(key) for key in report["mismatched_keys"])
    if absent:
        raise InvalidInput(
            f"{directory}: {len(absent)} weights are absent or of another shape, "
            f"the first is {absent[0]}"
        )
    loaded: PreTrainedModel = model.to(device).eval()
    return loaded


@quiet()
def load_tokenizer(directory: Path) -> Tokenizer:
    """Return the tokenizer in ``directory``.

    Raises:
        NotFound: the folder does not exist.
        InvalidInput: it holds no tokenizer that can be read without running code of its own.
    """
    _need(directory, ".")
    with _as_invalid(directory, "tokenizer"):
        tokenizer: Tokenizer = AutoTokenizer.from_pretrained(
            directory, trust_remote_code=False, local_files_only=True
        )
    return tokenizer


@quiet()
def load_with_adapter(
    base_dir: Path, adapter_dir: Path | None, precision: str, device: str
) -> CausalModel:
    """Return the base model, with the adapter's changes where ``adapter_dir`` names one.

    The adapter is laid onto a fresh base each time: onto a model that already carries one, PEFT
    would silently answer like the bare base.

    Raises:
        NotFound, InvalidInput: as :func:`load_base`, or the adapter does not fit this base.
    """
    model = load_base(base_dir, precision, device)
    if adapter_dir is None:
        return model
    _need(adapter_dir, "adapter_config.json")
    _need(adapter_dir, "adapter_model.safetensors")
    with _as_invalid(adapter_dir, "adapter of this base"):
        return load_adapter(model, adapter_dir)


def _need(directory: Path, name: str) -> None:
    if not directory.is_dir():
        raise NotFound(f"{directory} is not a folder")
    if not (directory / name).exists():
        raise NotFound(f"{directory} holds no {name}")


@contextmanager
def _as_invalid(directory: Path, what: str) -> Iterator[None]:
    """Turn whatever the libraries raise on strange files into one sentence."""
    try:
        yield
    except (OneSeekError, MemoryError):
        raise
    except Exception as error:
        raise InvalidInput(f"{directory} cannot be read as {what}: {one_line(error)}") from error
