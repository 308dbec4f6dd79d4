"""Repairing the ledger of a workspace from a mirror."""

from collections.abc import Sequence
from dataclasses import dataclass

from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.ledger.repairing import Terms, repair
from oneseek.adapters.static_log.folder import LogFolder
from oneseek.adapters.static_log.mirroring import mirror
from oneseek.adapters.static_log.reference import MirrorReference, open_reference
from oneseek.adapters.static_log.source import FolderSource, open_source
from oneseek.adapters.workspace.small_file import read_small
from oneseek.adapters.workspace.world import SystemClock, actor_name
from oneseek.cli.app import App
from oneseek.cli.progress import count_bar
from oneseek.cli.wiring.given_keys import given_keys
from oneseek.cli.wiring.writing import holding_objects
from oneseek.domain.audit.localisation import Localisation
from oneseek.domain.certification.metadata import render_json
from oneseek.domain.decisions.keys import require_may_sign
from oneseek.domain.digest import Digest
from oneseek.domain.entry import Entry
from oneseek.domain.errors import OneSeekError
from oneseek.domain.events import LedgerRepaired
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import VerifierKey, parse_note, verify_note
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.store import Reading
from oneseek.domain.values import format_time


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was damaged, where the good bytes came from, and the entry that says so, if any."""

    localisation: Localisation
    place: str
    entry: int | None


def repair_ledger(app: App, place: str, keys: Sequence[str], *, dry_run: bool) -> Repaired:
    """Repair the ledger of ``app`` from the published log at ``place``.

    Raises: see :func:`oneseek.adapters.ledger.repairing.repair` and
        :func:`oneseek.adapters.static_log.reference.open_reference`.
    """
    origin = app.settings.ledger.origin
    pinned = given_keys(keys) or app.pinned
    reference = _reference(app, place, pinned, origin)

    def announce(state: Reading, found: Localisation, version: int) -> Entry:
        require_may_sign(state, pinned, app.own_key, found.size + 1)
        return REGISTRY.entry(
            _event(app, found, reference),
            stream_version=version,
            time=format_time(SystemClock().now()),
            actor=actor_name(app.actor, app.settings.actor.name),
        )

    def reseal(size: int, root: bytes) -> bytes | None:
        known = size <= reference.size and app.own_key in reference.ring.at(size)
        return app._seal(size, root) if known else None

    kept = _kept(app, (*reference.ring.keys, *app.known_keys()))
    terms = Terms(origin, pinned, check_ed25519, app._seal, reseal, announce, kept)
    with holding_objects(app):  # a collection would take the list of places before its entry
        found = repair(app.location, reference, terms, dry_run=dry_run)
    mended = not dry_run and not found.whole
    if mended:
        app.heal()
    return Repaired(found, reference.place, found.size if mended else None)


def _reference(app: App, place: str, pinned: Sequence[VerifierKey], origin: str) -> MirrorReference:
    """Verify the log at ``place``; one on the web is fetched first.

    So no server keeps the ledger locked while it takes its time.
    """
    source = open_source(place)
    if isinstance(source, FolderSource):
        return open_reference(source, pinned, origin)
    copy = app.scratch.folder("mirror-") / "log"
    with count_bar("Fetching entries", None, show=not app.out.json) as advance:
        mirror(source, LogFolder(copy), pinned, lambda count, _: advance(count))
    reference = open_reference(FolderSource(copy), pinned, origin)
    reference.place = source.place
    return reference


def _kept(app: App, keys: Sequence[VerifierKey]) -> Checkpoint | None:
    """Return what the checkpoint file says, if one of ``keys`` has signed it."""
    try:
        note = parse_note(read_small(app.paths.checkpoint))
        verify_note(note, tuple(dict.fromkeys(keys)), check_ed25519)
        return Checkpoint.parse(note.text)
    except (OSError, OneSeekError):
        return None  # verify tells of it; it is no reason against mending the ledger


def _event(app: App, found: Localisation, reference: MirrorReference) -> LedgerRepaired:
    """Return the event; the object that lists every place is kept first."""
    listed = [
        {
            "what": damage.what,
            "where": damage.where,
            "expected": damage.expected,
            "found": damage.found,
        }
        for damage in found.damaged
    ]
    return LedgerRepaired(
        source=reference.place,
        size=reference.size,
        root=Digest(reference.root.hex()),
        repairs=app.objects.put(render_json(listed)),
        places=found.count,
    )
