"""The Firestore ledger: an export of ``oqt_ledger`` and the collections around it.

The writer replaced the time of every block after hashing it, so no block recomputes as stored. It
does with the code's order of keys and the right millisecond between two times that are kept: that
is said as what it is, a reconstruction.
"""

from collections.abc import Callable
from typing import Any

from oneseek.migrations.ledgers.chain import shown
from oneseek.migrations.ledgers.firestore_documents import Documents
from oneseek.migrations.ledgers.firestore_export import LEDGER, Document, documents
from oneseek.migrations.ledgers.firestore_index import (
    MOST_IDS,
    Index,
    is_sample,
    short_hash,
    short_text,
)
from oneseek.migrations.ledgers.firestore_search import HashSearch
from oneseek.migrations.ledgers.judging import LedgerJudgement, OnBlock
from oneseek.migrations.ledgers.stream import halves
from oneseek.migrations.ledgers.telling import Telling
from oneseek.migrations.ledgers.window import UnreadableLedger
from oneseek.migrations.look import Look
from oneseek.migrations.verdicts import Verdict

ZEROS = "0" * 64
_TYPES = ("genesis", "query", "training", "model_update")


def judge(
    look: Look,
    on_block: OnBlock,
    *,
    wanted: frozenset[str] = frozenset(),
    trusted: frozenset[str] = frozenset(),
    on_bytes: Callable[[int], None] | None = None,
) -> LedgerJudgement:
    """Judge an export; see :class:`oneseek.migrations.ledgers.judging.Judge`."""
    telling = Telling(look.path, on_block, wanted)
    told, index = halves(on_bytes), Index()
    try:
        for document in documents(look, told, telling.repeated):
            index.add(document)
        blocks, others = _Blocks(telling, index), Documents(telling, index)
        for document in documents(look, told):
            if document.collection == LEDGER:
                blocks.judge(document)
            else:
                others.look_at(document)
    except UnreadableLedger as error:
        return telling.unreadable(error)
    others.end()
    return blocks.whole(others.summary())


