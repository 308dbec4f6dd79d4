"""Who signed the checkpoint, and why that key may: from a key that the receiver trusts.

The rules are those of :mod:`oneseek.domain.keys`. Where the checkpoint is by a key that the ledger
announced later, the bundle carries older checkpoints that vouched for it, each with the proof that
the newest tree begins with that one: so every entry below it is the one that was told.
"""

from bisect import bisect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from oneseek.domain.bundle import layout
from oneseek.domain.bundle.contents import Contents, SignedHead, read_head
from oneseek.domain.bundle.verdict import Verdict
from oneseek.domain.dossier import Told
from oneseek.domain.errors import CannotCheck, InvalidInput, OneSeekError, ProofRefused
from oneseek.domain.events import Event, KeyAdded, KeyRetired
from oneseek.domain.keys import CHECKPOINT, Announcement, Endorsement, KeyRing, follow_chain
from oneseek.domain.merkle.proofs import verify_consistency
from oneseek.domain.note.cosignature import verify_cosignatures
from oneseek.domain.note.encoding import decode_base64, encode_base64
from oneseek.domain.note.signed_note import ALGORITHM_ED25519, VerifierKey, parse_note, verify_note

CheckSignature = Callable[[VerifierKey, bytes, bytes], bool]


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom the receiver trusts: keys of the log, and witnesses that must have cosigned."""

    keys: tuple[VerifierKey, ...]
    witnesses: tuple[VerifierKey, ...] = ()


def check_trust(
    contents: Contents,
    trusted: Sequence[VerifierKey],
    check: CheckSignature,
    verdict: Verdict,
) -> list[SignedHead]:
    """Check that a key which may sign the checkpoint has signed it, beginning with ``trusted``.

    Returns the checkpoint and the older ones that it goes on from.
    """
    head, origin = contents.head, contents.listing.origin
    for signer in sorted({key.name for key in trusted}):
        verdict.expect("origin", "the trusted key", signer, origin)
    announced = announcements(contents.told, origin)
    known = tuple(dict.fromkeys((*trusted, *(item.key for item in announced))))
    endorsements, heads = [], [head]
    for size in sorted(int(name) for name in contents.parts.get("chain", ())):
        older = _older(contents, size, verdict)
        if older is not None:
            heads.append(older)
            endorsements.append(_endorsed(older, layout.chain_path(size), known, check, verdict))
    for name in contents.parts.get("consistency", ()):
        if name not in contents.parts.get("chain", ()):
            path = layout.consistency_path_of(int(name))
            verdict.expect("chain", path, "a checkpoint beside it", None)
    endorsements.append(_endorsed(head, layout.CHECKPOINT, known, check, verdict))
    if not verdict.findings:
        ring = follow_chain(trusted, announced, endorsements)
        _judge(head, ring, endorsements[-1], verdict)
    return heads


def check_witnesses(
    heads: Sequence[SignedHead],
    index: int,
    witnesses: Sequence[VerifierKey],
    check: CheckSignature,
    verdict: Verdict,
) -> None:
    """Check that each witness cosigned one of ``heads`` that covers entry ``index``."""
    for witness in witnesses:
        name = f"{witness.name}+{witness.key_id:08x}"
        sizes = []
        try:
            for head in heads:
                covers = head.checkpoint.size > index
                if covers and verify_cosignatures(head.note, (witness,), check):
                    sizes.append(head.checkpoint.size)
        except CannotCheck as error:
            verdict.unchecked.append(f"the cosignature of {name}: {error.message}")
        except OneSeekError as error:
            verdict.refuse("cosignature", name, error)
        else:
            if verdict.expect("cosignature", name, True, bool(sizes)):
                verdict.proven.append(f"{name} cosigned {max(sizes)} entries, the version's too")


def announcements(told: Sequence[Told[Event]], origin: str) -> list[Announcement]:
    """Return the keys that the entries announce for checkpoints of this log, the oldest first."""
    found: dict[tuple[str, int], Announcement] = {}
    retirements = _retirements(told)
    for item in told:
        event = item.event
        if not isinstance(event, KeyAdded) or event.purpose != CHECKPOINT:
            continue
        try:
            key = VerifierKey.parse(event.verifier)
        except InvalidInput:
            continue
        if key.algorithm == ALGORITHM_ED25519 and key.name == origin:
            later = retirements.get(event.verifier, [])
            at = bisect(later, item.index)
            retired = later[at] if at < len(later) else None
            found.setdefault((key.name, key.key_id), Announcement(key, item.index, retired))
    return list(found.values())


def format_path(path: Sequence[bytes]) -> bytes:
    """Return the bytes of a ``.consistency`` file: a hash in base64 on each line."""
    return "".join(f"{encode_base64(item)}\n" for item in path).encode()


def _retirements(told: Sequence[Told[Event]]) -> dict[str, list[int]]:
    """Return where each key was retired, rising: a bundle may tell of thousands."""
    found: dict[str, list[int]] = {}
    for item in told:
        event = item.event
        if isinstance(event, KeyRetired) and event.purpose == CHECKPOINT:
            found.setdefault(event.verifier, []).append(item.index)
    return found


def _older(contents: Contents, size: int, verdict: Verdict) -> SignedHead | None:
    """Return an older checkpoint whose tree the newest one is proved to begin with."""
    path = layout.chain_path(size)
    older = read_head(contents.files, path, contents.listing.origin, verdict)
    if older is None:
        return None
    new = contents.head.checkpoint
    verdict.expect("chain", path, size, older.checkpoint.size)
    try:
        if not 0 < older.checkpoint.size < new.size:
            raise ProofRefused(f"it is not of a smaller tree than the {new.size} entries here")
        proof = layout.consistency_path_of(size)
        if proof not in contents.files.measured:
            raise ProofRefused("there is no proof that the checkpoint goes on from it")
        verify_consistency(
            older.checkpoint.size,
            older.checkpoint.root,
            new.size,
            new.root,
            _read_path(contents.files.read(proof)),
        )
    except OneSeekError as error:
        verdict.refuse("chain", path, error)
        return None
    return older


def _read_path(raw: bytes) -> list[bytes]:
    try:
        *lines, end = raw.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise ProofRefused("the proof of consistency is not base64") from None
    if end:
        raise ProofRefused("the proof of consistency does not end with a line")
    return [decode_base64(line, "a hash of the proof") for line in lines]


def _endorsed(
    head: SignedHead,
    path: str,
    known: Sequence[VerifierKey],
    check: CheckSignature,
    verdict: Verdict,
) -> Endorsement:
    signers: frozenset[VerifierKey] = frozenset()
    try:
        signers = frozenset(verify_note(parse_note(head.raw), known, check))
    except OneSeekError as error:
        verdict.refuse("signature", path, error)
    return Endorsement(head.checkpoint.size, signers)


def _judge(head: SignedHead, ring: KeyRing, signed: Endorsement, verdict: Verdict) -> None:
    size = head.checkpoint.size
    if ring.trusted == size:
        names = " and ".join(_names(key for key in ring.at(size) if key in signed.signers))
        verdict.proven.append(
            f"{head.checkpoint.origin} had {size} entries with the root "
            f"{head.checkpoint.root.hex()}: signed by {names}"
        )
        return
    may = " or ".join(_names(ring.at(size))) or "nobody"
    found = " and ".join(_names(signed.signers))
    verdict.expect("signature", layout.CHECKPOINT, f"one by {may}, which may sign here", found)


def _names(keys: Iterable[VerifierKey]) -> list[str]:
    return sorted(f"{key.name}+{key.key_id:08x}" for key in keys)
