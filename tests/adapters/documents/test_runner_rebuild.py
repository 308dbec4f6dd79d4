"""Rebuilding: readers miss nothing, a cut-off rebuild goes on, the end is always the same."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneseek.adapters.documents import pushing, rebuilding, target
from oneseek.adapters.documents.mirror import MirrorStore
from oneseek.domain.documents import Guard, Write
from oneseek.domain.errors import ServiceFailed
from shelves import SHELF, Shelves, activated, shown, withdrawn
from workbench import MEMORY, workbench


@pytest.fixture(autouse=True)
def _small_commits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target, "MOST_DOCUMENTS", 3)
    monkeypatch.setattr(rebuilding, "MOST_DOCUMENTS", 3)
    monkeypatch.setattr(pushing, "_FULL", 3)


class Watching(MirrorStore):
    """Looks at the collection after every commit; dies after as many as it is told."""

    def __init__(self, path: Path, lives: int = 1000) -> None:
        super().__init__(path)
        self.seen: list[set[str]] = []
        self.lives = lives

    def commit(self, writes: Sequence[Write], guard: Guard | None = None) -> datetime:
        if not self.lives:
            raise ServiceFailed("cut off")
        self.lives -= 1
        done = super().commit(writes, guard)
        self.seen.append({found.id for found in self.scan(SHELF.name)})
        return done


def spoil(store: MirrorStore) -> None:
    store.commit([Write("shelf", "v2", None), Write("shelf", "v5", None)])
    store.commit([Write("shelf", id, {"question": "forged"}) for id in ("a", "v1", "zz")])


def fill(shelves: Shelves) -> None:
    shelves.bench.append(*(activated(f"v{number}") for number in range(9)))


def test_a_rebuild_puts_right_what_was_changed_and_nothing_else(shelves: Shelves) -> None:
    fill(shelves)
    shelves.runner().push(SHELF)
    spoil(shelves.store())
    untouched = shelves.store().get("shelf", "v7")
    done = shelves.runner().rebuild(SHELF)
    assert shown(shelves.store()) == shelves.wanted()
    assert (done.documents, done.size) == (5, shelves.bench.ledger.head().size)
    assert shelves.store().get("shelf", "v7") == untouched


def test_readers_never_miss_a_document_that_stands(shelves: Shelves) -> None:
    fill(shelves)
    shelves.runner().push(SHELF)
    store = Watching(shelves.bench.folder / "mirror.db")
    spoil(store)
    store.seen.clear()
    shelves.runner(store).rebuild(SHELF)
    standing = {f"v{number}" for number in range(9)} - {"v2", "v5"}
    assert store.seen
    assert all(standing <= seen for seen in store.seen)


@pytest.mark.parametrize("again", ["rebuild", "push"])
def test_a_rebuild_that_was_killed_anywhere_goes_on(shelves: Shelves, again: str) -> None:
    fill(shelves)
    for lives in range(1, 20):
        path = shelves.bench.folder / f"{lives}.db"
        store = MirrorStore(path)
        runner = shelves.runner(store, machine=f"m{lives}")
        runner.push(SHELF)
        spoil(store)
        try:
            shelves.runner(Watching(path, lives), machine=f"m{lives}").rebuild(SHELF)
        except ServiceFailed:
            assert runner.standing(SHELF).rebuilding
            assert [f.check for f in runner.verify(SHELF).findings] == ["rebuild-unfinished"]
            getattr(shelves.runner(store, machine="another"), again)(SHELF)
            assert shown(store) == shelves.wanted()
            assert not runner.standing(SHELF).rebuilding
        else:
            assert lives > 3
            return
    pytest.fail("it was never whole")


def test_entries_that_come_during_a_rebuild_are_shown_in_the_end(shelves: Shelves) -> None:
    fill(shelves)
    shelves.runner().push(SHELF)
    spoil(shelves.store())
    with pytest.raises(ServiceFailed):
        shelves.runner(Watching(shelves.bench.folder / "mirror.db", 2)).rebuild(SHELF)
    shelves.bench.append(withdrawn("v0"), activated("v8"), activated("w"))
    shelves.runner().rebuild(SHELF)
    assert shown(shelves.store()) == shelves.wanted()
    assert "v0" not in shown(shelves.store())


class Play:
    """What can happen to a collection, by name; ``spoilt``: it was changed by hand since."""

    def __init__(self, shelves: Shelves) -> None:
        self.shelves = shelves
        self.path = shelves.bench.folder / "mirror.db"
        self.spoilt = False
        self.number = 0
        self.asked: dict[str, str] = {}

    def append(self) -> None:
        first = self.number
        self.shelves.bench.append(*(activated(f"v{n % 5}") for n in range(first, first + 4)))

    def withdraw(self) -> None:
        self.shelves.bench.append(withdrawn(f"v{self.number % 5}"))

    def ask(self) -> None:
        name = f"q{self.number}"
        self.asked[name] = self.shelves.ask(name, f"Fråga {self.number}?")

    def erase(self) -> None:
        if self.asked:
            self.shelves.erase(*self.asked.popitem())

    def push(self) -> None:
        self.shelves.runner(machine="a").push(SHELF)

    def push_elsewhere(self) -> None:
        self.shelves.runner(machine="b").push(SHELF)

    def cut_push(self) -> None:
        with suppress(ServiceFailed):
            self.shelves.runner(Watching(self.path, self.number % 4)).push(SHELF)

    def cut_rebuild(self) -> None:
        with suppress(ServiceFailed):
            self.shelves.runner(Watching(self.path, self.number % 4)).rebuild(SHELF)

    def rebuild(self) -> None:
        self.shelves.runner(machine="a").rebuild(SHELF)

    def spoil(self) -> None:
        if self.shelves.runner().is_shown(SHELF):
            spoil(self.shelves.store())
            self.spoilt = True

    def lose_the_cache(self) -> None:
        for item in (self.shelves.bench.folder / "a" / "positions").glob("*.db"):
            item.unlink()


_STEPS = st.lists(
    st.sampled_from(sorted(name for name in vars(Play) if not name.startswith("_"))), max_size=10
)


@settings(max_examples=20, deadline=None)
@given(_STEPS)
def test_whatever_happens_the_end_is_equal_to_the_fold(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    with workbench(tmp_path_factory.mktemp("any"), MEMORY) as bench:
        bench.open()
        play = Play(Shelves(bench))
        for play.number, step in enumerate(steps):
            getattr(play, step)()
        last = play.shelves.runner(machine="c")
        last.push(SHELF)
        if play.spoilt:
            last.rebuild(SHELF)
        assert shown(play.shelves.store()) == play.shelves.wanted()
        assert last.verify(SHELF).count == 0
