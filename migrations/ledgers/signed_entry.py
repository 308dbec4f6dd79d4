"""The signed entry of a dynamic run: ``ledger_proof.json`` in the run's folder.

``immutable_hash`` is the SHA-256 of the canonical JSON of eight fields; the Ed25519 signature is
over the canonical JSON of these and the hash. The key stands in the same file: a signature that
fits proves that nothing was changed since somebody signed, not who that was.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from oneseek.migrations.ledgers.judging import LedgerJudgement, OnBlock
from oneseek.migrations.ledgers.stream import Descend, Entry, Path, halves, walk
from oneseek.migrations.ledgers.telling import Telling
from oneseek.migrations.ledgers.window import UnreadableLedger
from oneseek.migrations.look import Look
from oneseek.migrations.rules.python_json import canonical_form
from oneseek.migrations.verdicts import Verdict

HASHED = (
    *("event", "model", "version", "dna", "dataset_hashes"),
    *("final_weights", "training_config", "timestamp"),
)
_REST = frozenset({"immutable_hash", "signature", "signer_public_key"})
_PRIME = 2**255 - 19
# The y coordinates of the eight points of small order (order 8 or less): under such
# a key a signature says nothing, as one fits many messages.
_SMALL_Y = frozenset(
    {
        0,
        1,
        _PRIME - 1,
        2707385501144840649318225287225658788936804267575313519463743609750303402022,
        55188659117513257062467267217118295137698188065244968500265048394206261417927,
    }
)


def judge(
    look: Look,
    on_block: OnBlock,
    *,
    wanted: frozenset[str] = frozenset(),
    trusted: frozenset[str] = frozenset(),
    on_bytes: Callable[[int], None] | None = None,
) -> LedgerJudgement:
    """Judge an entry, or a list of them; see :class:`oneseek.migrations.ledgers.judging.Judge`."""
    telling = Telling(look.path, on_block, wanted)
    told = halves(on_bytes)
    try:
        whole = walk(look, _whole, told, telling.repeated)
        [document] = [found for found in whole if isinstance(found, Entry)]
        descend = _descend_into(document.value)
        for found in walk(look, descend, told):
            if isinstance(found, Entry) and (descend is _whole or isinstance(found.key, int)):
                _judge_entry(telling, found, trusted)
    except UnreadableLedger as error:
        return telling.unreadable(error)
    if not telling.blocks:
        return telling.odd_shape("a signed entry of a run", "no entry")
    alone = "no entry names another, so that a missing one leaves no trace"
    telling.find("ledger-unchained", "", "entries that are chained", alone)
    return telling.judgement(f"{telling.summary()}; {alone}")


def _whole(path: Path) -> bool:
    return False


def _descend_into(document: object) -> Descend:
    """Return where the entries are: the document itself, a list, or what a server gives."""
    if isinstance(document, list):
        return lambda path: not path
    if isinstance(document, dict) and isinstance(document.get("entries"), list):
        return lambda path: path in ((), ("entries",))
    return _whole


def _judge_entry(telling: Telling, found: Entry, trusted: frozenset[str]) -> None:
    number = str(found.key) if isinstance(found.key, int) else "0"
    entry = found.value
    missing = not isinstance(entry, dict) or "immutable_hash" not in entry
    if missing or not isinstance(entry, dict):
        telling.find("ledger-block", f"entry {number}", "a signed entry", "fields are missing")
        verdict, reason = Verdict.CONTRADICTED, "it is no entry: fields are missing"
        telling.block(number, found.offset, found.length, "", verdict, reason)
        return
    where = f"entry {number}"
    _odd_fields(telling, where, entry)
    verdict, reason = _hash_and_signature(telling, where, entry, trusted)
    kind = "training" if entry.get("event") == "training" else ""
    telling.block(number, found.offset, found.length, kind, verdict, reason)


def _odd_fields(telling: Telling, where: str, entry: dict[str, Any]) -> None:
    absent = [field for field in HASHED if field not in entry]
    if absent:
        found = f"without {', '.join(absent)}"
        telling.find("entry-fields", where, "every field of the program", found)
    if len(entry) > len(HASHED) - len(absent) + len(_REST & set(entry)):
        found = "fields that no hash covers"
        telling.find("ledger-not-covered", where, "a hash over every field", found)
    if entry.get("dataset_hashes"):
        found = "paths on another machine; whether they had these digests cannot be told"
        telling.find("dataset-elsewhere", where, "the data sets themselves", found)


def _hash_and_signature(
    telling: Telling, where: str, entry: dict[str, Any], trusted: frozenset[str]
) -> tuple[Verdict, str]:
    """Apply the program's own rule, then ask whose key it was."""
    hashed = {field: entry[field] for field in HASHED if field in entry}
    try:
        fits = sha256(canonical_form(hashed)).hexdigest() == entry["immutable_hash"]
        signed = canonical_form(hashed | {"immutable_hash": entry["immutable_hash"]})
    except UnicodeEncodeError:
        fits, signed = False, b""
    if not fits:
        telling.find("ledger-hash", where, "the hash of its fields", "another hash")
        return Verdict.CONTRADICTED, "its immutable_hash does not recompute"
    key, signature = entry.get("signer_public_key"), entry.get("signature")
    if key is None and signature is None:
        found = "none: anybody could have written it"
        telling.find("signature-missing", where, "a signature", found)
        return Verdict.VERIFIED, "its immutable_hash recomputes; nobody signed it"
    problem = _signature_problem(key, signature, signed)
    if problem:
        telling.find("signature", where, "a signature that fits", problem)
        return Verdict.CONTRADICTED, f"its immutable_hash recomputes, but {problem}"
    if str(key).lower() in {one.lower() for one in trusted}:
        return Verdict.VERIFIED, "its hash recomputes, and a key that you vouch for signed it"
    found = "a key that only the entry itself names"
    telling.find("signer-unknown", where, "a key that is vouched for", found, "--trust KEY")
    reason = "its hash recomputes and its signature fits: integrity, signer unknown"
    return Verdict.VERIFIED, f"{reason}, as the key stands in the same file"


def _signature_problem(key: object, signature: object, message: bytes) -> str:
    try:
        raw_key, raw_signature = bytes.fromhex(str(key)), bytes.fromhex(str(signature))
        public = Ed25519PublicKey.from_public_bytes(raw_key)
    except ValueError:
        return "its signature or key is no Ed25519 signature or key in hex"
    if int.from_bytes(raw_key, "little") % 2**255 % _PRIME in _SMALL_Y:
        return "its key is a weak one that fits signatures which nobody made"
    try:
        public.verify(raw_signature, message)
    except InvalidSignature:
        return "its signature does not fit"
    return ""
