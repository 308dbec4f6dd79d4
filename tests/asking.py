"""Asking one question about a made-up history, without any ledger."""

from collections.abc import Iterable

import builders as make
from oneseek.domain.audit.answers import Answer, Question
from oneseek.domain.audit.hearing import Hearing
from oneseek.domain.audit.ledger_audit import LedgerReport
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import NotFound
from oneseek.domain.events import Event
from oneseek.domain.keys import KeyRing
from oneseek.domain.manifest import Manifest, ManifestFile

GOOD = LedgerReport(10, bytes(32), (), KeyRing(()))
"""A ledger with which nothing is wrong."""

Happening = Event | tuple[str, Event]
"""An event, or the minutes and seconds of its time and the event."""


class Objects:
    """Objects in memory, by any name that an event gives them."""

    def __init__(self, **named: bytes) -> None:
        self.kept: dict[Digest, bytes] = {make.digest(k): data for k, data in named.items()}

    def put(self, data: bytes) -> Digest:
        self.kept[sha256(data)] = data
        return sha256(data)

    def has(self, digest: Digest) -> bool:
        return digest in self.kept

    def size(self, digest: Digest) -> int:
        return len(self.kept[digest])

    def read(self, digest: Digest) -> bytes:
        if digest not in self.kept:
            raise NotFound(f"no object {digest}")
        return self.kept[digest]


def manifest_of(major: int, *files: ManifestFile) -> bytes:
    """Return a manifest as that of version ``major``, with its weights where none are named."""
    weights = ManifestFile("adapter_model.safetensors", 1, make.digest(f"weights of t{major}"))
    return Manifest(files or (weights,)).to_bytes()


def tell(question: Question, happenings: Iterable[Happening]) -> None:
    """Let ``question`` hear of a history."""
    versions: dict[str, int] = {}
    for index, happening in enumerate(happenings):
        clock, event = happening if isinstance(happening, tuple) else ("00:00", happening)
        versions[event.stream] = versions.get(event.stream, 0) + 1
        time = f"2026-11-20T18:{clock}.000000Z"
        Hearing([question]).hear(index, [make.entry(event, versions[event.stream], time)])


def ask(question: Question, *happenings: Happening, report: LedgerReport = GOOD) -> Answer:
    """Return the answer to ``question`` about a history."""
    tell(question, happenings)
    return question.answer(report)


def seen(answer: Answer) -> list[tuple[str, str, str, str]]:
    """Return check, place, expected and found of every finding."""
    return [(f.check, f.where, f.expected, f.found) for f in answer.findings]


def figure(answer: Answer, name: str) -> int | str:
    """Return the figure called ``name``."""
    return next(item.value for item in answer.figures if item.name == name)


def rows(answer: Answer, name: str) -> list[dict[str, object]]:
    """Return the rows of the table ``name``, by column."""
    table = next(item for item in answer.tables if item.name == name)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]
