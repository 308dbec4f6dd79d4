"""Reading a bundle's files: the listing, the entries, and their places under the checkpoint."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from oneseek.domain.bundle import layout
from oneseek.domain.bundle.listing import Listing
from oneseek.domain.bundle.verdict import Verdict
from oneseek.domain.dossier import Told
from oneseek.domain.errors import InvalidInput, OneSeekError, ProofRefused
from oneseek.domain.events import Event
from oneseek.domain.manifest import ManifestFile
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.merkle.proofs import verify_inclusion
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.encoding import MAX_INTEGER
from oneseek.domain.note.signed_note import Note, parse_note
from oneseek.domain.note.tlog_proof import TlogProof
from oneseek.domain.registry import REGISTRY


class Files(Protocol):
    """The files of an archive whose form was checked: sizes and digests are those of the bytes."""

    @property
    def measured(self) -> Mapping[str, ManifestFile]:
        """Every file, by its path."""
        ...

    def read(self, path: str) -> bytes:
        """Return the bytes of a file. Raises ProofRefused for one that is far too large."""
        ...


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A checkpoint of the log: its bytes, the note and what the note states."""

    raw: bytes
    note: Note
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Contents:
    """A bundle whose every entry is proved to be under the checkpoint's root."""

    files: Files
    listing: Listing
    head: SignedHead
    told: tuple[Told[Event], ...]
    """The entries, in order of their indices."""
    parts: Mapping[str, tuple[str, ...]]
    """The names of the files of every part: see :func:`~oneseek.domain.bundle.layout.part_of`."""


def read_contents(files: Files, verdict: Verdict) -> Contents | None:
    """Return what is in the bundle; None after noting why it cannot be believed.

    Raises:
        InvalidInput: it is no bundle.
    """
    listing = read_listing(files, verdict)
    if listing is None or verdict.findings:
        return None
    parts: dict[str, list[str]] = {}
    for path in files.measured:
        part = layout.part_of(path)
        if part is None:
            verdict.expect("unknown-file", path, "absent", "a file")
        else:
            parts.setdefault(part[0], []).append(part[1])
    for part_name in ("entry", "proof"):
        for index in parts.get(part_name, []):
            if int(index) > MAX_INTEGER:
                verdict.expect("index", part_name, f"at most {MAX_INTEGER}", index)
    head = read_head(files, layout.CHECKPOINT, listing.origin, verdict)
    if head is None or verdict.findings:
        return None
    told = tuple(_entries(files, head, parts, verdict))
    if verdict.findings:
        return None
    return Contents(files, listing, head, told, {name: tuple(n) for name, n in parts.items()})


def read_listing(files: Files, verdict: Verdict) -> Listing | None:
    """Return bundle.json, compared with the files that are there.

    Raises:
        InvalidInput: there is none of this format.
    """
    if layout.LISTING not in files.measured:
        raise InvalidInput(f"this is no bundle: there is no {layout.LISTING} in it")
    try:
        listing = Listing.from_bytes(files.read(layout.LISTING))
    except ProofRefused as error:
        verdict.refuse("listing", layout.LISTING, error)
        return None
    listed = {file.path: file for file in listing.files}
    for path in sorted(listed.keys() | files.measured.keys()):
        if path != layout.LISTING or path in listed:
            verdict.expect("file", path, _seen(listed.get(path)), _seen(files.measured.get(path)))
    return listing


def read_head(files: Files, path: str, origin: str, verdict: Verdict) -> SignedHead | None:
    """Return the checkpoint in a file; no signature is checked here.

    Extension lines are allowed by C2SP, but nothing says what they would mean in a bundle, and our
    log writes none: they are refused.
    """
    try:
        if path not in files.measured:
            raise ProofRefused("there is none")
        raw = files.read(path)
        note = parse_note(raw)
        checkpoint = Checkpoint.parse(note.text)
    except OneSeekError as error:
        verdict.refuse("checkpoint", path, error)
        return None
    verdict.expect("extension-lines", path, 0, len(checkpoint.extensions))
    verdict.expect("origin", path, origin, checkpoint.origin)
    return SignedHead(raw, note, checkpoint)


def _entries(
    files: Files, head: SignedHead, parts: Mapping[str, list[str]], verdict: Verdict
) -> Iterator[Told[Event]]:
    indices = {int(name) for name in parts.get("entry", [])}
    proved = {int(name) for name in parts.get("proof", [])}
    for index in sorted(indices ^ proved):
        missing = "no proof" if index in indices else "no entry"
        verdict.expect("proof", f"entry {index}", "an entry and its proof", missing)
    for index in sorted(indices & proved):
        raw = files.read(layout.entry_path(index))
        try:
            _verify_proof(files.read(layout.proof_path(index)), index, raw, head)
            entry = REGISTRY.read(raw, where=f"entry {index}")
        except OneSeekError as error:
            verdict.refuse("entry", layout.entry_path(index), error)
        else:
            yield Told(index, raw, entry, entry.body)


def _verify_proof(data: bytes, index: int, raw: bytes, head: SignedHead) -> None:
    proof = TlogProof.parse(data)
    if proof.checkpoint != head.raw:
        raise ProofRefused("its proof is under another checkpoint than the bundle's")
    if proof.index != index or proof.extra is not None:
        raise ProofRefused(f"its proof is of entry {proof.index}, or carries other bytes")
    checkpoint = head.checkpoint
    verify_inclusion(leaf_hash(raw), index, checkpoint.size, proof.path, checkpoint.root)


def _seen(file: ManifestFile | None) -> str | None:
    return f"{file.size} bytes, sha256 {file.digest}" if file is not None else None
