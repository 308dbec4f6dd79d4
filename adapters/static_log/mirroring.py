"""Mirroring a published log: following it, verifying it, and telling a fork or a roll-back.

The mirror believes one key, and the keys that it vouches for. It keeps a checkpoint from one time
to the next, so the log cannot show it another history without being found out.
"""

from collections.abc import Callable, Sequence

from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.static_log.folder import LogFolder
from oneseek.adapters.static_log.published import (
    Claim,
    PublishedLog,
    proving,
    read_claim,
    require_signed,
    verified_bundles,
)
from oneseek.adapters.static_log.publishing import Outcome
from oneseek.adapters.static_log.refused import LogRefused
from oneseek.adapters.static_log.source import Source
from oneseek.adapters.static_log.writing import (
    KeyEntry,
    finish,
    kept_proofs,
    own_proof,
    write_entries,
    write_keys,
    write_upper_tiles,
)
from oneseek.domain.audit.published_keys import introduce, settle
from oneseek.domain.audit.signers import Signers
from oneseek.domain.errors import Conflict, InvalidInput, OneSeekError
from oneseek.domain.findings import Finding
from oneseek.domain.merkle.hashing import EMPTY_ROOT
from oneseek.domain.merkle.verified_tiles import VerifiedTiles
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import VerifierKey, parse_note
from oneseek.domain.note.tlog_proof import TlogProof

OnProgress = Callable[[int, int], None]
"""Called with the number of entries just written, and how many there are to write."""


def origin_of(pinned: Sequence[VerifierKey]) -> str:
    """Return the name of the log whose keys these are.

    Raises:
        InvalidInput: they are of several logs, or there are none.
    """
    names = {key.name for key in pinned}
    if len(names) != 1:
        raise InvalidInput(
            "a mirror is of one log: give keys that bear one name",
            hint="the key is in log.vkey beside the published log; ask its owner whether it is his",
        )
    return names.pop()


def mirror(
    source: Source, folder: LogFolder, pinned: Sequence[VerifierKey], on_progress: OnProgress
) -> Outcome:
    """Bring the mirror in ``folder`` up to the log at ``source``.

    Raises:
        LogRefused: the log does not prove what it says, was rolled back, or has parted from what
            the mirror holds; nothing but evidence was written.
        Conflict: the folder holds another log, or somebody else is writing there.
        NotFound, FoundDamage, ServiceFailed: the log cannot be read.
    """
    log = PublishedLog(source)
    with folder.locked(), proving(log.place):
        signers = Signers(pinned, check_ed25519, origin_of(pinned))
        introduce(signers, folder.key_proofs())
        kept = _kept(folder, signers)
        claim = read_claim(log, signers)
        new, since = claim.checkpoint, kept.checkpoint.size
        tiles = _same_history(folder, log, claim, kept)
        proofs = kept_proofs(folder, log, tiles, claim.note, new.size, since)
        bundles = verified_bundles(log, tiles, new.size, since)
        found = write_entries(
            folder, bundles, since, lambda count: on_progress(count, new.size - since)
        )
        write_upper_tiles(folder, tiles, new.size, since)
        proofs += _proofs(found, claim, tiles)
        judge = Signers(pinned, check_ed25519, new.origin)
        settle(
            judge,
            [(proof.index, proof.extra or b"") for proof in proofs],
            [*(proof.checkpoint for proof in (*proofs, *claim.proofs)), kept.note],
            tiles.root_at,
            new.size,
        )
        require_signed(log.place, claim.note, judge)
        judge.vouch(new.size)
        write_keys(folder, proofs, judge.ring().keys)
        finish(folder, claim.note, new.size, since)
    return Outcome(new.origin, new.size, new.root, new.size - since)


def _kept(folder: LogFolder, signers: Signers) -> Claim:
    """Return what the mirror holds: the empty log where there is nothing yet."""
    there = folder.checkpoint()
    if there is None:
        return Claim(Checkpoint("-", 0, EMPTY_ROOT), b"", ())
    try:
        return Claim(signers.signed(there[1]), there[1], ())
    except OneSeekError as error:
        raise Conflict(
            f"{folder.path} holds a log that the given key does not vouch for: {error.message}",
            hint="name another folder, or give the key of that log; nothing was changed",
        ) from None


def _same_history(folder: LogFolder, log: PublishedLog, claim: Claim, kept: Claim) -> VerifiedTiles:
    """Return the tiles of the published log, after proving that it goes on from what is kept.

    Raises:
        LogRefused: it is smaller, or another history; both checkpoints are kept as evidence.
        ProofRefused: its tiles do not lead to its root.
    """
    new, old = claim.checkpoint, kept.checkpoint
    notes = (kept.note, claim.note)
    if new.size < old.size:
        mine = VerifiedTiles(PublishedLog(folder.source).tile, old.size, old.root)
        if (root := mine.root_at(new.size)) == new.root:
            raise _rolled_back(folder, log.place, old, new, notes)
        raise _forked(folder, log.place, new.size, (root, new.root), notes)
    if new.size == old.size and new.root != old.root:
        raise _forked(folder, log.place, new.size, (old.root, new.root), notes)
    tiles = VerifiedTiles(log.tile, new.size, new.root)
    if (root := tiles.root_at(old.size)) != old.root:
        raise _forked(folder, log.place, old.size, (old.root, root), notes)
    return tiles


def _proofs(found: Sequence[KeyEntry], claim: Claim, tiles: VerifiedTiles) -> list[TlogProof]:
    """Return a proof of each entry of keys: the published one if it is of this history, or ours."""
    size = claim.checkpoint.size
    published = {
        (proof.index, proof.extra): proof
        for proof in claim.proofs
        if _is_of(Checkpoint.parse(parse_note(proof.checkpoint).text), size, tiles)
    }
    return [published.get(item) or own_proof(item, tiles, size, claim.note) for item in found]


def _is_of(checkpoint: Checkpoint, size: int, tiles: VerifiedTiles) -> bool:
    return checkpoint.size <= size and tiles.root_at(checkpoint.size) == checkpoint.root


def _rolled_back(
    folder: LogFolder, place: str, old: Checkpoint, new: Checkpoint, notes: tuple[bytes, bytes]
) -> LogRefused:
    finding = Finding(
        "log-rolled-back",
        f"the log {old.origin} at {place}",
        f"at least {old.size} entries, which the mirror holds",
        f"{new.size} entries, signed",
        "an old copy, or a roll-back: both checkpoints were kept; ask the owner",
    )
    return LogRefused(finding, tuple(folder.keep_evidence(notes)))


def _forked(
    folder: LogFolder,
    place: str,
    size: int,
    roots: tuple[bytes, bytes],
    notes: tuple[bytes, bytes],
) -> LogRefused:
    mine, theirs = roots
    finding = Finding(
        "log-forked",
        f"the log at {place}, tree of {size} entries",
        f"root {mine.hex()}: signed, and held by the mirror",
        f"root {theirs.hex()}: signed, and published now",
        "two histories under one key: both checkpoints were kept; show them to other mirrors",
    )
    return LogRefused(finding, tuple(folder.keep_evidence(notes)))
