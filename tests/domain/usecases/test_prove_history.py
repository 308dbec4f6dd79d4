"""Proofs of time and absence, made from a ledger: they say what its state says, or are not made."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from forging import forging, put, sealed_head
from hypothesis import given, settings
from hypothesis import strategies as st

import builders as make
from histories import STORY, History
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, check_ed25519
from oneseek.domain.decisions import Decision
from oneseek.domain.decisions.lookup import find_any_version
from oneseek.domain.errors import CannotCheck, InvalidInput, LedgerBroken, ProofRefused
from oneseek.domain.events import Event
from oneseek.domain.index.activity import Subject
from oneseek.domain.index.checking import ProvedHistory, check_history_proof
from oneseek.domain.index.proof_file import HistoryProof
from oneseek.domain.keys import KeyRing, KeyTerm
from oneseek.domain.ports import Ports
from oneseek.domain.usecases.log_index import log_index
from oneseek.domain.usecases.prove_history import HistoryProver, MadeProof
from oneseek.domain.usecases.record import record
from oneseek.domain.usecases.timeline import activity_at
from oneseek.domain.values import parse_time
from workbench import MEMORY, Workbench, workbench

SIZE = len(STORY)
"""The index is entry 16; the registry's entries are 8, 9, 11, 12, 13, 14, 15."""
ONE = Subject(make.manifest(1), make.dna(1))


def prover(bench: Workbench, on_entries: Callable[[int], None] | None = None) -> HistoryProver:
    ring = KeyRing((KeyTerm(bench.key, 0, None),))
    return HistoryProver(bench.ledger, ring, check_ed25519, on_entries)


def checked(bench: Workbench, made: MadeProof) -> ProvedHistory:
    """Check as somebody else does, who has the file and the key."""
    proved = check_history_proof(made.data, [bench.key], check_ed25519)
    assert proved == made.proved
    return proved


def fill(bench: Workbench, events: tuple[Event, ...] = STORY[2:]) -> None:
    for event in events:
        bench.append(event)
    log_index(bench.ports)


@pytest.fixture
def story(bench: Workbench) -> Workbench:
    """The story in memory, with its index."""
    fill(bench)
    return bench


@pytest.fixture
def on_disk(tmp_path: Path) -> Iterator[Workbench]:
    """The story in a file, which tests change behind its back."""
    with workbench(tmp_path) as made:
        made.open()
        fill(made)
        yield made


# What is proved is what the state says.


def test_at_every_size_the_proof_says_what_the_state_says(story: Workbench) -> None:
    for size in range(SIZE + 2):
        state = checked(story, prover(story).active_at(str(size))).answer.state
        with story.ledger.view() as view:
            activity = activity_at(view, size)
        assert state is not None
        assert state.dna == (activity.active if activity else None)
        assert state.index == (activity.index if activity else None) or state.dna is None


REGISTRY_EVENTS = st.lists(
    st.one_of(
        st.builds(make.activated, st.integers(1, 2)),
        st.builds(make.withdrawn, st.integers(1, 2), st.booleans()),
        st.just(make.registry_reset()),
        st.just(make.restored(1)),
        st.just(make.answered()),
    ),
    max_size=9,
)


@settings(max_examples=25)
@given(events=REGISTRY_EVENTS, later=st.integers(0, 2), data=st.data())
def test_whatever_happened_the_proofs_say_what_the_state_says(
    tmp_path_factory: pytest.TempPathFactory,
    events: list[Event],
    later: int,
    data: st.DataObject,
) -> None:
    with workbench(tmp_path_factory.mktemp("any"), MEMORY) as bench:
        bench.open()
        bench.append(make.certified(1))
        fill(bench, tuple(events))
        for _ in range(later):
            bench.append(make.activated(1))
        end = bench.ledger.head().size - later
        since = data.draw(st.integers(0, end))
        until = data.draw(st.integers(since, end))
        with bench.ledger.view() as view:
            found = [activity_at(view, size) for size in range(end + 1)]
        active = [activity.active if activity else None for activity in found]
        state = checked(bench, prover(bench).active_at(str(since))).answer.state
        assert state is not None
        assert state.dna == active[since]
        try:
            checked(bench, prover(bench).never_active(ONE, str(since), str(until)))
        except ProofRefused:
            assert make.dna(1) in active[since : until + 1]
        else:
            assert make.dna(1) not in active[since : until + 1]


