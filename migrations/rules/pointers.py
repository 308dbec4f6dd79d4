"""The six kinds of pointers to an active model: links, texts where links could not be made, flags.

Programs of one tree disagreed about which of them counts, so all are read and none is followed.
"""

import re

from oneseek.migrations.format import PointerFacts
from oneseek.migrations.rules.legacy_paths import read_path

CURRENT = "OneSeek-7B-Zero-CURRENT"
_LINK, _MARKER = "link", "marker"
_NAME = re.compile(r"[\w.~+-]{1,255}")
_NO_PATH = re.compile(r'["{}<>|?*]')
_MAX_LENGTH = 1000


def pointer_of_link(path: str, target: str) -> PointerFacts | None:
    """Return which model a link makes the active one; None where it is another kind of link.

    Args:
        path: of the link below the source, parts joined by ``/``.
        target: as it is written in the link.
    """
    name = path.rpartition("/")[2]
    if name.lower() == CURRENT.lower():
        # Training makes a relative link; autonomy, and the server on Windows, absolute ones.
        absolute = read_path(target).style in ("absolute", "windows")
        return PointerFacts(pointer="autonomy-link" if absolute else _LINK, target=target)
    if is_adapter_pointer(path):
        return PointerFacts(pointer=_LINK, target=target)
    if _is_production(path, target):
        return PointerFacts(pointer="production-link", target=target)
    return None


def is_adapter_pointer(path: str) -> bool:
    """Tell whether a path is ``lora_adapters/current`` of the documents."""
    parts = path.lower().split("/")
    return parts[-1] == "current" and (len(parts) == 1 or parts[-2] == "lora_adapters")


def target_of_text(data: bytes) -> str | None:
    """Return the one path in a small text file that stands for a link, or None.

    A check-out without symbolic links makes such files, and Windows needed them.
    """
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return None
    return text if len(text) <= _MAX_LENGTH and names_a_model(text) else None


def names_a_model(text: str) -> bool:
    """Tell whether ``text`` could be the name or the path of a model, and is no sentence.

    What a pointer says stands in the open; what somebody wrote into such a file must not.
    """
    path = read_path(text)
    if path.style == "none" or path.last is None or not text.isprintable():
        return False
    blanks = path.style in ("absolute", "windows")  # folders above may be called anything
    return (
        bool(_NAME.fullmatch(path.last))
        and not _NO_PATH.search(text)
        and (blanks or not any(char.isspace() for char in text))
    )


def _is_production(path: str, target: str) -> bool:
    """``/app/models`` or what a setting named: a link anywhere to a folder of certified models."""
    slashes = target.replace("\\", "/")
    last = read_path(target).last or ""
    return "oneseek-certified/" in slashes and (
        last.lower().startswith("oneseek-7b-zero.v") or path.lower().endswith("models")
    )
