"""Gathering all that goes into the bundle of a version."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from oneseek.domain.bundle.parts import Attachments, Bundle, Tree, make_bundle
from oneseek.domain.bundle.trust import announcements
from oneseek.domain.dataset.commitment import row_leaves
from oneseek.domain.dataset.reading import read_dataset
from oneseek.domain.digest import Digest
from oneseek.domain.dossier import Dossier, Told
from oneseek.domain.errors import LedgerBroken, NotFound
from oneseek.domain.events import DatasetRegistered, VersionSigned
from oneseek.domain.merkle.tiles import node_reader
from oneseek.domain.note.signed_note import VerifierKey
from oneseek.domain.ports import Ledger, Ports
from oneseek.domain.stored import Head

MAX_ROWS = 100_000
"""Rows of a dataset whose leaf hashes still go along: 3.2 MB of them."""

Exports = Callable[[Dossier], Mapping[str, bytes]]
"""Makes the documents for other tools, by file name."""


def no_exports(_: Dossier) -> Mapping[str, bytes]:
    """Make no documents."""
    return {}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a bundle is to hold besides the records.

    ``head`` is the newest checkpoint with cosignatures; None: as it is stored. ``cosigned`` are
    older ones that go along because witnesses cosigned them, by their sizes.
    """

    script: bytes
    with_model: bool = False
    exports: Exports = no_exports
    head: bytes | None = None
    cosigned: Mapping[int, bytes] = field(default_factory=dict)
    witnesses: Sequence[VerifierKey] = ()


def export_bundle(ports: Ports, dossier: Dossier, head: Head, wish: Wish) -> Bundle:
    """Return the bundle of a version; the same records give the same bytes.

    ``head`` is the head of the view that the dossier was gathered in. What was appended since does
    no harm, as nothing in a ledger changes: the view can be closed.

    Raises:
        NotFound: a manifest or a signature is not kept.
        LedgerBroken: no checkpoint covers the announcement of a key.
        InvalidInput: there are more files than a zip holds.
    """
    size = head.size
    note = wish.head or head.checkpoint
    tree = Tree(size, note, node_reader(ports.ledger.hashes_at, size))
    chain = {**dict(_chain(ports.ledger, dossier)), **wish.cosigned}
    manifests = {
        digest: ports.objects.read(digest)
        for record in dossier.versions
        for digest in (record.version.manifest, record.base.event.manifest)
    }
    signed = [item.event.signature for record in dossier.versions for item in record.signed]
    if (ancestor := dossier.ancestor) is not None:
        manifests[ancestor.version.manifest] = ports.objects.read(ancestor.version.manifest)
        signed += (
            told.event.signature for told in ancestor.about if isinstance(told.event, VersionSigned)
        )
    beside = Attachments(
        manifests=manifests,
        script=wish.script,
        chain={older: raw for older, raw in chain.items() if older < size},
        rows=dict(_rows(ports, dossier)),
        signatures={digest: ports.objects.read(digest) for digest in signed},
        exports=wish.exports(dossier),
        witnesses=wish.witnesses,
        model=dossier.subject.manifest.files if wish.with_model else (),
    )
    return make_bundle(dossier, tree, beside)


def _chain(ledger: Ledger, dossier: Dossier) -> Iterator[tuple[int, bytes]]:
    """Yield the checkpoints that first covered the announcement of a key, but for the first key.

    One of them is by a key that is trusted without it: a key never vouches for itself.
    """
    for item in announcements(dossier.ledger, dossier.origin)[1:]:
        try:
            yield ledger.checkpoint_covering(item.added)
        except NotFound as error:
            raise LedgerBroken(f"entry {item.added}: {error.message}") from None


def _rows(ports: Ports, dossier: Dossier) -> Iterator[tuple[Digest, bytes]]:
    """Yield the leaf hashes of each dataset, where its rows and their salts are still kept."""
    for told in _datasets(dossier):
        event = told.event
        if event.rows > MAX_ROWS:
            continue
        try:
            lines = read_dataset(ports.objects.read(event.dataset), event.name).lines
            leaves = row_leaves(lines, ports.vault.salts(event.dataset))
        except NotFound:
            continue
        yield event.dataset, b"".join(leaves)


def _datasets(dossier: Dossier) -> Iterator[Told[DatasetRegistered]]:
    for record in dossier.versions:
        yield record.dataset
        if record.evaluation is not None:
            yield record.evaluation