def test_a_made_proof_has_the_parts_that_the_plainest_way_gives(story: Workbench) -> None:
    """Other times and another key, so the entries differ; positions and lengths must not."""
    plain = History()
    for size, first, stop in ((8, 0, 1), (11, 0, 3), (12, 2, 4), (14, 3, 6), (16, 6, 7)):
        made = HistoryProof.parse(prover(story).active_at(str(size)).data).streams[0]
        run = plain.run("registry", first, stop)
        assert (made.count, made.first) == (run.count, run.first)
        assert [e.index for e in made.entries] == [e.index for e in run.entries]
        assert [len(e.path) for e in made.entries] == [len(e.path) for e in run.entries]
        assert (len(made.before), len(made.after)) == (len(run.before), len(run.after))


def test_the_same_question_gives_the_same_file(story: Workbench) -> None:
    first = prover(story).active_at("12").data
    story.append(make.activated(2))
    assert prover(story).active_at("12").data == first


# Moments.


def test_a_time_is_proved_by_the_entries_on_both_sides(story: Workbench) -> None:
    times = [row.latest for row in story.ledger.index_rows()]
    for size in (0, 3, 9, 15, 16):
        moment = parse_time(times[size]) - timedelta(microseconds=1)
        proved = checked(story, prover(story).active_at(moment.isoformat()))
        by_size = checked(story, prover(story).active_at(str(size)))
        assert proved.answer == by_size.answer


def test_a_moment_beyond_the_index_cannot_be_proved_yet(story: Workbench) -> None:
    assert checked(story, prover(story).active_at(None)).covered == SIZE + 1
    newest = story.ledger.head().time or ""
    with pytest.raises(CannotCheck, match="covers 17 entries") as refused:
        prover(story).active_at(newest)
    assert refused.value.hint == "as soon as it is past, log one: oneseek ledger index --again"
    story.append(make.activated(2))
    for text in ("18", newest):
        with pytest.raises(CannotCheck, match=f"{text} lies beyond") as refused:
            prover(story).active_at(text)
        assert (refused.value.hint or "").endswith("oneseek ledger index")
    log_index(story.ports)
    assert checked(story, prover(story).active_at(newest)).answer.state is not None


def test_an_index_logged_again_lets_quiet_times_be_proved(story: Workbench) -> None:
    quiet = story.ledger.head().time or ""
    log_index(story.ports, again=True)
    state = checked(story, prover(story).active_at(quiet)).answer.state
    assert state is not None
    assert state.index == 15


def test_what_was_appended_between_index_and_entry_is_not_covered(bench: Workbench) -> None:
    others = bench.as_actor("bo")
    log_index(bench.ports, on_entries=lambda _: _append(others))
    proved = checked(bench, prover(bench).active_at(None))
    assert (proved.size, proved.covered, proved.index_entry) == (2, 2, 3)
    with pytest.raises(CannotCheck):
        prover(bench).active_at("3")


def _append(ports: Ports) -> None:
    record(ports, lambda _: Decision((make.activated(1),)))


def test_without_an_index_nothing_can_be_proved(bench: Workbench) -> None:
    with pytest.raises(CannotCheck, match="no index") as refused:
        prover(bench)
    assert refused.value.hint == "log one: oneseek ledger index"


@pytest.mark.parametrize("text", ["yesterday", "-1", "", "999"])
def test_what_is_no_moment_is_refused(story: Workbench, text: str) -> None:
    with pytest.raises(InvalidInput):
        prover(story).active_at(text)


# Absence.