class _Blocks:
    """Judges the documents of ``oqt_ledger``."""

    def __init__(self, telling: Telling, index: Index) -> None:
        self._telling = telling
        self._index = index
        self._search = HashSearch(telling)
        self._versions: dict[str, str] = {}

    def judge(self, document: Document) -> None:
        """Judge one block and hand the judgement on; the sample document is none."""
        entry, block, tell = document.entry, document.entry.value, self._telling
        if isinstance(block, dict) and is_sample(document.id, block):
            found = "a document of the set-up script, which its readers take for a block"
            tell.find("sample-document", f"{LEDGER}/_sample_doc", "blocks only", found)
            return
        number = block.get("blockNumber") if isinstance(block, dict) else None
        text = shown(number)
        if not isinstance(block, dict) or not text or "hash" not in block:
            tell.find("ledger-block", "", "a block", "a document without its fields")
            reason = "it is no block: fields are missing"
            tell.block(text, entry.offset, entry.length, "", Verdict.CONTRADICTED, reason)
            return
        verdict, reason = self._search.judge(block)
        wrong, notes = self._place(document, block, int(text))
        notes += self._beside(text, block)
        if wrong:
            verdict = Verdict.CONTRADICTED
        data = block.get("data")
        type_ = data.get("type") if isinstance(data, dict) else None
        kind = type_ if isinstance(type_, str) and type_ in _TYPES else ""
        reason = "; ".join([reason, *wrong, *notes])
        tell.block(text, entry.offset, entry.length, kind, verdict, reason)

    def _place(
        self, document: Document, block: dict[str, Any], number: int
    ) -> tuple[list[str], list[str]]:
        """Say what contradicts the place of the block in the chain, and what is missing there."""
        tell, index, where = self._telling, self._index, f"block {number}"
        wrong, notes = [], []
        if document.id is not None and document.id != str(number):
            tell.find("ledger-document-id", where, f"document {number}", "a document of another id")
            wrong.append("its document has another number")
        if number in index.twice:
            tell.find("ledger-duplicate-number", where, "one block of each number", "several")
            tell.gap("forked", f"there are several blocks {number}: two servers wrote at a time")
            wrong.append("there are several of this number")
        previous = block.get("previousHash")
        before = index.hash_of(number - 1)
        if number == 0:
            data = block.get("data")
            genesis = isinstance(data, dict) and data.get("type") == "genesis"
            if previous != ZEROS or not genesis:
                tell.find("ledger-genesis", where, "a genesis block", "another block")
                wrong.append("it is no genesis")
        elif before is not None and before != short_hash(previous):
            tell.find("ledger-link", where, "the hash of the block before", "another hash")
            wrong.append("its predecessor is not the block before it")
        elif before is None and previous in index.sample_hashes:
            tell.find("ledger-genesis", where, "a genesis block", "a chain on a sample document")
            tell.gap("missing-blocks", "the genesis was never written: a sample document was there")
            notes.append("it begins on a sample document instead of a genesis")
        elif before is None:
            tell.gap("missing-blocks", f"block {number - 1} is not there")
            notes.append("its predecessor is not there")
        return wrong, notes

    def _beside(self, text: str, block: dict[str, Any]) -> list[str]:
        """Compare the block with the collections beside it."""
        tell, index, where = self._telling, self._index, f"block {text}"
        if block.get("verified") is False:
            tell.find("ledger-not-verified", where, "verified", "the writer noted that it was not")
        data = block.get("data")
        content = data.get("content") if isinstance(data, dict) else None
        if not isinstance(content, dict):
            return []
        tell.names(text, content.get("newVersion") or content.get("modelVersion"))
        training, query = content.get("trainingId"), content.get("queryId")
        if training is not None and index.documents["oqt_training_events"] and not index.full:
            if content.get("trainingType") == "batch":
                self._version(text, content.get("newVersion"))
            if not index.knows("training", training):
                found = "its document was refused or removed"
                tell.find("training-event-missing", where, "a training event of this id", found)
                tell.gap("missing-records", f"block {text} tells of a training without its event")
                return ["no training event goes with it"]
        if query is not None and index.documents["oqt_queries"] and not index.full:
            return self._query(where, query, content.get("question"))
        return []

    def _query(self, where: str, query: object, question: object) -> list[str]:
        tell, index = self._telling, self._index
        if not index.knows("query", query):
            tell.find("query-missing", where, "a query of this id", "none")
            return ["no query goes with it"]
        if index.text_of("query", query) != short_text(question):
            tell.find("query-differs", where, "the question of the query", "another text")
            return ["its question is not that of its query"]
        return []

    def _version(self, text: str, version: object) -> None:
        if not isinstance(version, str) or len(self._versions) > 10_000:
            return
        other = self._versions.setdefault(version, text)
        if other != text:
            found = f"block {other} made the same version"
            self._telling.find("version-repeated", f"block {text}", "a version of its own", found)
            self._telling.gap("restarted", "versions were counted in memory and began again")

    def whole(self, beside: str) -> LedgerJudgement:
        """Give the judgement of the whole export."""
        tell, index = self._telling, self._index
        if not tell.blocks:
            tell.find("ledger-shape", "", f"blocks in {LEDGER}", "none")
            return tell.judgement(f"no block of a ledger is in it{beside}", Verdict.ASSERTED)
        if index.hash_of(0) is None:
            tell.find("ledger-genesis", "", "a genesis block", "none")
            tell.gap("missing-blocks", "block 0 is not there")
        if index.full:
            expected, found = f"at most {MOST_IDS} ids", "more: nothing beside it was compared"
            tell.find("ids-not-compared", "", expected, found)
        found = "the stored time, verified and every further field are in no hash"
        tell.find("ledger-not-covered", "", "a hash over every field", found)
        found = "any signed-in client could add blocks, and the end may be cut off"
        tell.find("ledger-end-unproven", "", "an anchor outside of the export", found)
        reason = f"{tell.summary()}; nothing proves that the end is the end{beside}"
        return tell.judgement(reason)
