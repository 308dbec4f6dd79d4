"""The collections beside the Firestore ledger: counted, and what is odd about them is told."""

import re
from collections import Counter
from hashlib import sha256
from typing import Any

from oneseek.migrations.ledgers.firestore_export import COLLECTIONS, LEDGER, Document
from oneseek.migrations.ledgers.firestore_index import Index, is_sample
from oneseek.migrations.ledgers.telling import Telling

_SHORT_HASH = re.compile(r"-?[0-9a-fA-F]{1,8}")
_NEEDED = {
    "weekly-batch": ("dateRange", "newVersion", "samplesProcessed"),
    "micro-training": ("stage1", "modelVersion", "samplesProcessed"),
    "multi-model-micro-training": ("trainingResult", "modelVersion"),
}
_MOST_VERSIONS = 10_000


class Documents:
    """Looks at every document that is no block."""

    def __init__(self, telling: Telling, index: Index) -> None:
        self._telling = telling
        self._index = index
        self._versions: Counter[str] = Counter()
        self._lost = 0

    def look_at(self, document: Document) -> None:
        """Tell what is odd about one document. Its texts stay where they are."""
        value, collection = document.entry.value, document.collection
        shown = collection if collection in COLLECTIONS else "another collection"
        if not isinstance(value, dict):
            self._telling.find("document-shape", shown, "a document", "another value")
        elif is_sample(document.id, value):
            found = "a document of the set-up script, which its readers take for data"
            self._telling.find("sample-document", f"{shown}/_sample_doc", "data only", found)
        elif collection == "oqt_metrics":
            self._metrics(value)
        elif collection == "oqt_provenance":
            self._provenance(value)
        elif collection == "oqt_training_events":
            self._training(value)
        elif collection == "oqt_queries":
            self._query(value)
        elif collection == "ai_interactions":
            self._interaction(value)

    def end(self) -> None:
        """Tell what only the whole collection shows."""
        if self._lost:
            lost = f"{self._lost} interactions name blocks of a ledger that was only in memory"
            self._telling.find("ledger-reference-lost", "ai_interactions", "blocks", lost)
            self._telling.gap("lost-at-restart", lost)

    def summary(self) -> str:
        """Say how many documents the other collections hold."""
        counts = Counter[str]()
        for name, count in self._index.documents.items():
            if name != LEDGER:
                counts[name if name in COLLECTIONS else "others"] += count
        if not counts:
            return ""
        return "; beside it " + ", ".join(f"{count} {name}" for name, count in counts.items())

    def _metrics(self, value: dict[str, Any]) -> None:
        version = value.get("version")
        if isinstance(version, str) and len(self._versions) < _MOST_VERSIONS:
            self._versions[version] += 1
            if self._versions[version] > 1:
                found = "several documents with figures of one version"
                self._telling.find("version-repeated", "oqt_metrics", "one per version", found)
                gap = "versions were counted in memory and began again"
                self._telling.gap("restarted", gap)

    def _provenance(self, value: dict[str, Any]) -> None:
        digest = value.get("inputHash")
        if isinstance(digest, str) and _SHORT_HASH.fullmatch(digest):
            found = "a number of 32 bits, which many texts share"
            self._telling.find("input-hash-short", "oqt_provenance", "a digest of the input", found)

    def _training(self, value: dict[str, Any]) -> None:
        type_ = value.get("type")
        needed = _NEEDED.get(type_, ()) if isinstance(type_, str) else ()
        missing = [field for field in needed if value.get(field) is None]
        if not needed or missing:
            found = f"without {', '.join(missing)}" if missing else "of another type"
            where, expected = "oqt_training_events", "the fields of its type"
            self._telling.find("document-fields", where, expected, found)
        known = self._index.knows("block", value.get("trainingId"))
        if self._index.documents[LEDGER] and not self._index.full and not known:
            found = "none: it is in no ledger"
            self._telling.find("training-unchained", "oqt_training_events", "a block", found)

    def _query(self, value: dict[str, Any]) -> None:
        missing = [field for field in ("queryId", "version") if value.get(field) is None]
        if missing:
            found = f"without {', '.join(missing)}"
            self._telling.find("document-fields", "oqt_queries", "the fields of a query", found)
        known = self._index.knows("block", value.get("queryId"))
        if self._index.documents[LEDGER] and not self._index.full and not known:
            self._telling.find("query-unchained", "oqt_queries", "a block", "it is in no ledger")

    def _interaction(self, value: dict[str, Any]) -> None:
        if value.get("ledger_blocks"):
            self._lost += 1
        if value.get("status") == "ledger_verified":
            found = "nothing was verified when it was set"
            self._telling.find("status-unfounded", "ai_interactions", "ledger_verified", found)
        question, digest = value.get("question"), value.get("question_hash")
        if isinstance(question, str) and isinstance(digest, str):
            right = sha256(question.encode("utf-8", "surrogatepass")).hexdigest()
            if digest != right:
                expected = "the digest of the question"
                self._telling.find("question-hash", "ai_interactions", expected, "another digest")