def test_a_version_that_was_active_gets_no_proof_but_the_counter_example(story: Workbench) -> None:
    with pytest.raises(ProofRefused, match=r"entry 8 of .* activated it"):
        prover(story).never_active(ONE, None, None)
    with pytest.raises(ProofRefused, match=r"entry 14 of .* activated it"):
        prover(story).never_active(ONE, "12", "15")
    proved = checked(story, prover(story).never_active(ONE, "12", "14"))
    assert (proved.answer.subject, proved.answer.certified) == (ONE, 5)


def test_the_end_comes_after_the_beginning(story: Workbench) -> None:
    with pytest.raises(InvalidInput, match="14 comes after 12"):
        prover(story).never_active(ONE, "14", "12")
    with pytest.raises(InvalidInput, match="17 comes after 16"):
        prover(story).never_active(ONE, "17", "16")


def test_a_version_that_never_existed_was_never_active(story: Workbench) -> None:
    nobody = Subject(make.digest("nobody"), None)
    proved = checked(story, prover(story).never_active(nobody, None, None))
    assert (proved.answer.subject, proved.answer.certified) == (nobody, None)
    named = Subject(None, "OneSeek-7B-Zero.v9.0")
    assert checked(story, prover(story).never_active(named, "3", None)).answer.subject == named


def test_a_version_that_the_index_does_not_know_yet_is_shown_as_absent(story: Workbench) -> None:
    story.append(make.certified(3), make.activated(3))
    third = Subject(make.manifest(3), make.dna(3))
    proved = checked(story, prover(story).never_active(third, None, None))
    assert proved.answer.subject == Subject(make.manifest(3), None)
    assert (proved.answer.certified, proved.covered) == (None, 17)
    log_index(story.ports)
    with pytest.raises(ProofRefused, match=r"entry 18 of .* activated it"):
        prover(story).never_active(third, None, None)


def test_a_ledger_without_any_activation_proves_that_there_was_none(bench: Workbench) -> None:
    log_index(bench.ports)
    state = checked(bench, prover(bench).active_at(None)).answer.state
    assert state is not None
    assert state.index is None


# Histories.


def test_the_history_of_a_version_is_proved_entry_by_entry(story: Workbench) -> None:
    told = checked(story, prover(story).history(story.version(make.dna(1)))).answer.told
    assert [item.index for item in told] == [2, 3, 4, 5, 8, 11, 12, 13, 14, 15]
    told = checked(story, prover(story).history(story.version(make.dna(2)))).answer.told
    assert [item.index for item in told] == [6, 7, 9, 11, 12]


def test_a_version_certified_late_needs_the_registry_from_there_on(story: Workbench) -> None:
    story.append(make.numbered(3), make.certified(3), make.activated(3))
    with pytest.raises(CannotCheck):
        prover(story).history(story.version(make.dna(3)))
    log_index(story.ports)
    made = prover(story).history(story.version(make.dna(3)))
    runs = {run.stream: run for run in HistoryProof.parse(made.data).streams}
    assert (runs["registry"].first, len(runs["registry"].entries)) == (6, 2)
    assert (runs["line:sv"].first, len(runs["line:sv"].entries)) == (2, 1)
    assert [item.index for item in checked(story, made).answer.told] == [17, 18, 19]


def test_a_version_without_a_number_shows_the_whole_line(bench: Workbench) -> None:
    bench.append(make.numbered(2), make.index_logged(1), make.certified(1))
    log_index(bench.ports)
    told = checked(bench, prover(bench).history(bench.version(make.dna(1)))).answer.told
    assert [item.index for item in told] == [4]


def test_progress_is_told_in_entries(story: Workbench) -> None:
    seen: list[int] = []
    prover(story, seen.append).active_at("12")
    assert sum(seen) == SIZE + 1


# A ledger that is not what it should be proves nothing.


def test_a_checkpoint_that_nobody_trusted_has_signed_is_no_ground(on_disk: Workbench) -> None:
    with pytest.raises(LedgerBroken, match="checkpoint of 17 entries is no good"):
        HistoryProver(on_disk.ledger, KeyRing(()), check_ed25519)


