"""Dumps of the ledger that the JavaScript backend kept in memory (``ledgerService.js``).

It began anew at every restart and was never written to disk: a dump is what somebody saved of it,
oldest or, as its interface gives them, newest first. The hash covers the event type, but not the
validator; the first block names ``"0"`` as its predecessor.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from oneseek.migrations.ledgers.chain import Chain, shown
from oneseek.migrations.ledgers.judging import LedgerJudgement, OnBlock
from oneseek.migrations.ledgers.stream import Entry, Path, halves, walk
from oneseek.migrations.ledgers.telling import Telling
from oneseek.migrations.ledgers.window import OnBytes, UnreadableLedger
from oneseek.migrations.look import Look
from oneseek.migrations.rules.javascript_json import stringify
from oneseek.migrations.verdicts import Verdict

BEGINNING = "0"
LISTS = ("blocks", "ledger", "ledgerBlocks", "ledger_blocks", "chain", "entries", "data")
"""Under which names a saved answer or dump may hold the list."""
_FIELDS = ("block_id", "timestamp", "previous_hash", "data", "current_hash")
_HASHED = ("block_id", "timestamp", "previous_hash", "event_type", "data")
_TYPES = frozenset(
    "genesis training update audit review data_collection change_detection user_created".split()
)
_NO_BLOCK = "it is no block: fields are missing"


def judge(
    look: Look,
    on_block: OnBlock,
    *,
    wanted: frozenset[str] = frozenset(),
    trusted: frozenset[str] = frozenset(),
    on_bytes: Callable[[int], None] | None = None,
) -> LedgerJudgement:
    """Judge a dump; see :class:`oneseek.migrations.ledgers.judging.Judge`."""
    telling = Telling(look.path, on_block, wanted)
    told = halves(on_bytes)
    try:
        falling = _survey(look, telling, told)
        if falling is None:
            return telling.odd_shape("a list of blocks", "no list of blocks")
        blocks = _Blocks(telling, falling)
        for found in walk(look, _descend, told):
            if isinstance(found, Entry) and _in_list(found):
                blocks.take(found)
        blocks.end()
    except UnreadableLedger as error:
        return telling.unreadable(error)
    return _whole(telling)


def _descend(path: Path) -> bool:
    return not path or (len(path) == 1 and path[0] in LISTS)


def _in_list(entry: Entry) -> bool:
    return isinstance(entry.key, int) and len(entry.path) < 2


def _survey(look: Look, telling: Telling, on_bytes: OnBytes | None) -> bool | None:
    """Read the document to its end; say whether the newest come first, None without a list."""
    listed, numbers = False, list[int]()
    for found in walk(look, _descend, on_bytes, telling.repeated):
        if not isinstance(found, Entry):
            listed = listed or found.array
        elif _in_list(found) and len(numbers) < 2 and isinstance(found.value, dict):
            number = found.value.get("block_id")
            if type(number) is int:
                numbers.append(number)
    if not listed:
        return None
    return len(numbers) == 2 and numbers[1] < numbers[0]


class _Blocks:
    """Judges the blocks; of those that come newest first, one waits for its predecessor."""

    def __init__(self, telling: Telling, falling: bool) -> None:
        self._telling = telling
        self._falling = falling
        self._chain = Chain(telling, BEGINNING)
        self._waiting: Entry | None = None

    def take(self, entry: Entry) -> None:
        """Take the next entry of the list."""
        block = entry.value
        if not isinstance(block, dict) or not all(field in block for field in _FIELDS):
            self._telling.find("ledger-block", f"entry {entry.key}", "a block", "missing fields")
            verdict = Verdict.CONTRADICTED
            self._telling.block("", entry.offset, entry.length, "", verdict, _NO_BLOCK)
        elif not self._falling:
            link = self._chain.link(
                block["block_id"], block["previous_hash"], block["current_hash"]
            )
            self._tell(entry, block, link)
        else:
            self._settle(block)
            self._waiting = entry

    def end(self) -> None:
        """Settle what waits, and tell of the numbers that never came."""
        if self._falling:
            self._settle(None)
        self._chain.end()

    def _settle(self, before: dict[str, Any] | None) -> None:
        """Judge the block that waits, now that the one before it is known."""
        entry, self._waiting = self._waiting, None
        block = entry.value if entry else None
        if entry is None or not isinstance(block, dict):
            return
        number, tell = block["block_id"], self._telling
        where = f"block {shown(number)}"
        previous = before["current_hash"] if before else BEGINNING
        expected = before["block_id"] if before else -1
        problems = []
        if type(number) is not int or type(expected) is not int or number != expected + 1:
            tell.find("ledger-number", where, "numbers without a gap", "another number before it")
            tell.gap("missing-blocks", f"before block {shown(number)} there is a gap")
            problems.append("the number before it is not there")
        if block["previous_hash"] != previous:
            tell.find("ledger-link", where, "the hash of the block before", "another hash")
            problems.append("its predecessor is not the block before it")
        self._tell(entry, block, " and ".join(problems))

    def _tell(self, entry: Entry, block: dict[str, Any], link: str) -> None:
        tell, number = self._telling, shown(block["block_id"])
        where = f"block {number}" if number else f"entry {entry.key}"
        wrong = [link] if link else []
        # An event type that JavaScript did not know is in no JSON, neither hashed nor dumped.
        hashed = {field: block[field] for field in _HASHED if field in block}
        if sha256(_utf8(stringify(hashed))).hexdigest() != block["current_hash"]:
            tell.find("ledger-hash", where, "the hash of its fields", "another hash")
            wrong.append("its hash does not recompute")
        data, signatures = block["data"], block.get("signatures")
        text = data if isinstance(data, str) else stringify(data)
        digest = signatures.get("data_hash") if isinstance(signatures, dict) else None
        if sha256(_utf8(text)).hexdigest() != digest:
            tell.find("ledger-data-hash", where, "the digest of its data", "another digest")
            wrong.append("the digest of its data does not recompute")
        if not isinstance(data, dict) or data.get("timestamp") != block["timestamp"]:
            tell.find("ledger-time", where, "the time of its data", "another time")
        if "event_type" not in block:
            tell.find("ledger-type", where, "an event type", "none: its caller named it wrongly")
        type_ = block.get("event_type")
        version = data.get("model_version") if isinstance(data, dict) else None
        tell.names(number, version)
        verdict = Verdict.CONTRADICTED if wrong else Verdict.VERIFIED
        reason = " and ".join(wrong) or (
            "its hash recomputes and it follows the block before; "
            "the validator is not covered by the hash"
        )
        kind = type_ if isinstance(type_, str) and type_ in _TYPES else ""
        tell.block(number, entry.offset, entry.length, kind, verdict, reason)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _whole(telling: Telling) -> LedgerJudgement:
    lost = "the ledger lived in memory: what came after the dump, and before a restart, is lost"
    telling.gap("lost-at-restart", lost)
    if not telling.blocks:
        return telling.judgement("its list of blocks is empty", Verdict.ASSERTED)
    found = "the validator of every block can be changed without a trace"
    telling.find("ledger-not-covered", "", "a hash over every field", found)
    found = "a cut, a rewrite of everything or another branch would look the same"
    telling.find("ledger-end-unproven", "", "an anchor outside of the file", found)
    reason = f"{telling.summary()}; validators are not covered by the hash, and {lost}"
    return telling.judgement(reason)
