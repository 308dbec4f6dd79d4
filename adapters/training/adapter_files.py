"""Write a trained adapter as a PEFT folder whose bytes depend on the training only.

PEFT's own ``save_pretrained`` writes a set in random order and a path of this machine.
"""

import tempfile
from enum import Enum
from pathlib import Path
from typing import Any

from peft import PeftModelForCausalLM
from transformers import PreTrainedTokenizerBase

from oneseek.adapters.training.files import (
    make_folder,
    read_json,
    write_bytes,
    write_json,
    write_tensors,
)
from oneseek.adapters.training.lora_model import CONFIG, WEIGHTS, adapter_parameters
from oneseek.domain.training_job import LoraJob

_TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")


def write_adapter(
    job: LoraJob, model: PeftModelForCausalLM, tokenizer: PreTrainedTokenizerBase
) -> None:
    """Write weights, configuration and tokenizer into ``job.output_dir``.

    The weights come last: a folder with weights is a whole one.

    Raises:
        ServiceFailed: the disk refused.
    """
    make_folder(job.output_dir)
    _write_tokenizer(job, tokenizer)
    write_json(job.output_dir / CONFIG, _config(job, model))
    write_tensors(job.output_dir / WEIGHTS, dict(adapter_parameters(model)))


def _config(job: LoraJob, model: PeftModelForCausalLM) -> dict[str, Any]:
    values = {key: _plain(value) for key, value in model.peft_config["default"].to_dict().items()}
    values.pop("runtime_config", None)
    values |= {
        "base_model_name_or_path": job.base_name,
        # PEFT's field for "the specific base version": by digest, there is only one.
        "revision": job.base_digest or None,
        "inference_mode": True,
    }
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return value.value if isinstance(value, Enum) else value


def _write_tokenizer(job: LoraJob, tokenizer: PreTrainedTokenizerBase) -> None:
    """Copy the base's tokenizer files to the byte; make those it lacks from the tokenizer."""
    absent = [name for name in _TOKENIZER_FILES if not (job.base_dir / name).is_file()]
    for name in _TOKENIZER_FILES:
        if name not in absent:
            write_bytes(job.output_dir / name, (job.base_dir / name).read_bytes())
    if not absent:
        return
    with tempfile.TemporaryDirectory() as scratch:
        tokenizer.save_pretrained(scratch)
        for name in absent:
            saved = Path(scratch) / name
            # transformers 5 no longer writes the map; older readers still look for it.
            values = read_json(saved) if saved.is_file() else _special_tokens(tokenizer)
            write_json(job.output_dir / name, values)


def _special_tokens(tokenizer: PreTrainedTokenizerBase) -> dict[str, Any]:
    return {name: str(token) for name, token in tokenizer.special_tokens_map.items()}