def test_a_changed_entry_is_not_proved(on_disk: Workbench) -> None:
    raw = next(on_disk.ledger.records(8, 9)).raw
    put(on_disk, 8, raw.replace(b"anna", b"bert"), hashed=False)
    with pytest.raises(LedgerBroken, match="do not have the root"):
        prover(on_disk).active_at("11")
    put(on_disk, 8, raw, hashed=False)
    with forging(on_disk) as connection:
        connection.execute("UPDATE entries SET leaf_hash = zeroblob(32) WHERE position = 9")
    with pytest.raises(LedgerBroken, match="cannot be proved"):
        prover(on_disk).active_at("11")


def test_a_missing_entry_is_named(on_disk: Workbench) -> None:
    with forging(on_disk) as connection:
        connection.execute("DELETE FROM entries WHERE position = 16")
    with pytest.raises(LedgerBroken):
        prover(on_disk)


def resigned(bench: Workbench) -> None:
    """Let the owner of the key sign the entries as they are now, everywhere."""
    sealed_head(bench)
    head = bench.ledger.head()
    note = Ed25519Sealer(make.ORIGIN, bench.folder / "key.pem")(head.size, head.root)
    with forging(bench) as connection:
        connection.execute("UPDATE checkpoints SET note = ? WHERE size = ?", (note, head.size))


def test_an_index_that_is_not_that_of_the_entries_proves_nothing(bench: Workbench) -> None:
    bench.append(make.index_logged(2))
    with pytest.raises(LedgerBroken, match="index that entry 2 logged is not that of the entries"):
        prover(bench).active_at("1")


def test_an_index_of_entries_to_come_proves_nothing(bench: Workbench) -> None:
    bench.append(make.index_logged(5))
    with pytest.raises(LedgerBroken):
        prover(bench).active_at("1")


def test_the_document_that_names_the_index_is_not_believed(on_disk: Workbench) -> None:
    with forging(on_disk) as connection:
        (body,) = connection.execute(
            "SELECT body FROM state WHERE kind = 'logged-index'"
        ).fetchone()
        forged = bytes(body).replace(b'"index":16', b'"index":15')
        connection.execute("UPDATE state SET body = ? WHERE kind = 'logged-index'", (forged,))
    with pytest.raises(LedgerBroken, match="entry 15 logs no index"):
        prover(on_disk)


def test_streams_whose_places_are_wrong_prove_nothing(on_disk: Workbench) -> None:
    """Signed by its own key and indexed as it is, but no verifier would take it."""
    raw = next(on_disk.ledger.records(14, 15)).raw
    put(on_disk, 14, raw.replace(b'"stream_version":6', b'"stream_version":9'), hashed=True)
    resigned(on_disk)
    log_index(on_disk.ports, again=True)
    with pytest.raises(LedgerBroken, match="the ledger does not prove it: entry 14 is number 9"):
        prover(on_disk).never_active(Subject(make.digest("nobody"), None), "12", "16")


def test_the_history_of_an_imported_version_is_proved_without_a_training(
    bench: Workbench,
) -> None:
    fill(bench, (*STORY[2:], make.imported(), make.identified()))
    with bench.ledger.view() as view:
        version = find_any_version(view, make.OLD_DNA)
    proved = checked(bench, prover(bench).history(version))
    assert [item.kind for item in proved.answer.told] == [
        "version-imported/v1", "base-identified/v1",
    ]  # fmt: skip
    assert proved.answer.certified == version.index


def test_the_history_of_what_is_only_recorded_is_proved(bench: Workbench) -> None:
    fill(bench, (*STORY[2:], make.imported(weights=None, form="none")))
    with bench.ledger.view() as view:
        version = find_any_version(view, make.OLD_DNA)
    proved = checked(bench, prover(bench).history(version))
    assert [item.kind for item in proved.answer.told] == ["version-imported/v1"]
    subject = Subject(version.manifest, version.dna)
    assert checked(bench, prover(bench).never_active(subject, None, None)).answer.certified == (
        version.index
    )
