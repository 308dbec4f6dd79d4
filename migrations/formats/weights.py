"""Files of weights, told apart by where they lie and by their first bytes; nothing is opened here.

What is in them is said later, by the port :class:`~oneseek.domain.legacy_weights.WeightReader`,
which may find that a file is another thing than its name says.
"""

import pickletools
import re
from collections.abc import Callable
from datetime import date

from oneseek.domain.findings import Finding
from oneseek.migrations.format import Format, Reading
from oneseek.migrations.look import Look
from oneseek.migrations.verdicts import Claim, Verdict

PLACEHOLDER = b"PLACEHOLDER_MODEL_WEIGHTS"
"""What the simulated training wrote in the place of weights."""
MAX_TEXT = 64 * 1024
HASHED = "newly hashed; the old programs never hashed weights"

_SUFFIXES = (".pth", ".pt", ".ckpt", ".safetensors", ".gguf")
# ``.bin`` may be anything: a name that PEFT or transformers writes, or bytes that torch writes.
_BIN = re.compile(r"(adapter_model|pytorch_model|model|optimizer|scheduler|training_args)\b.*\.bin")
_ZIP, _PICKLE = b"PK\x03\x04", b"\x80"
_BASE_FOLDERS = frozenset({"base_models", "basemodeller"})
_BASE_FILE = re.compile(r"(pytorch_model|model)(-[0-9]+-of-[0-9]+)?\.(bin|safetensors)")
_NO_BASES = frozenset(
    {"backups", "checkpoints", "lora_adapters", "merged", "oneseek-certified", "weights"}
)
_DAY = re.compile(r"checkpoint-([0-9]{4}-[0-9]{2}-[0-9]{2})\.[a-z]+")
_WEEK = re.compile(r"checkpoint-week-([0-9]{1,2})\.[a-z]+")
_QUANTISED = re.compile(r"\.(I?Q[0-9]\w*|B?F(?:16|32))\.gguf$", re.IGNORECASE)


def is_weights(look: Look) -> bool:
    """Say whether ``look`` is named like a file of weights, or is a ``.bin`` that torch wrote."""
    name = look.name.lower()
    if name.endswith(".bin"):
        return _BIN.fullmatch(name) is not None or look.head.startswith((_ZIP, _PICKLE))
    return name.endswith(_SUFFIXES)


def _below(look: Look) -> list[str]:
    return [part.lower() for part in look.parts[:-1]]


def _is_text(look: Look) -> bool:
    if not 0 < look.size <= MAX_TEXT:
        return False
    if look.head.startswith(PLACEHOLDER):
        return True
    try:
        text = look.head.decode()
    except UnicodeDecodeError:
        return False
    return all(char.isprintable() or char.isspace() for char in text) and not _is_old_pickle(look)


def _is_old_pickle(look: Look) -> bool:
    """Say whether it is a pickle of the oldest form, a text; taking it apart runs nothing."""
    try:
        return any(opcode.name == "STOP" for opcode, _, _ in pickletools.genops(look.head))
    except (ValueError, AttributeError):
        return False


def _is_base(look: Look) -> bool:
    folders = _below(look)
    if _BASE_FOLDERS.intersection(folders):
        return is_weights(look)
    # models/<name>/ and models/base/<name>/, where the downloads of old really went
    inside = bool(folders) and not _NO_BASES.intersection(folders)
    return inside and _BASE_FILE.fullmatch(look.name.lower()) is not None


def _in(folder: str) -> Callable[[Look], bool]:
    return lambda look: folder in _below(look) and is_weights(look)


def _suffix(*suffixes: str) -> Callable[[Look], bool]:
    return lambda look: look.name.lower().endswith(suffixes)


