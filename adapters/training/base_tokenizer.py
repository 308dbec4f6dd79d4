"""A byte-level BPE tokenizer trained on the text of a small base model.

Byte-level: every text can be written, so there is nothing unknown; the whole byte alphabet is
given, sorted, because the trainer would otherwise number only the bytes that it happened to meet.
"""

import json
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from oneseek.adapters.training.files import write_json

PAD, BOS, EOS, UNK = "<pad>", "<s>", "</s>", "<unk>"
_SPECIAL_ORDER = (PAD, BOS, EOS, UNK)
"""The trainer numbers the special tokens in this order, from zero."""

SPECIAL = {"bos_token": BOS, "eos_token": EOS, "pad_token": PAD, "unk_token": UNK}


def train_tokenizer(paragraphs: list[str], vocabulary: int) -> Tokenizer:
    """Return a tokenizer of at most ``vocabulary`` tokens that begins a text with ``<s>``."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=list(_SPECIAL_ORDER),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(paragraphs, trainer)
    begin = (BOS, _SPECIAL_ORDER.index(BOS))
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BOS} $A", pair=f"{BOS} $A {BOS} $B", special_tokens=[begin]
    )
    return tokenizer


def special_ids() -> dict[str, int]:
    """Return the numbers of the begin, end and padding tokens, named as a config names them."""
    return {
        f"{name}_id": _SPECIAL_ORDER.index(SPECIAL[name])
        for name in ("bos_token", "eos_token", "pad_token")
    }


def write_tokenizer(directory: Path, tokenizer: Tokenizer, context: int) -> None:
    """Write tokenizer.json, tokenizer_config.json and special_tokens_map.json."""
    settings: dict[str, Any] = {
        **SPECIAL,
        "clean_up_tokenization_spaces": False,
        "model_max_length": context,
        "padding_side": "right",
        "tokenizer_class": "PreTrainedTokenizerFast",
    }
    write_json(directory / "tokenizer.json", json.loads(tokenizer.to_str()))
    write_json(directory / "tokenizer_config.json", settings)
    write_json(directory / "special_tokens_map.json", SPECIAL)
