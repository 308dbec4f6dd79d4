"""Training data: rows with ``instruction`` and ``output`` were written for training; rows with
questions or answers hold what people wrote.

The whole file is looked through for the second kind before it is taken for the first.
"""

import json
from collections.abc import Iterator

from oneseek.domain.findings import Finding
from oneseek.migrations.format import Format, Reading
from oneseek.migrations.look import HEAD_BYTES, Look
from oneseek.migrations.rules.people import holds_people_text
from oneseek.migrations.verdicts import Verdict

_ENDINGS = (".jsonl", ".ndjson")
_FIELDS = frozenset(("instruction", "output", "text"))
_CHUNK = 1024 * 1024


def _is_written(look: Look) -> bool:
    return _is_named(look) and _has_rows(look) and not holds_people_text(look)


def _is_personal(look: Look) -> bool:
    return _is_named(look) and holds_people_text(look)


def _is_named(look: Look) -> bool:
    return look.name.lower().endswith(_ENDINGS)


def _has_rows(look: Look) -> bool:
    return any(isinstance(row, dict) and not _FIELDS.isdisjoint(row) for row in _first_rows(look))


def _read(look: Look) -> Reading:
    rows, ends = _count(look)
    odd = sum(not isinstance(row, dict) for row in _first_rows(look))
    findings = []
    if odd:
        findings.append(Finding("row-unreadable", look.path, "a JSON object in every row",
                                f"{odd} of the first rows are none"))  # fmt: skip
    if not ends:
        findings.append(Finding("row-cut", look.path, "a line end after the last row", "none"))
    reason = "its rows are kept as they are; which model was trained on them is not said here"
    return Reading(
        verdict=Verdict.ASSERTED, reason=reason, says=f"{rows} rows", findings=tuple(findings)
    )


def _first_rows(look: Look) -> Iterator[object]:
    """Yield the rows within the first 64 KiB; None for one that is no JSON."""
    lines = look.head.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    if look.size > HEAD_BYTES:
        lines.pop()
    for line in lines:
        if line.strip():
            try:
                yield json.loads(line)
            except (ValueError, RecursionError):
                yield None


def _count(look: Look) -> tuple[int, bool]:
    """Return the number of rows that are not empty, and whether the last one ends."""
    rows, rest, last = 0, b"", b"\n"
    with look.open() as stream:
        while piece := stream.read(_CHUNK):
            lines = (rest + piece).split(b"\n")
            # A row is as long as it likes; that it is not empty is enough to be carried on.
            rest = lines.pop().strip()[:1]
            rows += sum(not line.isspace() and line != b"" for line in lines)
            last = piece[-1:]
    return rows + bool(rest), last == b"\n"


FORMATS = (
    Format(
        name="dataset",
        what="training data that was written for training",
        rank=85,
        matches=_is_written,
        read=_read,
    ),
    Format(
        name="dataset-of-questions",
        what="training data with questions or answers of people",
        rank=86,
        matches=_is_personal,
        read=_read,
        personal=True,
    ),
)
