"""Readmes, the one that a reset leaves behind, and the marks in empty folders.

A reset erases all models and its own earlier log; the readme that it writes names the last one.
"""

import re

from oneseek.domain.findings import Finding
from oneseek.migrations.claims import asserted, time_claim
from oneseek.migrations.format import Format, Reading
from oneseek.migrations.look import Look
from oneseek.migrations.rules.people import holds_people_text
from oneseek.migrations.rules.times import read_time
from oneseek.migrations.texts import shown
from oneseek.migrations.verdicts import Verdict

_NAME = re.compile(r"readme(\..*)?|license(\..*)?|licence(\..*)?|notes\.md|changelog(\..*)?", re.I)
_RESET = re.compile(rb"^[\W_]*Last reset:?[\W_]*?(\d{4}-\d\d-\d\dT\S+)", re.M)
_BY = re.compile(rb"^[\W_]*Reset by:?[\W_]*?(\w.*)$", re.M)
_MARKS = frozenset((".gitkeep", ".gitignore", ".gitattributes", ".keep", ".ds_store", "thumbs.db"))


def _is_reset(look: Look) -> bool:
    return look.name.lower() == "readme.md" and _RESET.search(look.head) is not None


def _read_reset(look: Look) -> Reading:
    found = _RESET.search(look.head)
    assert found is not None
    time = found[1].decode("utf-8", "replace").rstrip("*_`")
    claims = time_claim("reset", read_time(time, field="Last reset"))
    by = _BY.search(look.head)
    if by is not None:
        name = by[1].decode("utf-8", "replace").strip("*_` \r")
        claims.append(asserted("reset-by", name, "the old server wrote one name for everybody"))
    seen = f"a reset at {shown(time, 60)}"
    finding = Finding("erased-by-reset", look.path, "the history from before", seen)
    return Reading(
        verdict=Verdict.ASSERTED,
        reason="a reset emptied this folder; what was there before is not in it",
        says=f"last reset {shown(time, 60)}",
        claims=tuple(claims),
        findings=(finding,),
    )


def _is_readme(look: Look) -> bool:
    return _NAME.fullmatch(look.name) is not None and not holds_people_text(look)


def _is_mark(look: Look) -> bool:
    return look.name.lower() in _MARKS


def _kept(look: Look) -> Reading:
    return Reading(verdict=Verdict.ASSERTED, reason="kept as it is", says=shown(look.name, 120))


FORMATS = (
    Format(
        name="reset-readme",
        what="the readme that a reset left behind",
        rank=20,
        matches=_is_reset,
        read=_read_reset,
    ),
    Format(name="readme", what="a text for people who look into the folder",
           matches=_is_readme, read=_kept),
    Format(name="placeholder", what="a mark in a folder, or a file of the operating system",
           matches=_is_mark, read=_kept),
)  # fmt: skip
