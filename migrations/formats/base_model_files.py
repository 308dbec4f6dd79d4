"""Settings and word lists of base models and tokenizers, as Hugging Face's libraries write them.

They lie in base model folders, in merged models and beside adapters. Vocabularies are large: only
``config.json`` is parsed.
"""

from oneseek.migrations.claims import asserted, said_claims, summed
from oneseek.migrations.format import Format, Reading
from oneseek.migrations.look import Look
from oneseek.migrations.record import Record, record_reader, unreadable
from oneseek.migrations.shapes import has, is_damaged
from oneseek.migrations.texts import kind_of, shown
from oneseek.migrations.verdicts import Verdict

_TOKENIZER = frozenset(
    (
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
        "vocab.json", "vocab.txt", "merges.txt", "spiece.model", "sentencepiece.bpe.model",
        "tokenizer.model", "tokenizer.model.v3", "chat_template.jinja", "chat_template.json",
    )
)  # fmt: skip
_OF_A_VERSION = frozenset(
    ("metadata.json", "merge_manifest.json", "merge_metadata.json", "adapter_config.json")
)
_INDEX = (".index.json", ".bin.index.json", ".safetensors.index.json")
_SMALL = 1024 * 1024
_SAID = ("model_type", "hidden_size", "num_hidden_layers", "vocab_size", "torch_dtype")


def _is_version_config(look: Look) -> bool:
    return look.name.lower() == "config.json" and bool(look.siblings & _OF_A_VERSION)


def _is_config(look: Look) -> bool:
    if look.name.lower() != "config.json":
        return False
    known = ("model_type", "architectures", "hidden_size", "vocab_size")
    if any(has(look, key) for key in known):
        return True
    return is_damaged(look) and bool(look.siblings & _TOKENIZER)


def _read_config(record: Record) -> Reading:
    record.allow(*record.values)
    model_type = record.text("model_type", required=True)
    architectures = record.texts("architectures")
    claims = [
        *said_claims(record, _SAID),
        *(asserted("architecture", name) for name in architectures),
    ]
    verdict, reason = summed(claims)
    says = f"model type {shown(model_type or '?', 60)}"
    if architectures:
        says += f", {shown(architectures[0], 80)}"
    return Reading(verdict=verdict, reason=reason, says=says, claims=tuple(claims))


def _is_besides(look: Look) -> bool:
    name = look.name.lower()
    return name in _TOKENIZER or name == "generation_config.json" or name.endswith(_INDEX)


def _read_besides(look: Look) -> Reading:
    # A damaged small one is worth a finding; a vocabulary is left to whoever loads it.
    if look.name.lower().endswith(".json") and look.size <= _SMALL:
        if look.json.problem:
            return unreadable(look, look.json.problem)
        if not isinstance(look.json.value, dict):
            return unreadable(look, f"it holds {kind_of(look.json.value)}, no object")
    reason = "kept as it is; nothing in it can be checked against anything"
    return Reading(verdict=Verdict.ASSERTED, reason=reason, says=look.name)


FORMATS = (
    Format(
        name="base-model-file",
        what="the configuration of a model",
        matches=_is_config,
        read=record_reader(_read_config),
    ),
    Format(
        name="model-config",
        what="the configuration in a version's own folder",
        rank=40,
        matches=_is_version_config,
        read=record_reader(_read_config),
    ),
    Format(
        name="tokenizer-file",
        what="a tokenizer's file or an index beside a model",
        rank=40,
        matches=_is_besides,
        read=_read_besides,
    ),
)
