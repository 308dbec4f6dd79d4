"""``oneseek restore --all``: a whole workspace from backups alone, on an empty machine."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.ledger.location import VARIABLE, Movable, locate
from oneseek.adapters.ledger.restoring import (
    entry_segments,
    is_arriving,
    open_again,
    write_segments,
)
from oneseek.adapters.objects.durable import write_atomic
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.adapters.workspace.locks import locked
from oneseek.adapters.workspace.paths import Paths
from oneseek.adapters.workspace.restoring import (
    begin_restore,
    bring_keys,
    complete_restore,
    work_folder,
)
from oneseek.cli.app import App
from oneseek.cli.progress import count_bar
from oneseek.cli.wiring.backup_places import Fetcher, place_without_workspace
from oneseek.cli.wiring.known_trees import KnownTree, known_tree, trees_of_backups
from oneseek.cli.wiring.ledger_choice import Chosen, choose
from oneseek.cli.wiring.restored import Restored, bring_objects, record_restored
from oneseek.cli.wiring.restored_files import reached_places, restored_settings, write_keys
from oneseek.cli.wiring.restored_vault import bring_vault
from oneseek.domain.errors import Conflict, FoundDamage, LedgerBroken
from oneseek.domain.ledger_backup.cosignatures import unpack_cosignatures
from oneseek.domain.merkle.frontier import Frontier
from oneseek.domain.merkle.proofs import root_at
from oneseek.domain.merkle.tiles import node_reader
from oneseek.domain.note.signed_note import VerifierKey
from oneseek.domain.usecases.join import Acquaintance, get_acquainted
from oneseek.domain.usecases.keys import trusted_keys


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person has asked for."""

    into: Path
    ledger: str
    sources: tuple[str, ...] = ()
    public_key: VerifierKey | None = None
    keys: Path | None = None
    known: tuple[str, ...] = ()
    size: int | None = None
    vault: str | None = None
    url: str | None = None
    passphrase: bytes = field(default=b"", repr=False)


def restore_all(app: App, wish: Wish) -> Restored:
    """Make the workspace again; see the command.

    Raises:
        NotFound: there is no backup of a ledger.
        FoundDamage: none is whole, or it is not what was signed.
        LedgerBroken: no trusted key vouches for it, or it is another history than is known.
        Conflict: the folder, or the database, holds something else.
    """
    fetcher = Fetcher([place_without_workspace(text) for text in (wish.ledger, *wish.sources)])
    paths = begin_restore(wish.into)
    work = work_folder(paths)
    with locked(work / "lock"):
        _refuse_complete(paths)
        own = FileObjectStore(work / "objects", work / "staging")
        chosen = _chosen(wish, fetcher, own)
        location = _location(paths, wish)
        _refuse_in_use(work, location, chosen.listing.origin)
        size, tree = _bring_ledger(app, wish, chosen, location)
        known = tree.acquaintance
        write_keys(paths, chosen, known.pinned)
        settings = restored_settings(paths, chosen, location)
        if wish.keys is not None:
            bring_keys(paths, wish.keys)
        new = App.at(paths, settings, actor=app.actor, out=app.out, location=location)
        try:
            done = Restored(paths.root, chosen, known.origin, size, tree.recovered, tree.known)
            done.reached = reached_places(settings)
            missing = bring_objects(new, fetcher)
            if wish.vault is not None:
                safe = place_without_workspace(wish.vault)
                done.vault, done.vaults = bring_vault(new, safe, wish.passphrase)
            done.missing = [item for item in missing if not new.objects.has(item[0])]
            new.vault_database.prepare()
            done.follow(new)
            done.entry = record_restored(new, done)
            done.damaged = tuple(fetcher.damaged)
        finally:
            new.close()
        complete_restore(paths, (work / paths.settings.name).read_bytes())
    return done


def _chosen(wish: Wish, fetcher: Fetcher, objects: FileObjectStore) -> Chosen:
    log = wish.public_key.name if wish.public_key else None
    return choose(fetcher.places[0], fetcher, objects, most=wish.size, origin=log)


def _location(paths: Paths, wish: Wish) -> Movable:
    url = wish.url or os.environ.get(VARIABLE)
    return locate(paths.ledger, url, "--ledger-url", paths.root)


def _refuse_complete(paths: Paths) -> None:
    """Refuse a workspace that another restore has completed while this one waited for it.

    Raises:
        Conflict: it has.
    """
    if paths.settings.exists():
        raise Conflict(
            f"{paths.root} was restored by another process just now",
            hint="look at it: oneseek status",
        )


def _refuse_in_use(work: Path, location: Movable, origin: str) -> None:
    """Refuse a place where a ledger is in use, unless this very restore has put it there.

    Raises:
        Conflict: it is somebody else's.
    """
    mine = work / "ledger"
    named = mine.is_file() and mine.read_text("utf-8") == location.place
    if not named and not is_arriving(location, origin):
        raise Conflict(
            f"there is a ledger at {location.place}, which is in use",
            hint="name an empty place: another folder, or another schema with ?schema=NAME",
        )
    write_atomic(mine, location.place.encode())


