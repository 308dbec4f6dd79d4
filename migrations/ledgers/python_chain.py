"""The chain of the Python programs: ``ml/ledger/ledger.json``.

A block's ``current_hash`` is the SHA-256 of number, local time, predecessor and digest of its data,
one after the other without a separator. The event type and the validator are in no hash, nobody
signed anything, and nothing outside fixes the end: what those leave open is said, not guessed.
"""

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from oneseek.migrations.ledgers.chain import Chain, shown
from oneseek.migrations.ledgers.judging import LedgerJudgement, OnBlock
from oneseek.migrations.ledgers.stream import Entry, Opened, Path, halves, walk
from oneseek.migrations.ledgers.telling import Telling
from oneseek.migrations.ledgers.window import UnreadableLedger
from oneseek.migrations.look import Look
from oneseek.migrations.rules.python_json import default_form
from oneseek.migrations.verdicts import Verdict

ZEROS = "0" * 64
GENESIS_DATA_HASH = "a3e28b72fb9af8c647ee976545bba88dfdc8604a230fae31016f7bea0c69a14c"
"""Of the data that the program gives every first block."""
TYPES = frozenset("genesis training update audit review data_collection change_detection".split())
_FIELDS = ("block_id", "timestamp", "previous_hash", "current_hash", "event_type", "data")
_CORRUPTED = "ledger_corrupted_"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?")
_VERIFIED = (
    "its hashes recompute and it follows the block before; "
    "event type and validator are not covered by the hash"
)
_EXPECTED_SHAPE = "an object with a list of blocks"


def judge(
    look: Look,
    on_block: OnBlock,
    *,
    wanted: frozenset[str] = frozenset(),
    trusted: frozenset[str] = frozenset(),
    on_bytes: Callable[[int], None] | None = None,
) -> LedgerJudgement:
    """Judge a chain; see :class:`oneseek.migrations.ledgers.judging.Judge`."""
    telling = Telling(look.path, on_block, wanted)
    told = halves(on_bytes)
    _aside(telling, look)
    try:
        top = _survey(look, telling, told)
        if not top.get("blocks"):
            found = "a list at the top" if top.get("") else "no list of blocks"
            return telling.odd_shape(_EXPECTED_SHAPE, found)
        blocks = _Blocks(telling)
        for entry in walk(look, _descend, told):
            if isinstance(entry, Entry) and entry.path == ("blocks",):
                blocks.judge(entry)
    except UnreadableLedger as error:
        return telling.unreadable(error)
    return _whole(telling, blocks, top)


def _aside(telling: Telling, look: Look) -> None:
    """Tell of a chain that the program put aside as broken, to begin a new one in its place."""
    if look.name.startswith(_CORRUPTED):
        found = "a copy that its program put aside as broken"
        telling.find("ledger-backup", "", "the ledger itself", found)
        telling.gap("restarted", "the program could not read this chain, and began a new one")
    elif any(name.startswith(_CORRUPTED) for name in look.siblings):
        found = "a broken one beside it, in whose place it was begun"
        telling.find("ledger-backup", "", "one ledger", found)
        telling.gap("restarted", "a broken chain lies beside it: this one is not the first")
    elif look.name.endswith((".bak", ".old", ".orig")):
        telling.find("ledger-backup", "", "the ledger itself", "a backup of one")


def _descend(path: Path) -> bool:
    return not path or path == ("blocks",)


def _survey(
    look: Look, telling: Telling, on_bytes: Callable[[int], None] | None
) -> dict[str, object]:
    """Read the document to its end: nothing of a broken one is imported.

    Returns the values beside the blocks, and for ``blocks`` and the document itself (the empty
    name) whether they are lists.
    """
    top: dict[str, object] = {}
    for found in walk(look, _descend, on_bytes, telling.repeated):
        if isinstance(found, Opened):
            if found.array or found.path:
                top[str(found.path[0]) if found.path else ""] = found.array
        elif not found.path and isinstance(found.key, str) and found.key != "blocks":
            top[found.key or " "] = found.value
    return top


