"""Searches the time and the order of keys with which a block of the Firestore ledger was hashed."""

from hashlib import sha256
from typing import Any

from oneseek.migrations.ledgers.chain import shown
from oneseek.migrations.ledgers.telling import Telling
from oneseek.migrations.rules import firestore
from oneseek.migrations.rules.javascript_json import string_text
from oneseek.migrations.verdicts import Verdict

_WITHOUT_END_MS = 2_000
"""Tried where no stored time sets an end; the samples needed 0 or 1."""
_MOST_MS = 60_000
_MOST_TRIES = 20_000_000
"""Of the whole ledger; after them few are tried for each block: one of blocks that all fail must
not take days."""
_FEW_MS = 16
_HALVES_MS = 4


class HashSearch:
    """Searches for the blocks of one ledger, with one budget for all of them."""

    def __init__(self, telling: Telling) -> None:
        self._telling = telling
        self._tries = _MOST_TRIES

    def judge(self, block: dict[str, Any]) -> tuple[Verdict, str]:
        """Recompute the hash: as stored, then with the time and the order of keys put back."""
        digest, data, stored = block["hash"], block.get("data"), block.get("timestamp")
        if not isinstance(digest, str):
            return Verdict.CONTRADICTED, "it has no hash"
        where = f"block {shown(block.get('blockNumber'))}"
        if isinstance(stored, str):
            head, tail = firestore.hashed_parts(block, data)
            whole = head + string_text(stored)[1:-1].encode() + tail
            if sha256(whole).hexdigest() == digest:
                return Verdict.VERIFIED, "its hash recomputes as stored"
        made = data.get("timestamp") if isinstance(data, dict) else None
        begin, end = firestore.milliseconds_of(made), firestore.milliseconds_of(stored)
        if begin is None:
            self._telling.find("ledger-time", where, "a time in its data", "none that can be read")
            return Verdict.CONTRADICTED, "its hash fails, and its data have no time to search from"
        if end is not None and end < begin:
            found = "stored before its data were made"
            self._telling.find("ledger-time-order", where, "a stored time after the data's", found)
        times = _WITHOUT_END_MS if end is None else max(0, end - begin + 1)
        self._telling.find(
            "ledger-hash-as-stored", where, "a hash of what is stored", "a hash of another time"
        )
        return self._search(block, begin, times)

    def _search(self, block: dict[str, Any], begin: int, times: int) -> tuple[Verdict, str]:
        digest, data = block["hash"], block.get("data")
        wide = min(times, _MOST_MS if self._tries > 0 else _FEW_MS)
        for order, ordered in (("the code's", firestore.in_code_order), ("the stored", _as_stored)):
            head, tail = firestore.hashed_parts(block, ordered(data))
            offset = firestore.find_offset(head, tail, digest, begin, wide)
            self._tries -= wide if offset is None else offset
            if offset is not None:
                how = f"the time {offset} ms after that of its data and {order} order of keys"
                return Verdict.RECONSTRUCTED, f"its hash recomputes with {how}"
        where = f"block {shown(block.get('blockNumber'))}"
        half = self._search_half(block, begin, times)
        if half:
            return half
        found = f"it fails for each of {wide} ms and both orders of keys"
        self._telling.find("ledger-hash", where, "a hash that can be reconstructed", found)
        reason = f"its hash fails as stored and {found}"
        if times > wide:
            reason += f"; {times - wide} later ms were not tried"
        return Verdict.CONTRADICTED, reason

    def _search_half(
        self, block: dict[str, Any], begin: int, times: int
    ) -> tuple[Verdict, str] | None:
        """Put back half a character that the cut question lost."""
        data = firestore.in_code_order(block.get("data"))
        content = data.get("content") if isinstance(data, dict) else None
        question = content.get("question") if isinstance(content, dict) else None
        beginning = firestore.lost_half(question)
        if beginning is None or self._tries <= 0:
            return None
        where = f"block {shown(block.get('blockNumber'))}"
        found = "it may have been cut within a character"
        self._telling.find("question-cut-within-character", where, "a whole question", found)
        head, tail = firestore.hashed_parts(block, data)
        kept = string_text(str(question)).encode()
        if head.count(kept) != 1:
            return None
        for half, text in firestore.with_each_half(beginning):
            tried = head.replace(kept, text.encode())
            self._tries -= _HALVES_MS
            within = min(times, _HALVES_MS)
            offset = firestore.find_offset(tried, tail, block["hash"], begin, within)
            if offset is not None:
                how = f"the time {offset} ms after that of its data and half a character put back"
                reason = f"its hash recomputes with {how} (U+{ord(half):04X})"
                return Verdict.RECONSTRUCTED, reason
        return None


def _as_stored(data: object) -> object:
    return data
