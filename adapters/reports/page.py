"""."""

from typing import Any


def render(document: dict[str, Any]) -> bytes:
    return b""
