"""A vault that has not the key of every text, as after a restore without it: nothing is lost."""

import pytest

from oneseek.adapters.documents.runner import CollectionRunner
from oneseek.domain.digest import Digest
from oneseek.domain.documents import Write
from shelves import NEWER, SHELF, Shelves, shown

TEXT = "Hur mår Anna?"


def lose(shelves: Shelves) -> bytes:
    """Take the vault away; return it."""
    path = shelves.bench.folder / "vault.db"
    kept = path.read_bytes()
    path.unlink()
    return kept


def question_in(shelves: Shelves, id: str = "q") -> object:
    return shown(shelves.store())[id]["question"]


@pytest.fixture
def question(shelves: Shelves) -> Digest:
    return shelves.ask("q", TEXT)


@pytest.fixture
def runner(shelves: Shelves) -> CollectionRunner:
    return shelves.runner()


def test_a_push_goes_on_with_null_and_counts_and_a_rebuild_brings_the_texts_later(
    shelves: Shelves, runner: CollectionRunner, question: Digest
) -> None:
    kept = lose(shelves)
    shelves.ask("known", "Vad är klockan?")
    assert runner.push(SHELF).unopened == 1
    assert (question_in(shelves), question_in(shelves, "known")) == (None, "Vad är klockan?")
    (shelves.bench.folder / "vault.db").write_bytes(kept)
    shelves.bench.vault.unseal(question)
    assert runner.rebuild(NEWER).unopened == 1  # "known" is in the vault that was put away
    assert (question_in(shelves), question_in(shelves, "known")) == (TEXT, "Vad är klockan?")


@pytest.mark.usefixtures("question")
def test_a_rebuild_leaves_what_may_be_the_last_copy_and_mends_the_rest(
    shelves: Shelves, runner: CollectionRunner
) -> None:
    runner.push(SHELF)
    lose(shelves)
    before = shown(shelves.store())["q"]
    shelves.store().commit([Write("shelf", "q", {**before, "erased": 7})])
    done = runner.rebuild(SHELF)
    assert (done.documents, done.unopened) == (1, 1)
    assert shown(shelves.store())["q"] == before
    assert runner.rebuild(SHELF).documents == 0


@pytest.mark.usefixtures("question")
def test_taking_over_removes_what_cannot_be_opened(
    shelves: Shelves, runner: CollectionRunner
) -> None:
    runner.push(SHELF)
    lose(shelves)
    assert runner.rebuild(SHELF, take_over=True).unopened == 1
    assert question_in(shelves) is None


def test_a_push_that_touches_a_document_leaves_the_text_that_is_not_erased(
    shelves: Shelves, runner: CollectionRunner, question: Digest
) -> None:
    runner.push(SHELF)
    lose(shelves)
    # This small collection does not ask which of its objects an erasure names.
    shelves.erase("q", "ab" * 32)
    assert runner.push(SHELF).unopened == 1
    assert (question_in(shelves), shown(shelves.store())["q"]["erased"]) == (TEXT, True)
    shelves.bench.vault.erase([question])
    runner.rebuild(SHELF)
    assert question_in(shelves) is None


@pytest.mark.usefixtures("question")
def test_verify_counts_what_it_cannot_compare_and_finds_the_rest(
    shelves: Shelves, runner: CollectionRunner
) -> None:
    runner.push(SHELF)
    lose(shelves)
    seen = runner.verify(SHELF)
    assert (seen.count, seen.unopened) == (0, 1)
    fields = dict(shown(shelves.store())["q"])
    shelves.store().commit([Write("shelf", "q", {**fields, "question": 1, "erased": True})])
    found = [(f.where, f.expected, f.found) for f in runner.verify(SHELF).findings]
    assert [where for where, *_ in found] == ["shelf/q erased", "shelf/q question"]
    assert TEXT not in str(found)


@pytest.mark.usefixtures("question")
def test_a_text_whose_object_is_gone_is_no_reason_to_stop(
    shelves: Shelves, runner: CollectionRunner, question: Digest
) -> None:
    shelves.bench.objects.remove(question)
    assert runner.push(SHELF).unopened == 1
