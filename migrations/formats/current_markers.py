"""Pointers that are small text files: ``…-CURRENT.txt``, and links that were kept as text.

The marker holds an absolute path of the machine that wrote it. Training removes it, activating a
model writes it always: where marker and link differ, two programs used two models.
"""

from oneseek.domain.findings import Finding
from oneseek.migrations.format import Format, PointerFacts, Reading
from oneseek.migrations.look import Look
from oneseek.migrations.rules.pointers import (
    CURRENT,
    is_adapter_pointer,
    pointer_of_link,
    target_of_text,
)
from oneseek.migrations.texts import shown
from oneseek.migrations.verdicts import Verdict

_MAX_BYTES = 4096


def _is_marker(look: Look) -> bool:
    return look.name.lower() == f"{CURRENT}.txt".lower()


def _is_kept_link(look: Look) -> bool:
    named = look.name.lower() == CURRENT.lower() or is_adapter_pointer(look.path)
    return named and look.size <= _MAX_BYTES


def _read_marker(look: Look) -> Reading:
    return _pointing(look, "marker", "a marker with a path, nothing more")


def _read_link(look: Look) -> Reading:
    found = pointer_of_link(look.path, target_of_text(look.head) or "")
    pointer = found.pointer if found is not None else "link"
    return _pointing(look, pointer, "a link that was kept as a text file")


def _pointing(look: Look, pointer: str, reason: str) -> Reading:
    target = target_of_text(look.head) if look.size <= _MAX_BYTES else None
    if target is None:
        finding = Finding("pointer-unreadable", look.path, "one path as text", "something else")
        reason = "it names no model that can be read"
        return Reading(verdict=Verdict.ASSERTED, reason=reason, findings=(finding,))
    facts = PointerFacts(pointer=pointer, target=target)
    says = f"{pointer}: {shown(target, 300)}"
    return Reading(verdict=Verdict.ASSERTED, reason=reason, says=says, facts=facts)


FORMATS = (
    Format(
        name="pointer-marker",
        what="a marker that names the active model",
        rank=20,
        matches=_is_marker,
        read=_read_marker,
    ),
    Format(
        name="pointer-link-as-text",
        what="a link to the active model, kept as a text file",
        rank=20,
        matches=_is_kept_link,
        read=_read_link,
    ),
)