@dataclass(frozen=True, slots=True)
class _Tree:
    acquaintance: Acquaintance
    recovered: int
    known: KnownTree | None
    """The largest tree that is known to have existed, if it is larger than the ledger."""


def _bring_ledger(app: App, wish: Wish, chosen: Chosen, location: Movable) -> tuple[int, _Tree]:
    """Write the ledger again; return the size in the backup, and what is known of it."""
    listing = chosen.listing
    origin, size = listing.origin, listing.tree.size
    arriving = is_arriving(location, origin)
    if arriving:
        with count_bar("Restoring entries", size, show=not app.out.json) as advance:
            head = write_segments(location, origin, chosen.place.url, chosen.segments, advance)
        if head.size < size:
            raise FoundDamage(f"{chosen.name} ends after {head.size} entries, not {size}")
    try:
        known = _verified(app, location, wish.public_key)
    except LedgerBroken as error:
        if arriving and wish.public_key is not None:
            error.hint = (
                f"whoever can write to {chosen.place.url} may have put {chosen.name} there: name "
                f"an older backup with --size {size - 1}, and another, empty place to restore into"
            )
        raise
    trees = _known(wish, chosen, location, known)
    recovered = _recover(location, origin, trees) if arriving else 0
    if recovered:
        known = _verified(app, location, wish.public_key)
    largest = _consistent(location, trees)
    if arriving:
        said = listing.cosignatures
        notes = unpack_cosignatures(chosen.objects.read(said)) if said else ()
        open_again(location, origin, tuple(notes))
    return size, _Tree(known, recovered, largest)


def _verified(app: App, location: Movable, trust: VerifierKey | None) -> Acquaintance:
    """Verify every entry that was written, and who signed it. Nothing of the copying is believed.

    Raises:
        LedgerBroken: it cannot be verified from the key to trust.
    """
    ledger = location.open(_sign_nothing)
    try:
        title, size = "Verifying entries", ledger.head().size
        with count_bar(title, size, show=not app.out.json) as advance:
            return get_acquainted(ledger, trust, check_ed25519, advance)
    finally:
        ledger.close()


def _known(wish: Wish, chosen: Chosen, location: Movable, known: Acquaintance) -> list[KnownTree]:
    ledger = location.open(_sign_nothing)
    try:
        head = ledger.head()
        ring = trusted_keys(ledger, head, known.pinned, known.origin, check_ed25519)
        standing = Frontier.at(head.size, node_reader(ledger.hashes_at, head.size))
    finally:
        ledger.close()
    # The key to trust is the one that was given; the log's own first key only where none was.
    pinned = (wish.public_key,) if wish.public_key else known.pinned
    trees = [known_tree(text, pinned, ring, known.origin, standing) for text in wish.known]
    return trees + trees_of_backups(chosen.passed_over, ring, known.origin)


def _recover(location: Movable, origin: str, trees: Sequence[KnownTree]) -> int:
    """Append the entries that a known copy has beyond the backup; return how many."""
    with_entries = [tree for tree in trees if tree.reference is not None]
    if not with_entries:
        return 0
    tree = max(with_entries, key=lambda tree: tree.size)
    ledger = location.open(_sign_nothing)
    try:
        size, root = ledger.head().size, ledger.head().root
    finally:
        ledger.close()
    if tree.size <= size:
        return 0
    if tree.root_at(size) != root:
        raise _another_history(tree, size)
    segments = entry_segments(tree.entries, tree.size, tree.note)
    return write_segments(location, origin, tree.place, segments).size - size


def _consistent(location: Movable, trees: Sequence[KnownTree]) -> KnownTree | None:
    """Compare every known tree with the ledger; return the largest of those it does not reach.

    Raises:
        LedgerBroken: the ledger is of another history.
    """
    ledger = location.open(_sign_nothing)
    try:
        size = ledger.head().size
        for tree in trees:
            if tree.size > size:
                continue
            if root_at(tree.size, node_reader(ledger.hashes_at, tree.size)) != tree.root:
                raise _another_history(tree, tree.size)
    finally:
        ledger.close()
    larger = [tree for tree in trees if tree.size > size]
    return max(larger, key=lambda tree: tree.size, default=None)


def _another_history(tree: KnownTree, size: int) -> LedgerBroken:
    return LedgerBroken(
        f"the backup and {tree.place} do not have the same first {size} entries: one key has "
        "signed two histories",
        hint="keep both, and find out which one others have seen: oneseek check FILE",
    )


def _sign_nothing(_: int, __: bytes) -> bytes:
    raise Conflict("a restore signs nothing before the ledger is whole")
