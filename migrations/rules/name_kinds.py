"""Names without a version: runs, autonomy, micro-training, adapters, checkpoints."""

import re
from collections.abc import Callable
from datetime import datetime

from oneseek.domain.names import LANGUAGES
from oneseek.migrations.rules.legacy_name import LegacyName

_DATE = {
    "run": ("%Y%m%d-%H%M%S", "%Y-%m-%d-%H-%M-%S"),
    "checkpoint": ("%Y-%m-%d",),
    "DDP": ("%Y%m%d%H%M%S",),
    "L2": ("%Y%m%d%H%M%S",),
}


def odd_stamp(generation: str, stamp: str) -> tuple[str, ...]:
    """Return a remark where the digits of a stamp are no time."""
    for form in _DATE[generation]:
        try:
            datetime.strptime(stamp, form)
        except ValueError:
            continue
        return ()
    return (f"{stamp!r} stands where a time should be, but is none",)


def _run(found: re.Match[str]) -> LegacyName:
    stamp = found["stamp"]
    return LegacyName(
        text=found.string, generation="run", stamp=stamp, remarks=odd_stamp("run", stamp)
    )


def _autonomy(found: re.Match[str]) -> LegacyName:
    return LegacyName(
        text=found.string, generation="auto", cycle=found["cycle"], stamp=found["stamp"]
    )


def _micro(found: re.Match[str]) -> LegacyName:
    language = found["language"].lower()
    remarks = () if language in LANGUAGES else (f"the language {language!r} is unknown",)
    return LegacyName(
        text=found.string,
        generation="micro",
        model=found["model"],
        language=language,
        remarks=remarks,
    )


def _trained_in_parallel(found: re.Match[str]) -> LegacyName:
    return LegacyName(
        text=found.string, generation="DDP", remarks=("this is the same text for every such run",)
    )


def _parallel_adapter(found: re.Match[str]) -> LegacyName:
    stamp = found["stamp"]
    return LegacyName(
        text=found.string, generation="DDP", stamp=stamp, remarks=odd_stamp("DDP", stamp)
    )


def _adapter(found: re.Match[str]) -> LegacyName:
    return LegacyName(text=found.string, generation="adapter", base=found["base"])


def _daily(found: re.Match[str]) -> LegacyName:
    stamp = found["stamp"]
    return LegacyName(
        text=found.string,
        generation="checkpoint",
        stamp=stamp,
        remarks=odd_stamp("checkpoint", stamp),
    )


def _weekly(found: re.Match[str]) -> LegacyName:
    remarks = ["a week without a year: the same name comes again every year"]
    if not 1 <= int(found["week"]) <= 53:
        remarks.append(f"no year has a week {int(found['week'])}")
    return LegacyName(
        text=found.string, generation="checkpoint", stamp=found["stamp"], remarks=tuple(remarks)
    )


def _cycle(found: re.Match[str]) -> LegacyName:
    return LegacyName(text=found.string, generation="checkpoint", cycle=found["cycle"])


_KINDS: tuple[tuple[str, Callable[[re.Match[str]], LegacyName]], ...] = (
    (r"run-(?P<stamp>[0-9]{8}-[0-9]{6}|[0-9]{4}(?:-[0-9]{2}){5})", _run),
    (r"auto-(?P<cycle>.+)-(?P<stamp>[0-9]{9,11})", _autonomy),
    (r"(?P<model>OneSeek-7B-Zero)-(?P<language>[A-Za-z]{2}|ensv)", _micro),
    (r"DDP-TRAINED", _trained_in_parallel),
    (r"ddp-adapter-(?P<stamp>[0-9]{14})", _parallel_adapter),
    (r"checkpoint-(?P<stamp>[0-9]{4}-[0-9]{2}-[0-9]{2})", _daily),
    (r"checkpoint-(?P<stamp>week-(?P<week>[0-9]{1,2}))", _weekly),
    (r"checkpoint-(?P<cycle>.+)", _cycle),
    (r"(?P<base>.+)-adapter", _adapter),
)
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE | re.ASCII), make) for pattern, make in _KINDS)


def read_kind(stem: str) -> LegacyName | None:
    """Return the parts of a name without a version, or None where ``stem`` is none."""
    for pattern, make in _COMPILED:
        if found := pattern.fullmatch(stem):
            return make(found)
    return None
