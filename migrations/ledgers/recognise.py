"""Tells the old ledgers from each other by name and by their first bytes, for the formats."""

import re

from oneseek.migrations.format import LedgerFacts, Reading
from oneseek.migrations.look import Look
from oneseek.migrations.verdicts import Verdict

_TEXT_ENDINGS = (".json", ".bak", ".txt", ".old", ".orig", ".backup", ".jsonl", ".dump", ".export")
_LEDGER_NAME = re.compile(
    r"ledger(?!_?proof)[^/]*\.json[^/]*|ledger_corrupted_[^/]*", re.IGNORECASE
)
_PROOF_NAME = re.compile(r"ledger_?proof[^/]*\.json[^/]*", re.IGNORECASE)
_HISTORY_NAME = re.compile(r"training_history[^/]*\.json[^/]*", re.IGNORECASE)
_RUN = re.compile(r"run-\d")
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*[\[{]")
_COLLECTION_FILES = frozenset(
    "oqt_ledger oqt_queries oqt_training_events oqt_metrics oqt_provenance ai_interactions".split()
)
_FIRESTORE = re.compile(
    rb'"(?:oqt_ledger|oqt_queries|oqt_training_events|oqt_metrics|oqt_provenance|ai_interactions)"'
    rb"\s*:\s*[\[{]"
)
_JAVASCRIPT_BEGIN = re.compile(rb'"previous_hash"\s*:\s*"0"')
_UTC_BLOCK = re.compile(rb'"block_id"\s*:\s*\d+\s*,\s*"timestamp"\s*:\s*"[-0-9T:.]+Z"')
_ENTRY = re.compile(rb'(?:\xef\xbb\xbf)?[\s\[{]*"(?:event|dataset_hashes|entries)"\s*:')
_MODELS = re.compile(rb'"models"\s*:\s*\[')
_PEOPLE = re.compile(
    rb'"(?:question|response|responses|answer|prompt|text|user_?id|email)"\s*:', re.I
)
_WINDOW = 1024 * 1024
_OVERLAP = 64


def looks_like_json(look: Look) -> bool:
    """Say whether the name and the first byte allow a document in JSON; the cheap question."""
    named = look.name.lower().endswith(_TEXT_ENDINGS) or "ledger" in look.name.lower()
    return named and _JSON.match(look.head) is not None


def is_firestore(look: Look) -> bool:
    """An export of Firestore, by its collections or its blocks, whatever it is called."""
    if not looks_like_json(look):
        return False
    head = look.head
    blocks = b'"blockNumber"' in head and b'"previousHash"' in head
    named = look.name.split(".")[0] in _COLLECTION_FILES
    return blocks or named or _FIRESTORE.search(head) is not None


def is_javascript_dump(look: Look) -> bool:
    """Blocks of the ledger in memory: a beginning of one digit, or times in UTC."""
    return _has_blocks(look) and (
        _JAVASCRIPT_BEGIN.search(look.head) is not None or _UTC_BLOCK.search(look.head) is not None
    )


def is_python_ledger(look: Look) -> bool:
    """The Python chain: by its blocks under any name, by its name whatever is left in it."""
    return _LEDGER_NAME.fullmatch(look.name) is not None or _has_blocks(look)


def holds_texts_of_people(look: Look) -> bool:
    """Read the whole file for the names of fields in which people wrote."""
    with look.open() as stream:
        before = b""
        while data := stream.read(_WINDOW):
            if _PEOPLE.search(before + data):
                return True
            before = data[-_OVERLAP:]
    return False


def is_proof_of_models(look: Look) -> bool:
    """The top-level list: ``models`` tells it from the entry of a run; so does the folder."""
    if _PROOF_NAME.fullmatch(look.name) is None:
        listed = looks_like_json(look) and _MODELS.search(look.head) is not None
        return listed and b'"immutableHash"' in look.head and b'"certifiedBy"' in look.head
    return _MODELS.search(look.head) is not None or not _is_of_a_run(look)


def is_signed_entry(look: Look) -> bool:
    """The entry of a run, under its name or by its fields."""
    if _PROOF_NAME.fullmatch(look.name) is not None:
        return _is_of_a_run(look)
    # Other records of a run hold a copy of the entry further in.
    begins = looks_like_json(look) and _ENTRY.match(look.head) is not None
    return begins and b'"signer_public_key"' in look.head and b'"dataset_hashes"' in look.head


def is_training_history(look: Look) -> bool:
    """The list of the admin pages: by its name, or by the fields of both shapes."""
    if _HISTORY_NAME.fullmatch(look.name) is not None:
        return True
    if not look.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        return False
    return looks_like_json(look) and b'"modelName"' in look.head and b'"autoStopped"' in look.head


def is_reset_log(look: Look) -> bool:
    """The log of resets: by its name, or by what a reset writes."""
    if look.name.startswith("reset-log"):
        return True
    return looks_like_json(look) and look.head.startswith(b'{"action":"FULL_RESET"')


def ledger_reading(ledger: str, look: Look) -> Reading:
    """Return the cheap reading of a ledger; its blocks are judged later, one by one."""
    return Reading(
        verdict=Verdict.ASSERTED,
        reason="its blocks are judged one by one when the import is planned",
        says=f"{look.size} bytes",
        facts=LedgerFacts(ledger=ledger),
    )


def _has_blocks(look: Look) -> bool:
    if not looks_like_json(look):
        return False
    return all(
        field in look.head for field in (b'"block_id"', b'"previous_hash"', b'"current_hash"')
    )


def _is_of_a_run(look: Look) -> bool:
    """By the fields, and where none can be read by the folder."""
    if b'"immutable_hash"' in look.head or b'"dataset_hashes"' in look.head:
        return True
    in_run = len(look.parts) > 1 and _RUN.match(look.parts[-2]) is not None
    return in_run and _MODELS.search(look.head) is None
