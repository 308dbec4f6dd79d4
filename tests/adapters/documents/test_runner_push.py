"""Pushing a collection: exactly once, whoever pushes, and never over somebody else's documents."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

import builders as make
from oneseek.adapters.documents import pushing, target
from oneseek.adapters.documents.target import POSITIONS
from oneseek.domain.documents import DocumentStore, Guard, Write
from oneseek.domain.errors import Conflict, LedgerBroken, ServiceFailed
from oneseek.domain.merkle.proofs import verify_inclusion
from shelves import NEWER, SHELF, Shelves, activated, shown, withdrawn


class Fragile:
    """A store that fails at the commit with this number, before or after it was made."""

    def __init__(self, store: DocumentStore, fails: int, *, after: bool) -> None:
        self._store, self._fails, self._after, self.commits = store, fails, after, 0
        self.get, self.scan, self.count = store.get, store.scan, store.count
        self.name = store.name

    def commit(self, writes: Sequence[Write], guard: Guard | None = None) -> datetime:
        self.commits += 1
        if self.commits == self._fails and not self._after:
            raise ServiceFailed("cut off")
        done = self._store.commit(writes, guard)
        if self.commits == self._fails:
            raise ServiceFailed("cut off")
        return done


@pytest.fixture
def small_commits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target, "MOST_DOCUMENTS", 3)
    monkeypatch.setattr(pushing, "_FULL", 3)


def fill(shelves: Shelves, count: int = 8) -> None:
    for number in range(count):
        shelves.ask(f"q{number}", f"Vad är {number}?")
        shelves.bench.append(
            activated(f"v{number}"), activated("again"), withdrawn(f"v{number - 1}")
        )


def test_documents_are_what_the_ledger_means(shelves: Shelves) -> None:
    fill(shelves)
    done = shelves.runner().push(SHELF)
    found = shown(shelves.store())
    assert found == shelves.wanted()
    assert found["q3"]["question"] == "Vad är 3?"
    assert found["again"]["times"] == 8
    assert (done.size, done.entries) == (shelves.bench.ledger.head().size,) * 2
    assert shelves.runner().push(SHELF).documents == 0


def test_a_block_proves_itself(shelves: Shelves) -> None:
    fill(shelves, 3)
    shelves.runner().push(SHELF)
    for fields in shown(shelves.store()).values():
        if "proof" in fields:
            path = [bytes.fromhex(str(item)) for item in fields["proof"]]  # type: ignore[union-attr]
            leaf, root = bytes.fromhex(str(fields["hash"])), bytes.fromhex(str(fields["rootHash"]))
            index, size = fields["blockNumber"], fields["treeSize"]
            verify_inclusion(leaf, index, size, path, root)  # type: ignore[arg-type]


def test_the_position_in_the_target_counts_and_the_cache_does_not(shelves: Shelves) -> None:
    fill(shelves, 2)
    shelves.runner(machine="a").push(SHELF)
    fill(shelves, 4)
    shelves.runner(machine="b").push(SHELF)  # folds from the start, writes only what is new
    shelves.bench.append(activated("again"))
    done = shelves.runner(machine="a").push(SHELF)
    assert done.documents == 1
    assert shown(shelves.store()) == shelves.wanted()


@pytest.mark.usefixtures("small_commits")
@pytest.mark.parametrize("after", [False, True])
def test_a_push_that_was_cut_off_anywhere_is_finished_by_the_next(
    shelves: Shelves, *, after: bool
) -> None:
    fill(shelves, 4)
    for fails in range(1, 30):
        store = shelves.store(f"{fails}.db")
        with_faults = Fragile(store, fails, after=after)
        try:
            shelves.runner(with_faults, machine=f"m{fails}").push(SHELF)
        except ServiceFailed:
            shelves.runner(store, machine=f"m{fails}").push(SHELF)
            assert shown(store) == shelves.wanted()
        else:
            assert fails > 5
            return
    pytest.fail("it was never whole")


@pytest.mark.usefixtures("small_commits")
def test_one_entry_that_touches_more_than_fits_moves_the_position_last(shelves: Shelves) -> None:
    def step(state, index, entry):  # type: ignore[no-untyped-def]
        for number in range(10):
            SHELF.step(state, index, shelves_entry(f"v{number}", entry))

    def shelves_entry(dna, entry):  # type: ignore[no-untyped-def]
        from msgspec.structs import replace as replaced

        return replaced(entry, body=activated(dna))

    shelves.bench.append(activated("x"))
    wide = replace(SHELF, step=step)
    store = shelves.store()
    with pytest.raises(ServiceFailed):
        shelves.runner(Fragile(store, 4, after=True)).push(wide)
    assert store.count("shelf") == 9
    position = store.get(POSITIONS, "shelf")
    assert position is not None
    assert position.fields["size"] == 0
    shelves.runner().push(wide)
    assert store.count("shelf") == 10


def test_an_erased_text_is_none(shelves: Shelves) -> None:
    question = shelves.ask("q", "Hur mår Anna?")
    shelves.runner().push(SHELF)
    shelves.erase("q", question)
    shelves.runner().push(SHELF)
    fields = shown(shelves.store())["q"]
    assert (fields["question"], fields["erased"]) == (None, True)


def test_the_target_of_another_ledger_is_left_alone(shelves: Shelves) -> None:
    fill(shelves, 2)
    shelves.runner().push(SHELF)
    before = shown(shelves.store())
    other = shelves.runner(origin="other.example/log")
    for use in (other.push, other.rebuild, other.verify):
        with pytest.raises(Conflict, match=f"shows the ledger {make.ORIGIN}, not other"):
            use(SHELF)
    assert other.standing(SHELF).problem is not None
    assert shown(shelves.store()) == before


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("root", "00" * 32, "another history"),
        ("root", "?", "another history"),
        ("size", 10_000, "rolled back"),
        ("version", 2, "newer version of OneSeek"),
        ("origin", "x" * 999, "shows the ledger x{100}, not"),
        ("size", "2", "changed by hand"),
        ("size", -1, "changed by hand"),
        ("size", True, "changed by hand"),
        ("rebuild", {"phase": "x"}, "changed by hand"),
        ("rebuild", {"phase": "write", "after": "no/place"}, "changed by hand"),
        ("rebuild", {"phase": "sweep", "after": ".."}, "changed by hand"),
    ],
)
def test_a_position_that_does_not_fit_is_refused(
    shelves: Shelves, field: str, value: object, said: str
) -> None:
    fill(shelves, 2)
    store = shelves.store()
    shelves.runner().push(SHELF)
    position = store.get(POSITIONS, "shelf")
    assert position is not None
    store.commit([Write(POSITIONS, "shelf", {**position.fields, field: value})])  # type: ignore[dict-item]
    with pytest.raises(Conflict, match=said):
        shelves.runner().push(SHELF)
    shelves.runner().rebuild(SHELF, take_over=True)
    assert shown(store) == shelves.wanted()


def test_documents_of_somebody_else_are_not_mixed_with_ours(shelves: Shelves) -> None:
    store = shelves.store()
    store.commit([Write("shelf", "older", {"question": "whose?"})])
    for use in (shelves.runner().push, shelves.runner().rebuild):
        with pytest.raises(Conflict, match="such as older, and no position"):
            use(SHELF)
    assert shown(store) == {"older": {"question": "whose?"}}
    shelves.runner().rebuild(SHELF, take_over=True)
    assert shown(store) == shelves.wanted()


def test_a_newer_projection_makes_all_documents_again(shelves: Shelves) -> None:
    fill(shelves, 2)
    shelves.runner().push(SHELF)
    shelves.store().commit([Write("shelf", "again", {"form": "old"})])
    shelves.runner().push(NEWER)
    assert shown(shelves.store()) == shelves.wanted(NEWER)
    with pytest.raises(Conflict, match="newer version"):
        shelves.runner().push(SHELF)


def test_a_long_ledger_is_pushed_round_by_round(
    shelves: Shelves, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "_ROUND", 4)
    fill(shelves)
    told: list[tuple[int, int]] = []
    done = shelves.runner().push(SHELF, lambda *progress: told.append(progress))
    assert shown(shelves.store()) == shelves.wanted()
    assert sum(entries for entries, _ in told) == done.size == shelves.bench.ledger.head().size


def test_a_proof_that_does_not_hold_is_not_shown(
    shelves: Shelves, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(shelves, 2)
    right = shelves.bench.ledger.checkpoints
    monkeypatch.setattr(
        shelves.bench.ledger,
        "checkpoints",
        lambda *of: ((size, b"other" + note) for size, note in right(*of)),
    )
    with pytest.raises(LedgerBroken, match="cannot be proved"):
        shelves.runner().push(SHELF)
    assert shelves.store().count("shelf") == 0
