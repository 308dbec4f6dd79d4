"""What somebody could do to a history proof, a sentence each, and each is refused.

The first half bends proofs of an honest log; in the second half the log itself lies, and has signed
it.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from itertools import product

import pytest
from msgspec.structs import replace

import builders as make
from histories import ORIGIN, STORY, History, SubLogs, check, clock, public_key
from oneseek.domain.errors import InvalidInput, ProofRefused
from oneseek.domain.index.checking import ProvedHistory, check_history_proof
from oneseek.domain.index.proof_file import (
    ActiveAt,
    HistoryOf,
    HistoryProof,
    NeverActive,
    ProvedEntry,
    StreamRun,
)
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.registry import REGISTRY

HONEST = History()
ONE, TWO = make.manifest(1), make.manifest(2)
OWN = f"version:{ONE}"
NEVER = NeverActive(ONE, make.dna(1), HONEST.moment(11), HONEST.moment(14))
"""True: version 2 takes over with entry 11, and version 1 comes back with entry 14."""


def checked(proof: HistoryProof) -> ProvedHistory:
    return check_history_proof(proof.to_bytes(), [public_key()], check)


def refused(proof: HistoryProof, match: str) -> None:
    with pytest.raises(ProofRefused, match=match):
        checked(proof)


def active_at(size: int, run: StreamRun, log: History = HONEST) -> HistoryProof:
    return log.proof(ActiveAt(log.moment(size)), run)


def never(run: StreamRun, log: History = HONEST) -> HistoryProof:
    return log.proof(NEVER, log.run(OWN, 0, 1), run)


# The registry's sub-log: positions 0 to 6 are entries 8, 9, 11, 12, 13, 14, 15.


def test_the_honest_proofs_are_believed() -> None:
    state = checked(active_at(11, HONEST.run("registry", 0, 3))).answer.state
    assert state is not None
    assert (state.index, state.dna) == (8, make.dna(1))
    with pytest.raises(ProofRefused, match=r"entry 8 of .* activated it"):
        checked(never(HONEST.run("registry", 0, 7)))
    later = replace(NEVER, since=HONEST.moment(12))
    run = HONEST.run("registry", 2, 6)
    assert checked(HONEST.proof(later, HONEST.run(OWN, 0, 1), run)).answer.certified == 5


def test_an_activation_left_out_of_the_proof_is_missed() -> None:
    run = HONEST.run("registry", 0, 7)
    without = replace(run, entries=(*run.entries[:5], *run.entries[6:]))
    refused(active_at(16, without), "entry 15 is number 7 of registry, and the index has it as")


def test_an_activation_swapped_for_another_entry_is_missed() -> None:
    run = HONEST.run("registry", 0, 7)
    for position, index in product(range(7), (7, 10, 13)):
        entries = list(run.entries)
        entries[position] = HONEST.prove(index)
        if entries[position] != run.entries[position]:
            with pytest.raises(ProofRefused):
                checked(active_at(16, replace(run, entries=tuple(entries))))


def test_a_proof_for_another_stream_is_refused() -> None:
    refused(
        active_at(16, HONEST.run("line:sv")), "must show the streams registry, and shows others"
    )
    refused(
        active_at(16, replace(HONEST.run("line:sv"), stream="registry")),
        "leads to another root than the map's",
    )


def test_a_stream_that_is_shown_twice_or_besides_is_refused() -> None:
    run = HONEST.run("registry")
    question = ActiveAt(HONEST.moment(16))
    refused(HONEST.proof(question), "must show the streams registry")
    refused(HONEST.proof(question, run, run), "must show the streams registry")
    refused(HONEST.proof(question, run, HONEST.run("line:sv")), "must show the streams registry")


def test_an_index_root_that_is_not_the_one_logged_is_refused() -> None:
    lying = History(lie=lambda sublogs: sublogs["registry"].pop())
    forged = HONEST.prove(16)
    other = lying.prove(16)
    run = lying.run("registry")
    question = ActiveAt(HONEST.moment(16))
    proof = replace(HONEST.proof(question, run), index=replace(forged, entry=other.entry))
    refused(proof, "leads to another root than the tree's")
    refused(HONEST.proof(question, run), "leads to another root than the map's")


def test_an_index_entry_from_another_log_is_refused() -> None:
    for other in (History(key="other"), History(key="other", origin="other.example/log")):
        proof = HONEST.proof(ActiveAt(HONEST.moment(16)), HONEST.run("registry"))
        refused(replace(proof, checkpoint=other.note), "no known key|is not over this text")
    other = History((*STORY, make.base()))
    proof = replace(proof, index=other.prove(other.at))
    refused(proof, "names leaf 17 of a tree with 17 leaves")


def test_a_checkpoint_by_a_key_of_another_name_is_refused() -> None:
    """A key can be trusted for one log and sign a text in the name of another."""
    named = public_key(ORIGIN, "other.example/log")
    text, _, line = HONEST.note.rpartition("\n— ")
    signature = b64decode(line.split(" ")[1])[4:]
    encoded = b64encode(named.key_id.to_bytes(4) + signature).decode()
    forged = f"{text}\n— {named.name} {encoded}\n"
    proof = replace(active_at(16, HONEST.run("registry")), checkpoint=forged)
    with pytest.raises(ProofRefused, match="not of its signer"):
        check_history_proof(proof.to_bytes(), [named], check)


def test_an_entry_that_logs_no_index_is_refused_as_one() -> None:
    proof = replace(active_at(16, HONEST.run("registry")), index=HONEST.prove(15))
    refused(proof, "entry 15 logs no index")


def test_an_entry_of_a_kind_that_nobody_knows_is_refused() -> None:
    strange = History()
    strange.raws[15] = strange.raws[15].replace(b"version-withdrawn/v1", b"version-withdrawn/v9")
    strange.note = strange.signed(ORIGIN, ORIGIN)
    refused(replace(active_at(16, HONEST.run("registry")), checkpoint=strange.note,
                    index=strange.prove(15)), "entry 15 cannot be read")  # fmt: skip


@pytest.mark.parametrize(("first", "stop"), [(1, 6), (0, 5), (2, 7)])
def test_consecutive_positions_claimed_that_are_not_are_refused(first: int, stop: int) -> None:
    run = HONEST.run("registry", first, stop)
    for shift in (-1, 1, 2):
        if first + shift >= 0:
            with pytest.raises(ProofRefused):
                checked(active_at(14, replace(run, first=first + shift)))
    for gap in range(1, stop - first - 1):
        entries = (*run.entries[:gap], *run.entries[gap + 1 :])
        with pytest.raises(ProofRefused):
            checked(active_at(14, replace(run, entries=entries)))


def test_a_trimmed_end_is_missed() -> None:
    refused(active_at(16, HONEST.run("registry", 2, 6)), "breaks off before 16 entries")
    refused(active_at(14, HONEST.run("registry", 2, 3)), "breaks off before 14 entries")
    refused(active_at(12, HONEST.run("registry", 0, 3)), "breaks off before 12 entries")
    refused(active_at(11, HONEST.run("registry", 0, 0)), "breaks off before 11 entries")
    cut = replace(HONEST.run("registry", 2, 6), count=6)
    refused(active_at(16, cut), "leads to another root than the map's")
    hidden = replace(HONEST.run("registry", 2, 6), after=())
    refused(active_at(16, hidden), "does not fit trees of these sizes")


def test_a_trimmed_beginning_is_missed() -> None:
    refused(active_at(9, HONEST.run("registry", 1, 4)), "not show what was active after 9 entries")
    refused(active_at(12, HONEST.run("registry", 3, 7)), "what was active after 12 entries")
    run = HONEST.run("registry", 2, 7)
    refused(active_at(16, replace(run, before=())), "no beginning of the stream registry")
    refused(active_at(16, replace(run, before=("0" * 64,))), "two different trees")
    refused(active_at(16, replace(run, first=0, before=())), "is number 3 of registry")


def test_a_stream_called_absent_that_is_there_is_refused() -> None:
    gone = History(tuple(event for event in STORY if event.stream != "registry"))
    assert checked(active_at(9, gone.run("registry"), gone)).answer.state is not None
    refused(active_at(9, gone.run("registry")), "another root|another part|the very key")
    absent = replace(HONEST.run("registry", 0, 0), count=0, root=gone.run("registry").root)
    refused(active_at(9, absent), "leads to another root than the map's")


def test_a_proof_of_absence_that_shows_entries_all_the_same_is_refused() -> None:
    nothing = HONEST.run("version:nobody")
    runs = [
        replace(nothing, entries=(HONEST.prove(8),)),
        replace(nothing, first=1),
        replace(nothing, before=("0" * 64,)),
        replace(nothing, after=("0" * 64,)),
        replace(nothing, root="0" * 64),
    ]
    for run in runs:
        refused(HONEST.proof(ActiveAt(HONEST.moment(9)), run), "is absent, and yet")


def test_a_moment_beyond_the_index_is_refused() -> None:
    later = History(later=[make.activated(2)])
    assert later.at == 17
    assert checked(active_at(16, later.run("registry"), later)).covered == 16
    refused(active_at(17, later.run("registry"), later), "the index covers 16 entries, not 17")
    # The index-logged entry itself cannot be an activation.
    assert checked(active_at(17, HONEST.run("registry"))).covered == 17
    refused(active_at(18, HONEST.run("registry")), "the index covers 17 entries, not 18")


def test_an_entry_that_the_index_does_not_cover_is_no_part_of_a_run() -> None:
    later = REGISTRY.encode(make.entry(make.activated(2), 8, clock(16)))
    strange = History(
        lie=lambda sublogs: sublogs["registry"].append((16, leaf_hash(later))),
        later=[make.activated(2)],
    )
    assert strange.raws[16] == later
    refused(active_at(16, strange.run("registry"), strange), "beyond the 16 indexed ones")


def proof_at_time(size: int, time: str, **parts: ProvedEntry | None) -> HistoryProof:
    moment = replace(HONEST.moment(size, time), **parts)
    return HONEST.proof(ActiveAt(moment), HONEST.run("registry"))


def test_a_time_lies_between_two_entries_that_are_shown() -> None:
    assert checked(proof_at_time(12, clock(11))).answer.state is not None
    before = proof_at_time(0, "2000-01-01T00:00:00.000000Z")
    state = checked(before).answer.state
    assert state is not None
    assert state.index is None
    refused(proof_at_time(12, clock(12)), "entry 12 is not later")
    refused(proof_at_time(12, clock(10)), "entry 11 is later")
    refused(proof_at_time(12, clock(11), last=None), "not show the entry just before")
    refused(proof_at_time(12, clock(11), last=HONEST.prove(10)), "not show the entry just before")
    refused(proof_at_time(12, clock(11), next=None), "does not show entry 12")
    refused(proof_at_time(12, clock(11), next=HONEST.prove(13)), "does not show entry 12")
    forged = replace(HONEST.prove(12), entry=HONEST.prove(13).entry)
    refused(proof_at_time(12, clock(11), next=forged), "another root than the tree's")
    for part in ({"last": HONEST.prove(11)}, {"next": HONEST.prove(12)}):
        moment = replace(HONEST.moment(12), **part)
        proof = HONEST.proof(ActiveAt(moment), HONEST.run("registry"))
        refused(proof, "needs no entries beside it")


def test_a_version_that_was_active_is_never_proved_not_to_have_been() -> None:
    """The counter-example is named, whichever two sizes the activity touches."""
    for since, until in product(range(17), repeat=2):
        question = NeverActive(ONE, make.dna(1), HONEST.moment(since), HONEST.moment(until))
        proof = HONEST.proof(question, HONEST.run(OWN, 0, 1), HONEST.run("registry"))
        # Active after 9, 10, 11 entries, and after 15.
        if since > until:
            refused(proof, "runs backwards")
        elif {9, 10, 11, 15} & {*range(since, until + 1)}:
            refused(proof, "activated it")
        else:
            assert checked(proof).answer.subject is not None


@pytest.mark.parametrize("names", [(ONE, make.dna(2)), (TWO, make.dna(1)), (ONE, None)])
def test_a_name_that_is_not_the_versions_own_is_refused(names: tuple[str, str | None]) -> None:
    manifest, dna = names
    question = NeverActive(manifest, dna, HONEST.moment(0), HONEST.moment(5))
    own = HONEST.run(f"version:{manifest}", 0, 1)
    refused(HONEST.proof(question, own, HONEST.run("registry")), "does not show that")
    if dna is not None:
        history = HONEST.proof(HistoryOf(manifest, dna), own)
        refused(history, "does not show that")


def test_a_version_that_never_existed_was_never_active() -> None:
    nobody = make.digest("nobody")
    moments = (HONEST.moment(0), HONEST.moment(16))
    runs = (HONEST.run(f"version:{nobody}"), HONEST.run("registry"))
    proved = checked(HONEST.proof(NeverActive(nobody, None, *moments), *runs))
    assert proved.answer.certified is None
    named = HONEST.proof(NeverActive(nobody, "OneSeek-7B-Zero.v9.0", *moments), *runs)
    refused(named, "nothing shows that OneSeek-7B-Zero.v9.0 is a name of this version")
    by_name = HONEST.proof(NeverActive(None, "OneSeek-7B-Zero.v9.0", *moments), runs[1])
    assert str(checked(by_name).answer.subject) == "OneSeek-7B-Zero.v9.0"
    refused(HONEST.proof(NeverActive(None, make.dna(2), *moments), runs[1]), "activated it")
    refused(HONEST.proof(NeverActive(None, None, *moments), runs[1]), "names no version")


def history_runs() -> list[StreamRun]:
    return [
        HONEST.run(OWN),
        HONEST.run("training:t1"),
        HONEST.run("line:sv", 0, 1),
        HONEST.run("registry"),
    ]


def history(*runs: StreamRun) -> HistoryProof:
    return HONEST.proof(HistoryOf(ONE, make.dna(1)), *runs)


def test_a_history_is_told_from_all_streams_or_not_at_all() -> None:
    whole = history_runs()
    told = checked(history(*whole)).answer.told
    assert [item.index for item in told] == [2, 3, 4, 5, 8, 11, 12, 13, 14, 15]
    assert checked(history(*whole[:2], HONEST.run("line:sv"), whole[3])).answer.told == told
    for position, run, match in (
        (0, HONEST.run(OWN, 0, 0), "does not show that"),
        (1, HONEST.run("training:t1", 0, 1), "whole stream training:t1"),
        (1, HONEST.run("training:t1", 1, 2), "whole stream training:t1"),
        (2, HONEST.run("line:sv", 1, 2), "which number"),
        (3, HONEST.run("registry", 0, 6), "all of the registry since the certification"),
        (3, HONEST.run("registry", 1, 7), "all of the registry since the certification"),
        (3, HONEST.run("registry", 7, 7), "all of the registry since the certification"),
        (1, HONEST.run("training:t2"), "must show the streams version:"),
    ):
        runs = list(whole)
        runs[position] = run
        refused(history(*runs), match)
    refused(history(), "does not show that")


def test_a_version_whose_later_entries_are_kept_back_has_no_history() -> None:
    log = History((*STORY, make.signed(1)))
    runs = [log.run(OWN, 0, 1), log.run("training:t1"), log.run("line:sv", 0, 1)]
    proof = log.proof(HistoryOf(ONE, make.dna(1)), *runs, log.run("registry"))
    refused(proof, "whole stream version:")


def test_the_registry_may_be_shown_from_just_before_the_certification() -> None:
    log = History((*STORY, make.numbered(3), make.certified(3), make.activated(3)))
    runs = [
        log.run(f"version:{make.manifest(3)}"), log.run("training:t3"), log.run("line:sv", 2, 3),
        log.run("registry", 6),
    ]  # fmt: skip
    proof = log.proof(HistoryOf(make.manifest(3), make.dna(3)), *runs)
    assert [item.index for item in checked(proof).answer.told] == [16, 17, 18]
    later = log.proof(HistoryOf(make.manifest(3), make.dna(3)), *runs[:3], log.run("registry", 7))
    refused(later, "all of the registry since the certification")


# From here on the log itself lies, and signs it.


def lying(lie: Callable[[SubLogs], object]) -> History:
    return History(lie=lie)


def test_a_log_cannot_leave_an_activation_out_of_the_middle_of_its_index() -> None:
    """The entries carry their places in the stream, so that the index alone cannot hide one."""
    log = lying(lambda sublogs: sublogs["registry"].pop(5))
    refused(active_at(16, log.run("registry"), log), "entry 15 is number 7 of registry")


def test_a_log_cannot_put_an_entry_of_another_stream_into_a_sub_log() -> None:
    log = lying(lambda sublogs: sublogs["registry"].insert(2, sublogs["query:q1"][0]))
    refused(active_at(16, log.run("registry"), log), "entry 10 is of the stream query:q1, not reg")


def test_a_log_cannot_index_entries_out_of_order() -> None:
    log = lying(lambda sublogs: sublogs["registry"].reverse())
    refused(active_at(16, log.run("registry"), log), "entry 15 is number 7")


def test_a_log_cannot_index_an_entry_under_another_index() -> None:
    def move(sublogs: SubLogs) -> None:
        sublogs["registry"][0] = (7, sublogs["registry"][0][1])

    log = lying(move)
    run = replace(log.run("registry"), entries=HONEST.run("registry").entries)
    refused(active_at(16, run, log), "another root than the tree's|does not lead to the root")


def test_a_log_cannot_speak_for_entries_that_came_after_its_index() -> None:
    log = History(size=17)
    refused(active_at(16, log.run("registry"), log), "the index of entry 16 covers later entries")


def test_a_log_that_hides_the_end_is_believed_and_has_signed_the_evidence_against_itself() -> None:
    """The one lie that a proof alone does not show; the audit of the whole ledger does."""
    log = lying(lambda sublogs: sublogs["registry"].pop())
    state = checked(active_at(16, log.run("registry"), log)).answer.state
    assert state is not None
    assert state.dna == make.dna(1)


def test_without_a_key_all_but_the_signature_is_checked() -> None:
    proof = active_at(16, HONEST.run("registry"))
    assert check_history_proof(proof.to_bytes(), [], check).signed_by == ()
    assert checked(proof).signed_by == (public_key(),)
    broken = replace(proof, index=HONEST.prove(15))
    with pytest.raises(ProofRefused):
        check_history_proof(broken.to_bytes(), [], check)
    with pytest.raises(InvalidInput):
        check_history_proof(replace(proof, checkpoint="nonsense").to_bytes(), [], check)
