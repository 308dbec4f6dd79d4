"""The list of certified models: ``ledger_proof.json`` at the top of the certified tree.

Its entries are in no chain and nobody signed them. ``immutableHash`` is of a name, a number and
shares of base models, of no byte; what it was made of stands in the models' own records, so that
it can be recomputed only together with those.
"""

import re
from collections.abc import Callable
from typing import Any

from oneseek.migrations.ledgers.judging import LedgerJudgement, OnBlock
from oneseek.migrations.ledgers.stream import Entry, Path, halves, walk
from oneseek.migrations.ledgers.telling import Telling
from oneseek.migrations.ledgers.window import OnBytes, UnreadableLedger
from oneseek.migrations.look import Look
from oneseek.migrations.verdicts import Verdict

FIELDS = ("directory", "createdAt", "dna", "certifiedBy", "immutableHash")
_HASH = re.compile(r"sha256:[0-9a-f]{64}")
_FALSE_Z = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z")
_REMEMBERED = 100_000
_ASSERTED = (
    "only the list says so: it is in no chain and not signed; "
    "its hash can be recomputed with the model's own records, and covers no byte of it"
)


def judge(
    look: Look,
    on_block: OnBlock,
    *,
    wanted: frozenset[str] = frozenset(),
    trusted: frozenset[str] = frozenset(),
    on_bytes: Callable[[int], None] | None = None,
) -> LedgerJudgement:
    """Judge a list; see :class:`oneseek.migrations.ledgers.judging.Judge`."""
    telling = Telling(look.path, on_block, wanted)
    told = halves(on_bytes)
    try:
        if not _has_list(look, telling, told):
            return telling.odd_shape("an object with a list of models", "no list of models")
        seen: dict[str, str] = {}
        for found in walk(look, _descend, told):
            if isinstance(found, Entry) and found.path == ("models",):
                _judge_entry(telling, found, seen)
    except UnreadableLedger as error:
        return telling.unreadable(error)
    if not telling.blocks:
        telling.gap("missing-blocks", "the list of models is empty: a reset, or none was trained")
    alone = "entries stand alone: one that was taken out leaves no trace"
    telling.find("ledger-unchained", "", "entries that are chained", alone)
    return telling.judgement(f"{telling.summary()}; {alone}", Verdict.ASSERTED)


def _descend(path: Path) -> bool:
    return path in ((), ("models",))


def _has_list(look: Look, telling: Telling, on_bytes: OnBytes | None) -> bool:
    listed = False
    for found in walk(look, _descend, on_bytes, telling.repeated):
        if not isinstance(found, Entry) and found.path == ("models",):
            listed = found.array
    return listed


def _judge_entry(telling: Telling, found: Entry, seen: dict[str, str]) -> None:
    number, model = str(found.key), found.value
    where = f"entry {number}"
    if not isinstance(model, dict) or not isinstance(model.get("dna"), str):
        telling.find("ledger-block", where, "a model", "fields are missing")
        verdict, reason = Verdict.CONTRADICTED, "it is no entry of a model: fields are missing"
        telling.block(number, found.offset, found.length, "", verdict, reason)
        return
    wrong = _wrong(telling, where, model, seen)
    verdict = Verdict.CONTRADICTED if wrong else Verdict.ASSERTED
    reason = " and ".join(wrong) or _ASSERTED
    telling.block(number, found.offset, found.length, "certification", verdict, reason)


def _wrong(telling: Telling, where: str, model: dict[str, Any], seen: dict[str, str]) -> list[str]:
    wrong = []
    dna, digest, created = model["dna"], model.get("immutableHash"), model.get("createdAt")
    missing = [field for field in FIELDS if field not in model]
    if missing:
        found = f"without {', '.join(missing)}"
        telling.find("entry-fields", where, "every field of the program", found)
    if model.get("directory") not in (None, dna):
        found = "a folder of another name"
        telling.find("proof-directory", where, "the folder that is named as the DNA", found)
        wrong.append("its folder is not named as its DNA")
    if not isinstance(digest, str) or _HASH.fullmatch(digest) is None:
        telling.find("proof-hash", where, "sha256: and 64 hex digits", "another text")
        wrong.append("its hash is none")
    if isinstance(created, str) and _FALSE_Z.fullmatch(created):
        found = "local time with a false Z, as the program wrote it"
        telling.find("time-false-z", where, "UTC where Z stands", found)
    other = seen.get(dna)
    if other is not None:
        telling.find("proof-repeated", where, "one entry per model", f"{other} has the same DNA")
    elif len(seen) < _REMEMBERED:
        seen[dna] = where
    return wrong