def _read_placeholder(look: Look) -> Reading:
    if look.head.startswith(PLACEHOLDER):
        found = f"the text {PLACEHOLDER.decode()}"
    elif look.head.startswith(b"version https://git-lfs.github.com/spec/"):
        found = "a Git LFS pointer to weights that lie elsewhere"
    else:
        found = "a text"
    return Reading(
        verdict=Verdict.CONTRADICTED,
        reason=f"it is named as weights, but holds {found}",
        says=found,
        findings=(Finding("placeholder-weights", look.path, "weights", found),),
    )


def _read(look: Look) -> Reading:
    says, damage = _container(look)
    if not damage:
        return Reading(verdict=Verdict.ASSERTED, reason=HASHED, says=says)
    return Reading(
        verdict=Verdict.CONTRADICTED,
        reason=f"it is named as weights, but {damage}",
        says=says,
        findings=(Finding("weights-unreadable", look.path, "a container of weights", damage),),
    )


def _container(look: Look) -> tuple[str, str]:
    """Return what the first bytes say, and what is wrong with them or nothing."""
    head, size = look.head, f"{look.size} bytes"
    if not look.size:
        return "an empty file", "it is empty"
    if head.startswith(_ZIP):
        return f"a zip archive of torch, {size}", ""
    if head.startswith(b"GGUF"):
        quantised = _QUANTISED.search(look.name)
        kind = f", {quantised[1].upper()}" if quantised else ""
        return f"GGUF version {int.from_bytes(head[4:8], 'little')}{kind}, {size}", ""
    if head[8:9] == b"{" and 8 + int.from_bytes(head[:8], "little") <= look.size:
        return f"safetensors, {size}", ""
    if look.name.lower().endswith(".safetensors"):
        return f"damaged safetensors, {size}", "its header is damaged or goes beyond the file"
    if head.startswith(_PICKLE) or _is_old_pickle(look):
        return f"a pickle, {size}", ""
    return f"unknown bytes, {size}", "it begins as no container of weights does"


def _read_checkpoint(look: Look) -> Reading:
    reading = _read(look)
    name = look.name.lower()
    if day := _DAY.fullmatch(name):
        claim, kind = _day(day[1]), f"daily, {day[1]}"
    elif week := _WEEK.fullmatch(name):
        reason = "only the name says so, and it names no year: two years' files collide"
        if not 1 <= int(week[1]) <= 53:
            reason = "only the name says so, and no year has such a week"
        claim = _created(f"week {week[1]}", Verdict.ASSERTED, reason)
        kind = f"weekly, week {week[1]}"
    else:
        return reading
    return Reading(
        verdict=reading.verdict,
        reason=reading.reason,
        says=f"{kind}; {reading.says}",
        claims=(claim,),
        findings=reading.findings,
    )


def _day(text: str) -> Claim:
    try:
        date.fromisoformat(text)
    except ValueError:
        return _created(text, Verdict.CONTRADICTED, "only the name says so, and no such day is")
    return _created(text, Verdict.ASSERTED, "only the name says so")


def _created(says: str, verdict: Verdict, reason: str) -> Claim:
    return Claim(about="created", says=says, verdict=verdict, reason=reason)


def _form(
    name: str, what: str, rank: int, matches: Callable[[Look], bool],
    read: Callable[[Look], Reading] = _read,
) -> Format:  # fmt: skip
    return Format(name=name, what=what, rank=rank, matches=matches, read=read)


FORMATS = (
    _form(
        "placeholder-weights",
        "a text in the place of weights",
        30,
        lambda look: is_weights(look) and _is_text(look),
        _read_placeholder,
    ),
    _form("backup-weights", "weights in a backup", 32, _in("backups")),
    _form(
        "checkpoint-weights", "a checkpoint of a training", 33, _in("checkpoints"), _read_checkpoint
    ),
    _form("base-model-weights", "weights of a base model", 34, _is_base),
    _form("safetensors", "weights as safetensors", 35, _suffix(".safetensors")),
    _form("gguf", "a quantised model for inference", 35, _suffix(".gguf")),
    _form("torch-weights", "weights in a file of torch", 36, is_weights),
)
