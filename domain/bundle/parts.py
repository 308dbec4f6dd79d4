"""Making the files of a bundle from the records of a version: a pure function, stable bytes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from oneseek.domain.bundle import layout
from oneseek.domain.bundle.listing import Listing
from oneseek.domain.bundle.statements import public_key_file
from oneseek.domain.bundle.trust import format_path
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.dossier import Dossier, Told
from oneseek.domain.errors import InvalidInput
from oneseek.domain.events import Event
from oneseek.domain.manifest import ManifestFile
from oneseek.domain.merkle.proofs import NodeAt, consistency_path, inclusion_path
from oneseek.domain.note.signed_note import VerifierKey
from oneseek.domain.note.tlog_proof import TlogProof


@dataclass(frozen=True, slots=True)
class Tree:
    """The signed tree that everything is proved under."""

    size: int
    checkpoint: bytes
    """The note, with the cosignatures that it carries."""
    node: NodeAt


@dataclass(frozen=True, slots=True)
class Attachments:
    """What a bundle holds besides entries and proofs. Digests name what they stand for."""

    manifests: Mapping[Digest, bytes]
    script: bytes
    """``verify_bundle.py``."""
    chain: Mapping[int, bytes] = field(default_factory=dict)
    """Older checkpoints, by their sizes: they vouch for announced keys, or are cosigned."""
    rows: Mapping[Digest, bytes] = field(default_factory=dict)
    signatures: Mapping[Digest, bytes] = field(default_factory=dict)
    exports: Mapping[str, bytes] = field(default_factory=dict)
    """Documents for other tools, by file name."""
    witnesses: Sequence[VerifierKey] = ()
    model: Sequence[ManifestFile] = ()
    """The files of the certified folder, where they are to go along."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of a bundle by path; ``kept`` names those whose bytes are in the object store."""

    files: Mapping[str, bytes]
    kept: Mapping[str, ManifestFile]


def make_bundle(dossier: Dossier, tree: Tree, beside: Attachments) -> Bundle:
    """Return the bundle about the subject of ``dossier``, which is as of ``tree``.

    Raises:
        InvalidInput: there are more files than a zip holds.
    """
    subject = dossier.subject
    files = dict(_evidence(dossier.entries(), tree, beside.chain))
    files.update((layout.manifest_path(name), raw) for name, raw in beside.manifests.items())
    files.update((layout.rows_path(name), raw) for name, raw in beside.rows.items())
    files.update((layout.signature_path(name), raw) for name, raw in beside.signatures.items())
    files.update((f"exports/{name}", raw) for name, raw in beside.exports.items())
    for key in beside.witnesses:
        files[f"keys/witness/{key.key_id:08x}.vkey"] = f"{key}\n".encode()
    files[layout.SCRIPT] = beside.script
    files[layout.README] = readme(subject.version.dna, dossier.origin).encode()
    kept = {layout.model_path(subject.version.dna, file.path): file for file in beside.model}
    if kept:
        manifest = beside.manifests[subject.version.manifest]
        files[layout.model_path(subject.version.dna, "manifest.json")] = manifest
    listed = (
        *(ManifestFile(path, len(raw), sha256(raw)) for path, raw in files.items()),
        *(ManifestFile(path, file.size, file.digest) for path, file in kept.items()),
    )
    if len(listed) >= layout.MAX_FILES:
        raise InvalidInput(f"a bundle holds at most {layout.MAX_FILES} files, not {len(listed)}")
    listing = Listing(dossier.origin, subject.version.dna, subject.version.manifest, listed)
    return Bundle({layout.LISTING: listing.to_bytes(), **files}, kept)


def _evidence(
    told: Sequence[Told[Event]], tree: Tree, chain: Mapping[int, bytes]
) -> Iterable[tuple[str, bytes]]:
    """Yield checkpoints, entries, proofs, and the keys that entries announce."""
    yield layout.CHECKPOINT, tree.checkpoint
    for item in told:
        path = inclusion_path(item.index, tree.size, tree.node)
        proof = TlogProof(item.index, tuple(path), tree.checkpoint)
        yield layout.entry_path(item.index), item.raw
        yield layout.proof_path(item.index), proof.format()
        if (key := public_key_file(item.event)) is not None:
            yield f"keys/{item.index}.{key[0]}", key[1]
    for size, note in chain.items():
        path = consistency_path(size, tree.size, tree.node)
        yield layout.chain_path(size), note
        yield layout.consistency_path_of(size), format_path(path)


def readme(dna: str, origin: str) -> str:
    """Return what a receiver reads first."""
    return f"""The history of {dna}

This bundle shows, offline, what this version is made of and what became of it, as recorded in the
signed log {origin}.

1. Get the public key of the log from somebody you trust, not from whoever gave you this file.
2. Get verify_bundle.py from somebody you trust too: the copy in here could be anybody's.
3. Run, with Python 3.9 or later and nothing else installed:

       python verify_bundle.py FILE --trust KEY

   FILE is the zip as you received it, KEY the public key, or a file that holds it. Where OneSeek
   Provenance is installed, "oneseek bundle verify FILE --trust KEY" says the same.

Exit code 0: everything fits. 1: something is wrong, and it says what. 6: a signature could not be
checked on this machine. Read also what it says is not proven.

bundle.json lists every file. entries/ holds what was recorded, one JSON text each; exports/ holds
documents for other tools; model/, where it is there, is the certified folder itself.
"""
