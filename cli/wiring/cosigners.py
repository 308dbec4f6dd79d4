"""Who cosigned a checkpoint, and when: for people and for machines."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from oneseek.adapters.keys.witness_key import ALGORITHMS
from oneseek.cli.output import one_line
from oneseek.domain.note.cosignature import Cosignature

_NAMES = {number: name for name, number in ALGORITHMS.items()}


def time_text(seconds: int) -> str | None:
    """Return a cosignature's time as UTC text; None where none is stated."""
    if seconds == 0:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return f"{seconds} s after 1970"


def cosigners_json(found: Iterable[Cosignature]) -> list[dict[str, Any]]:
    """Return cosignatures for machines."""
    return [
        {
            "witness": item.key.name,
            "key_id": f"{item.key.key_id:08x}",
            "algorithm": _NAMES[item.key.algorithm],
            "time": time_text(item.time),
        }
        for item in found
    ]


def cosigner_lines(found: Iterable[Cosignature]) -> list[str]:
    """Return one line for each cosignature."""
    return [
        f"{one_line(item['witness'])} ({item['key_id']}, {item['algorithm']}), "
        f"{item['time'] or 'at no stated time'}"
        for item in cosigners_json(found)
    ]
