"""Bundles made by hand: a log with a history, signed as the test wants, and any lie in it.

Nothing here is made by the code that exports bundles, so that its errors are not repeated. A
:class:`Story` is changed first (events, who signs, what is told), then :meth:`Story.files` gives
the members of the bundle, which can be changed again before :func:`packed` makes the zip.
"""

import json
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

import builders as make
from bundles.made import (
    BASE,
    CHILD,
    CHILD_SIG,
    LEAVES,
    ORIGIN,
    PARENT,
    PARENT_SIG,
    A,
    Files,
    Made,
    digest,
    key_of,
    model_key_added,
    signed,
)
from oneseek.adapters.bundle.zip_form import Member, central_header, end_record, local_header
from oneseek.domain import events as e
from oneseek.domain.events import Event
from oneseek.domain.manifest import Manifest
from oneseek.domain.merkle.hashing import leaf_hash, tree_root
from oneseek.domain.merkle.proofs import NodeAt, consistency_path, inclusion_path
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.tlog_proof import TlogProof
from oneseek.domain.registry import REGISTRY


def base_registered() -> e.BaseModelRegistered:
    size = sum(file.size for file in BASE.files)
    return replace(make.base(), manifest=BASE.digest, files=len(BASE.files), size=size)


def dataset_registered() -> e.DatasetRegistered:
    return replace(make.dataset(), rows=len(LEAVES), row_root=tree_root(LEAVES[:]).hex())


def opening() -> list[Event]:
    """What every log begins with; machine A writes it."""
    return [
        make.opened(),
        e.KeyAdded(purpose="checkpoint", verifier=str(key_of(A))),
        model_key_added(),
        base_registered(),
        dataset_registered(),
    ]


def life(made: Made, previous: Made | None, signature: bytes) -> list[Event]:
    """One version from its training to its activation."""
    return [
        made.started(),
        made.completed(),
        make.measured(made.training),
        made.numbered(),
        made.certified(),
        made.signed(signature),
        made.activated(previous),
    ]


def whole() -> list[Event]:
    """A history with everything in it: the good story."""
    return [
        *opening(),
        make.answered(),  # foreign: not told
        *life(PARENT, None, PARENT_SIG),
        *life(CHILD, PARENT, CHILD_SIG),
        make.answered("q2"),
        PARENT.withdrawn(),
        replace(make.registry_reset(), active=CHILD.manifest.digest),
        CHILD.restored(),
        CHILD.activated(),
        CHILD.reproduced(),
        make.answered("q3"),
    ]


def foreign(event: Event) -> bool:
    """Whether the good story leaves the event out."""
    return isinstance(event, e.QueryAnswered)


@dataclass
class Story:
    """A log, and what a bundle tells of it. Everything can be changed."""

    events: list[Event] = field(default_factory=whole)
    subject: Made = CHILD
    origin: str = ORIGIN
    signers: tuple[str, ...] = (A,)
    tells: Callable[[Event], bool] = lambda event: not foreign(event)
    raws: Mapping[int, bytes] = field(default_factory=dict)
    """Other bytes than the event's, by index: in the log itself."""
    chain: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Who signed older checkpoints that go along, by size."""
    manifests: Iterable[Manifest] = (PARENT.manifest, CHILD.manifest, BASE)
    signatures: Iterable[bytes] = (PARENT_SIG, CHILD_SIG)
    body: Callable[[str], str] = str
    """Changes the text of the checkpoint before it is signed."""

    @property
    def entries(self) -> list[bytes]:
        made = [REGISTRY.encode(item) for item in make.entries(self.events)]
        return [self.raws.get(index, raw) for index, raw in enumerate(made)]

    def node(self) -> NodeAt:
        leaves = [leaf_hash(raw) for raw in self.entries]
        return lambda level, at: tree_root(leaves[at << level : (at + 1) << level])

    def note(self, size: int, *secrets: str) -> bytes:
        """A checkpoint of the first ``size`` entries."""
        root = tree_root([leaf_hash(raw) for raw in self.entries[:size]])
        text = self.body(Checkpoint(self.origin, size, root).body())
        return signed(text, *secrets, origin=self.origin)

    def files(self) -> Files:
        """The members of the bundle, without bundle.json."""
        raws, node = self.entries, self.node()
        size = len(raws)
        note = self.note(size, *self.signers)
        files = {"checkpoint": note, "README.txt": b"read me\n", "verify_bundle.py": b"pass\n"}
        for index, event in enumerate(self.events):
            if not self.tells(event):
                continue
            path = tuple(inclusion_path(index, size, node))
            files[f"entries/{index}.json"] = raws[index]
            files[f"proofs/{index}.tlog-proof"] = proof(index, path, note)
            if isinstance(event, e.KeyAdded):
                files[f"keys/{index}.vkey"] = f"{event.verifier}\n".encode()
            if isinstance(event, e.ModelKeyAdded):
                text = event.public_key
                files[f"keys/{index}.pem"] = _as_pem(text)
        for older, secrets in self.chain.items():
            files[f"chain/{older}.checkpoint"] = self.note(older, *secrets)
            hashes = consistency_path(older, size, node)
            lines = "".join(f"{b64encode(item).decode()}\n" for item in hashes)
            files[f"chain/{older}.consistency"] = lines.encode()
        for manifest in self.manifests:
            files[f"manifests/{manifest.digest}.json"] = manifest.to_bytes()
        for signature in self.signatures:
            files[f"signatures/{digest(signature)}.sig"] = signature
        files[f"rows/{make.digest('identity')}.leaves"] = b"".join(LEAVES)
        return files

    def listing(self, files: Files) -> bytes:
        return listing(files, self.origin, self.subject.dna, self.subject.manifest.digest)

    def bundle(self, files: Files | None = None) -> bytes:
        """The zip, with a listing that fits."""
        found = self.files() if files is None else files
        return packed({"bundle.json": self.listing(found), **found})


def _as_pem(text: str) -> bytes:
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join(
        ["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""]
    ).encode()


def proof(index: int, path: tuple[bytes, ...], note: bytes) -> bytes:
    """A tlog-proof; written by hand where the checkpoint is none."""
    try:
        return TlogProof(index, path, note).format()
    except Exception:
        lines = ["c2sp.org/tlog-proof@v1", f"index {index}"]
        lines += [b64encode(item).decode() for item in path]
        return "".join(f"{line}\n" for line in (*lines, "")).encode() + note


def listing(
    files: Files, origin: str = ORIGIN, dna: str = CHILD.dna, manifest: str = CHILD.manifest.digest
) -> bytes:
    """bundle.json as ``json.dumps`` writes it."""
    order = sorted(files, key=str.encode)
    listed = [
        {"path": path, "size": len(files[path]), "sha256": digest(files[path])} for path in order
    ]
    head = {"format": "oneseek-bundle/v1", "origin": origin, "dna": dna, "manifest": manifest}
    return (json.dumps({**head, "files": listed}, indent=2, ensure_ascii=False) + "\n").encode()


def packed(files: Files, order: Iterable[str] | None = None) -> bytes:
    """The zip in its one spelling; ``order`` names the members in another order, or twice."""
    names = sorted(files, key=str.encode) if order is None else list(order)
    body, directory = b"", b""
    for name in names:
        raw = files[name]
        member = Member(name, zlib.crc32(raw), len(raw), len(body))
        body += local_header(member) + raw
        directory += central_header(member)
    return body + directory + end_record(len(names), len(directory), len(body))


def at(kind: type[Event], story: Story, number: int = 0) -> int:
    """The index of an event of this kind."""
    return [i for i, event in enumerate(story.events) if isinstance(event, kind)][number]
