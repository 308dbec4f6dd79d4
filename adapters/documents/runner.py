"""The one runner of all collections: push, rebuild, verify, status.

The position that counts stands in the target (:mod:`~oneseek.adapters.documents.target`); the fold
on this machine is a cache. A run reads the position, folds up to it without writing anything, and
goes on from there, commit by commit. Where another writer was faster it begins again with what that
one has left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from oneseek.adapters.documents.cache_paths import cache_name
from oneseek.adapters.documents.claiming import claim, problem_of
from oneseek.adapters.documents.pushing import push_some
from oneseek.adapters.documents.rebuilding import begin_rebuild, rebuild_on
from oneseek.adapters.documents.sight import Sight
from oneseek.adapters.documents.target import Moved, Target
from oneseek.adapters.documents.verifying import Verified, verify
from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.projections.position import open_position, position_path
from oneseek.adapters.workspace.locks import WAIT_SECONDS, locked
from oneseek.domain.documents import DocumentStore
from oneseek.domain.errors import CannotCheck
from oneseek.domain.ports import Ledger, Vault
from oneseek.domain.projections.collections.collection import Collection

_TRIES = 3

OnProgress = Callable[[int, int], None]
"""Told of entries that were folded and documents that were written or compared, since last time."""


@dataclass(slots=True)
class Pushed:
    """What a run did."""

    size: int = 0
    """Entries that the target shows now."""
    entries: int = 0
    documents: int = 0
    """Documents that were written or deleted."""
    unopened: int = 0
    """Texts that are not erased and that this vault has no keys for: they stay as they are in the
    target, or null."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a collection stands in the target."""

    size: int | None
    """Entries that it shows; None: nobody says so, mostly as nothing was ever pushed."""
    behind: int
    documents: int
    rebuilding: bool
    problem: str | None
    """Why it cannot be pushed to, in one sentence."""


class CollectionRunner:
    """Runs collections of ``ledger`` into ``store``; ``vault`` has the texts.

    ``origin`` is the ledger's; fold states lie in ``positions``, locks in ``locks``.
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        vault: Vault,
        store: DocumentStore,
        origin: str,
        positions: Path,
        locks: Path,
    ) -> None:
        self._ledger = ledger
        self._vault = vault
        self.store = store
        self._origin = origin
        self._positions = positions
        self._locks = locks

    def push(
        self,
        collection: Collection,
        on_progress: OnProgress | None = None,
        *,
        wait: float = WAIT_SECONDS,
    ) -> Pushed:
        """Bring the collection up to the head; an interrupted rebuild is ended first.

        ``wait`` is how many seconds another process of this machine may take for its run.

        Raises:
            Conflict: the target shows another ledger or another history, or holds documents of
                somebody else; nothing was changed.
        """
        done = Pushed()
        told = _teller(done, on_progress)
        with locked(self._lock(collection), wait):
            while self._advance(collection, told, done):
                pass
        return done

    def rebuild(
        self,
        collection: Collection,
        on_progress: OnProgress | None = None,
        *,
        take_over: bool = False,
    ) -> Pushed:
        """Make every document again; whoever reads meanwhile misses none of them.

        Wanted documents are written first, what is not wanted is deleted at the end. A rebuild that
        was cut off goes on where it was. ``take_over``: whatever the collection holds becomes ours,
        and texts that cannot be opened here are removed from it.

        Raises: see :meth:`push`; with ``take_over`` not.
        """
        done = Pushed()
        told = _teller(done, on_progress)
        with locked(self._lock(collection)):
            cache = self._cache(collection)
            with disk_errors("remove", cache):
                cache.unlink(missing_ok=True)  # no error in it survives
            while not self._begin(collection, take_over=take_over):
                pass
            while self._advance(collection, told, done, take_over=take_over):
                pass
        return done

    def verify(self, collection: Collection, on_progress: OnProgress | None = None) -> Verified:
        """Compare every document with the fold of the entries that the target shows.

        Raises: see :meth:`push`; nothing is ever changed. CannotCheck: others write it all the
            time.
        """
        for _ in range(_TRIES):
            target, sight = self._seen(collection)
            try:
                found = verify(collection, target, sight, on_progress or _nothing)
            except Moved:
                continue
            # What another writer put there meanwhile is no drift.
            if not found.count or not target.moved():
                return found
        raise CannotCheck(
            f"{collection.name} in {self.store.name} is written all the time: what is drift there "
            "cannot be told",
            hint="repeat it when nobody pushes (oneseek firebase follow does)",
        )

    def standing(self, collection: Collection) -> Standing:
        """Return where the collection stands."""
        target, sight = self._seen(collection)
        try:
            found, problem = target.position, problem_of(collection, target, sight)
        except Moved:
            return self.standing(collection)
        return Standing(
            found.size if found else None,
            max(0, sight.head.size - (found.size if found else 0)),
            self.store.count(collection.name),
            found is not None and found.rebuild is not None,
            problem.message if problem else None,
        )

    def is_shown(self, collection: Collection) -> bool:
        """Return whether anything was ever pushed there."""
        target = Target(self.store, collection.name)
        return target.position is not None or target.unreadable

    def _begin(self, collection: Collection, *, take_over: bool) -> bool:
        try:
            begin_rebuild(collection, *self._seen(collection), take_over=take_over)
        except Moved:
            return False
        return True

    def _advance(
        self, collection: Collection, told: OnProgress, done: Pushed, *, take_over: bool = False
    ) -> bool:
        """Go on for a while; return whether there is more to do."""
        target, sight = self._seen(collection)
        try:
            claim(collection, target, sight)
            assert target.position is not None
            if target.position.rebuild is None and target.position.size == sight.head.size:
                done.size = sight.head.size
                return False
            path = self._cache(collection)
            with disk_errors("make", path.parent):
                path.parent.mkdir(parents=True, exist_ok=True)
            with open_position(path) as file:
                if target.position.rebuild is not None:
                    rebuild_on(collection, sight, target, file, told, take_over=take_over)
                else:
                    push_some(collection, sight, target, file, told)
        except Moved:
            return True
        done.unopened += sight.texts.unopened
        return True

    def _seen(self, collection: Collection) -> tuple[Target, Sight]:
        # In this order: what others append and push in between is no position of the future.
        target = Target(self.store, collection.name)
        return target, Sight.of(self._ledger, self._vault, self._origin)

    def _cache(self, collection: Collection) -> Path:
        return position_path(self._positions, self._name(collection))

    def _lock(self, collection: Collection) -> Path:
        return self._locks / f"{self._name(collection)}.lock"

    def _name(self, collection: Collection) -> str:
        return cache_name(self.store.name, collection.name)


def _nothing(entries: int, documents: int) -> None:
    """Nobody wants to know."""


def _teller(done: Pushed, on_progress: OnProgress | None) -> OnProgress:
    def told(entries: int, documents: int) -> None:
        done.entries += entries
        done.documents += documents
        if on_progress is not None:
            on_progress(entries, documents)

    return told
