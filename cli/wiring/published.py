"""The checkpoint file against the ledger: it shows a roll-back that the ledger alone cannot.

Every machine has a file of its own, with the newest checkpoint that it has seen, whoever signed it.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.workspace.small_file import read_small
from oneseek.domain.errors import LedgerBroken, OneSeekError
from oneseek.domain.findings import Finding
from oneseek.domain.keys import KeyRing
from oneseek.domain.merkle.proofs import root_at
from oneseek.domain.merkle.tiles import node_reader
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import parse_note, verify_note
from oneseek.domain.usecases.keys import require_trusted_head

if TYPE_CHECKING:
    from oneseek.cli.app import App

_ROLLED_BACK = (
    "the ledger was rolled back: restore the newest one from a backup; to go on from here all the "
    "same, move the checkpoint file away: whoever has seen it will see two histories"
)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What is wrong; ``signed``: the ledger's own key has signed another history."""

    finding: Finding
    signed: bool


def find_contradiction(app: "App", ring: KeyRing) -> Contradiction | None:
    """Compare the checkpoint file with the ledger; None when they agree, or there is no file.

    The head's own checkpoint agrees: whether it fits the entries is the ledger audit's question.
    The file is read first: what others append meanwhile only makes the ledger longer.
    """
    path = app.paths.checkpoint
    try:
        raw = read_small(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        return Contradiction(Finding("checkpoint-file", str(path), "readable", str(error)), False)
    try:
        note = parse_note(raw)
        published = Checkpoint.parse(note.text)
        keys = ring.at(published.size)
        if published.size > ring.trusted:
            # Signed perhaps by a key whose announcement a roll-back has taken away.
            keys = (*keys, *(key for key in app.known_keys() if key not in keys))
        verify_note(note, keys, check_ed25519)
    except OneSeekError as error:
        hint = "delete it: the next command that writes makes it again"
        expected = "a checkpoint signed by a known key"
        return Contradiction(
            Finding("checkpoint-file", str(path), expected, error.message, hint), False
        )
    head = app.ledger.head()
    size = head.size
    if raw == head.checkpoint and published.size == size:
        return None
    if published.size > size:
        expected, found = f"at most the ledger's size {size}", "the ledger was longer once"
        return Contradiction(
            Finding(
                "checkpoint-file", str(path), expected, f"{published.size}: {found}", _ROLLED_BACK
            ),
            True,
        )
    root = root_at(published.size, node_reader(app.ledger.hashes_at, published.size))
    if root == published.root:
        return None
    expected = f"root {root.hex()} over {published.size} entries"
    found = f"root {published.root.hex()} signed: the history was written anew"
    return Contradiction(Finding("checkpoint-file", str(path), expected, found, _ROLLED_BACK), True)


def refuse_second_history(app: "App") -> KeyRing:
    """Let nothing be written beside a checkpoint that speaks of another or a longer history.

    Returns the keys that are trusted now.

    Raises:
        LedgerBroken: a key of the ledger has signed such a checkpoint, or none that is trusted has
            signed the newest one.
    """
    head = app.ledger.head()
    ring = app.ring(head)
    contradiction = find_contradiction(app, ring)
    if contradiction is not None and contradiction.signed:
        finding = contradiction.finding
        raise LedgerBroken(
            f"the ledger does not go on from {finding.where}: expected {finding.expected}, found "
            f"{finding.found}",
            hint=finding.hint,
        )
    require_trusted_head(head, ring, check_ed25519)
    return ring
