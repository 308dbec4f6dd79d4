"""What a first reading of a Firestore export keeps of it, in little memory.

Documents come in the order of their ids as text (``0``, ``1``, ``10``, ``2``), so a block's
predecessor may come after it. Of a block 16 bytes of its hash are kept, of ids and questions 8.
"""

from collections import Counter
from hashlib import blake2b, sha256
from typing import Any

from oneseek.migrations.ledgers.firestore_export import LEDGER, Document
from oneseek.migrations.rules.javascript_json import shortened

_WIDTH = 16
_EMPTY = bytes(_WIDTH)
_MOST_NUMBERS = 3_000_000
MOST_IDS = 150_000
"""Of each kind; a larger export is not compared with the collections beside it."""
SAMPLE = "_sample_doc"


class Index:
    """Hashes of blocks by number, and which ids the collections hold."""

    def __init__(self) -> None:
        self.documents: Counter[str] = Counter()
        self.twice: set[int] = set()
        self.highest = -1
        self.sample_hashes: set[str] = set()
        self.full = False
        """There were more ids than are compared."""
        self._hashes = bytearray()
        self._ids: dict[str, dict[int, int]] = {}

    def add(self, document: Document) -> None:
        """Take in one document."""
        value = document.entry.value
        if document.collection in self.documents or len(self.documents) < 100:
            self.documents[document.collection] += 1
        if not isinstance(value, dict):
            return
        if is_sample(document.id, value):
            self.sample_hashes.add(str(value.get("hash"))[:200])
        elif document.collection == LEDGER:
            self._add_block(value)
        elif document.collection == "oqt_queries":
            question = value.get("question")
            kept = shortened(question) if isinstance(question, str) else None
            self._remember("query", value.get("queryId"), kept)
        elif document.collection == "oqt_training_events":
            self._remember("training", value.get("trainingId"), None)

    def hash_of(self, number: int) -> bytes | None:
        """Return what is kept of a block's hash; None where there is no such block."""
        if not 0 <= number < len(self._hashes) // _WIDTH:
            return None
        found = bytes(self._hashes[number * _WIDTH : (number + 1) * _WIDTH])
        return None if found == _EMPTY else found

    def knows(self, kind: str, id_: object) -> bool:
        """Say whether an id of ``kind`` (``query``, ``training``, ``block``) was there."""
        return short_text(id_) in self._ids.get(kind, {})

    def text_of(self, kind: str, id_: object) -> int | None:
        """Return what is kept of the text that belongs to an id."""
        return self._ids.get(kind, {}).get(short_text(id_))

    def _add_block(self, block: dict[str, Any]) -> None:
        number, data = block.get("blockNumber"), block.get("data")
        content = data.get("content") if isinstance(data, dict) else None
        if isinstance(content, dict):
            self._remember("block", content.get("trainingId") or content.get("queryId"), None)
        if type(number) is not int or not 0 <= number < _MOST_NUMBERS:
            return
        self.highest = max(self.highest, number)
        if self.hash_of(number) is not None:
            if len(self.twice) < MOST_IDS:
                self.twice.add(number)
            return
        missing = (number + 1) * _WIDTH - len(self._hashes)
        if missing > 0:
            self._hashes.extend(bytes(missing))
        self._hashes[number * _WIDTH : (number + 1) * _WIDTH] = short_hash(block.get("hash"))

    def _remember(self, kind: str, id_: object, text: object) -> None:
        known = self._ids.setdefault(kind, {})
        if len(known) >= MOST_IDS:
            self.full = True
        elif isinstance(id_, str):
            known[short_text(id_)] = short_text(text)


def is_sample(id_: str | None, value: dict[str, Any]) -> bool:
    """Say whether it is the document that the set-up script leaves in a collection."""
    return id_ == SAMPLE or value.get("_sample") is True


def short_hash(text: object) -> bytes:
    """Return 16 bytes that stand for the text of a hash, whatever it is."""
    return sha256(str(text).encode("utf-8", "surrogatepass")).digest()[:_WIDTH]


def short_text(text: object) -> int:
    """Return 8 bytes that stand for a text, as a number."""
    raw = str(text).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(raw, digest_size=8).digest(), "big")
