"""``ml/training_history.json``: the last fifty trainings that the admin pages started.

Nothing is hashed and nothing chained; with the fifty-first the oldest went. Two shapes were
written, the older one with percentages.
"""

from collections.abc import Callable
from typing import Any

from oneseek.migrations.ledgers.judging import LedgerJudgement, OnBlock
from oneseek.migrations.ledgers.stream import Entry, Path, halves, walk
from oneseek.migrations.ledgers.telling import Telling
from oneseek.migrations.ledgers.window import OnBytes, UnreadableLedger
from oneseek.migrations.look import Look
from oneseek.migrations.verdicts import Verdict

KEPT = 50
_NEWER = ("modelName", "dna", "timestamp", "duration", "samplesProcessed", "finalLoss")
_OLDER = ("modelVersion", "timestamp", "duration", "samples", "dataset", "metrics")
_ASSERTED = "only the list says so: it holds no hash and is in no chain"


def judge(
    look: Look,
    on_block: OnBlock,
    *,
    wanted: frozenset[str] = frozenset(),
    trusted: frozenset[str] = frozenset(),
    on_bytes: Callable[[int], None] | None = None,
) -> LedgerJudgement:
    """Judge a history; see :class:`oneseek.migrations.ledgers.judging.Judge`."""
    telling = Telling(look.path, on_block, wanted)
    told = halves(on_bytes)
    try:
        if not _is_list(look, telling, told):
            return telling.odd_shape("a list of trainings", "no list")
        shapes: set[str] = set()
        for found in walk(look, _descend, told):
            if isinstance(found, Entry):
                shapes.add(_judge_entry(telling, found))
    except UnreadableLedger as error:
        return telling.unreadable(error)
    return _whole(telling, shapes)


def _descend(path: Path) -> bool:
    return not path


def _is_list(look: Look, telling: Telling, on_bytes: OnBytes | None) -> bool:
    listed = False
    for found in walk(look, _descend, on_bytes, telling.repeated):
        if not isinstance(found, Entry):
            listed = found.array
    return listed


def _judge_entry(telling: Telling, found: Entry) -> str:
    number, training = str(found.key), found.value
    where = f"entry {number}"
    shape = _shape(training)
    if not shape or not isinstance(training, dict):
        telling.find("ledger-block", where, "a training", "fields of neither shape")
        verdict, reason = Verdict.CONTRADICTED, "it is no training: it has neither known shape"
        telling.block(number, found.offset, found.length, "", verdict, reason)
        return ""
    if shape == "newer":
        _newer(telling, where, training)
    else:
        expected, said = "figures between 0 and 1", "percentages"
        telling.find("history-percent", where, expected, said)
    telling.block(number, found.offset, found.length, "training", Verdict.ASSERTED, _ASSERTED)
    return shape


def _shape(training: object) -> str:
    if not isinstance(training, dict):
        return ""
    if all(field in training for field in ("modelName", "dna", "timestamp")):
        return "newer"
    older = all(field in training for field in ("modelVersion", "timestamp"))
    return "older" if older else ""


def _newer(telling: Telling, where: str, training: dict[str, Any]) -> None:
    if training.get("immutableHash") is None:
        found = "none: it was undefined when it was written"
        telling.find("history-hash-missing", where, "the hash of the certification", found)
    if training.get("accuracy") is not None:
        found = "a figure: the program only ever wrote null"
        telling.find("history-accuracy", where, "no accuracy", found)


def _whole(telling: Telling, shapes: set[str]) -> LedgerJudgement:
    count = telling.blocks
    if {"newer", "older"} <= shapes:
        telling.find("history-shapes", "", "entries of one shape", "both shapes in one list")
    if count > KEPT:
        found = f"{count}: no program wrote as many"
        telling.find("history-length", "", f"at most {KEPT} trainings", found)
    elif count == KEPT:
        lost = f"only the last {KEPT} trainings were kept: older ones are gone"
        telling.gap("last-50-only", lost)
    reason = f"{telling.summary()}; nothing in it is hashed"
    return telling.judgement(reason, Verdict.ASSERTED)