class _Blocks:
    """Judges the blocks in order."""

    def __init__(self, telling: Telling) -> None:
        self._telling = telling
        self._chain = Chain(telling, ZEROS)
        self._first = True
        self._last_time = ""

    def judge(self, entry: Entry) -> None:
        """Judge one block and hand the judgement on."""
        block = entry.value
        if not isinstance(block, dict) or not all(field in block for field in _FIELDS):
            self._no_block(entry)
            return
        text = shown(block["block_id"])
        where = f"block {text}" if text else f"entry {entry.key}"
        reason = self._wrong(where, block)
        verdict = Verdict.CONTRADICTED if reason else Verdict.VERIFIED
        reason = reason or _VERIFIED
        doubt = self._uncovered(where, block)
        if doubt:
            reason = f"{reason}; {doubt}"
        self._time(where, block["timestamp"])
        data, type_ = block["data"], block["event_type"]
        self._telling.names(text, data.get("model_version") if isinstance(data, dict) else None)
        kind = type_ if isinstance(type_, str) and type_ in TYPES else ""
        self._telling.block(text, entry.offset, entry.length, kind, verdict, reason)
        self._first = False

    def _no_block(self, entry: Entry) -> None:
        where, reason = f"entry {entry.key}", "it is no block: fields are missing"
        self._telling.find("ledger-block", where, "a block", "fields are missing")
        self._chain.link(None, None, None)
        verdict = Verdict.CONTRADICTED
        self._telling.block("", entry.offset, entry.length, "", verdict, reason)
        self._first = False

    def _wrong(self, where: str, block: dict[str, Any]) -> str:
        """Apply the program's own rule, and look at the number and the beginning as well."""
        number, moment, data = block["block_id"], block["timestamp"], block["data"]
        current, previous = block["current_hash"], block["previous_hash"]
        digest = sha256(default_form(data).encode()).hexdigest()
        hashed = f"{number}{moment}{previous}{digest}".encode("utf-8", "surrogatepass")
        fits = current == sha256(hashed).hexdigest()
        signatures = block.get("signatures")
        named = isinstance(signatures, dict) and signatures.get("data_hash") == digest
        expected = self._chain.expected
        link = self._chain.link(number, previous, current)
        if fits and named and not link and not self._first:
            return ""
        wrong = [link] if link else []
        if not fits:
            self._telling.find("ledger-hash", where, "the hash of its fields", "another hash")
            wrong.append("its hash does not recompute")
        if not named:
            self._telling.find(
                "ledger-data-hash", where, "the digest of its data", "another digest"
            )
            wrong.append("the digest of its data does not recompute")
        if fits and link and f"{number}{moment}".startswith(f"{expected}"):
            self._ambiguous(where, number, expected)
        if self._first and digest != GENESIS_DATA_HASH:
            self._telling.find("ledger-genesis", where, "the data of every genesis", "other data")
            wrong.append("its data are not those of a genesis block")
        return " and ".join(wrong)

    def _ambiguous(self, where: str, number: object, expected: int) -> None:
        if number != expected:
            found = f"the same text is hashed for number {expected} with another time"
            self._telling.find("ledger-ambiguous", where, "one reading of what is hashed", found)

    def _uncovered(self, where: str, block: dict[str, Any]) -> str:
        """Compare what no hash covers with what one does."""
        type_, data, signatures = block["event_type"], block["data"], block.get("signatures")
        doubts = []
        if not isinstance(type_, str) or type_ not in TYPES:
            self._telling.find("ledger-type", where, "a type of the program", "another type")
            doubts.append("its event type is none of the program's")
        elif isinstance(data, dict) and type_ != "training" and "training_config" in data:
            expected = "training, by the fields of its data"
            self._telling.find("ledger-type-doubtful", where, expected, type_)
            doubts.append("its event type does not go with its data")
        elif (type_ == "genesis") is not self._first:
            self._telling.find(
                "ledger-type-doubtful", where, "genesis first, and only there", type_
            )
            doubts.append("its event type does not go with its place")
        trainer = _trainer(data)
        if trainer and isinstance(signatures, dict) and signatures.get("validator") != trainer:
            found = "its covered data name another trainer"
            self._telling.find(
                "ledger-validator-doubtful", where, "the trainer as validator", found
            )
            doubts.append("its validator is not the trainer that its data name")
        return " and ".join(doubts)

    def _time(self, where: str, moment: object) -> None:
        if not isinstance(moment, str) or _TIME.fullmatch(moment) is None:
            self._telling.find("ledger-time", where, "a local time", "another text")
        elif moment < self._last_time:
            found = "earlier than the block before"
            self._telling.find("ledger-time-order", where, "times that do not fall", found)
        else:
            self._last_time = moment

    def end(self, top: dict[str, object]) -> bool:
        """Compare the figures beside the blocks; say whether they agree."""
        tell, there = self._telling, self._telling.blocks
        count, updated = top.get("block_count"), top.get("last_updated")
        agrees = type(count) is int and count == there
        if not agrees:
            said = shown(count) or "no number"
            tell.find("ledger-count", "", f"{said} blocks, as block_count says", f"{there} blocks")
        self._chain.end()
        if type(count) is int and count > there + self._chain.missing:
            lost = f"block_count says {shown(count)}, {there} blocks are there: the end is not"
            tell.gap("missing-blocks", lost)
        if isinstance(updated, str) and updated < self._last_time:
            found = "last_updated is earlier than the last block"
            tell.find("ledger-updated", "", "the time of the last write", found)
        return agrees


def _trainer(data: object) -> str:
    """Return the trainer that the data of a training name, which the validator repeats."""
    provenance = data.get("provenance") if isinstance(data, dict) else None
    for line in provenance if isinstance(provenance, list) else ():
        if isinstance(line, str) and line.startswith("trainer:"):
            return line.removeprefix("trainer:")
    return ""


def _whole(telling: Telling, blocks: _Blocks, top: dict[str, object]) -> LedgerJudgement:
    if not telling.blocks:
        telling.find("ledger-genesis", "", "a genesis block", "no blocks")
        telling.gap("missing-blocks", "the list of blocks is empty, even of its genesis")
        return telling.judgement("its list of blocks is empty", Verdict.ASSERTED)
    agrees = blocks.end(top)
    found = "event_type and validator of every block can be changed without a trace"
    telling.find("ledger-not-covered", "", "a hash over every field", found)
    found = "a cut, a rewrite of everything or another branch would look the same"
    hint = "only a copy that was kept elsewhere can tell"
    telling.find("ledger-end-unproven", "", "an anchor outside of the file", found, hint)
    reason = f"{telling.summary()}; event types and validators are not covered by the hash"
    reason += ", and nothing proves that the end is the end"
    if not agrees:
        reason += "; block_count disagrees"
    return telling.judgement(reason, *(() if agrees else (Verdict.CONTRADICTED,)))
