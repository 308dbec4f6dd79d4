"""Which keys may sign which checkpoint: the rule, and histories that try to get around it."""

from hypothesis import given
from hypothesis import strategies as st

from builders import ORIGIN, entries
from oneseek.domain.events import KeyAdded, KeyRetired
from oneseek.domain.keys import (
    Announcement,
    Endorsement,
    announcements,
    follow_chain,
    key_ring,
)
from oneseek.domain.note.signed_note import VerifierKey, key_id
from oneseek.domain.state.fold import apply
from oneseek.domain.state.store import DictState


def key(letter: str, name: str = ORIGIN, algorithm: int = 1) -> VerifierKey:
    public = letter.encode() * 32
    return VerifierKey(name, key_id(name, algorithm, public), algorithm, public)


A, B, C, EVIL = key("a"), key("b"), key("c"), key("e")
FIRST = Announcement(A, added=1)


def signed(size: int, *keys: VerifierKey) -> Endorsement:
    return Endorsement(size, frozenset(keys))


def test_a_pinned_key_may_sign_every_size_until_it_is_retired() -> None:
    ring = key_ring((A,), (Announcement(A, 1, retired=9),), 20)
    assert [n for n in range(12) if A in ring.at(n)] == list(range(10))
    assert key_ring((A,), (), 0).at(10**9) == (A,)


def test_an_announced_key_signs_only_what_is_larger_than_its_announcement() -> None:
    ring = follow_chain((A,), (FIRST, Announcement(B, 5, retired=9)), [signed(6, A), signed(10, A)])
    assert [n for n in range(12) if B in ring.at(n)] == [7, 8, 9]


def test_a_key_never_vouches_for_itself() -> None:
    announced = (FIRST, Announcement(EVIL, 5))
    ring = follow_chain((A,), announced, [signed(5, A), signed(6, EVIL), signed(9, EVIL)])
    assert ring.keys == (A,)
    assert ring.trusted == 5


def test_two_strangers_do_not_vouch_for_each_other() -> None:
    announced = (FIRST, Announcement(EVIL, 5), Announcement(C, 6))
    found = [signed(5, A), signed(6, EVIL), signed(7, C), signed(8, EVIL)]
    assert follow_chain((A,), announced, found).keys == (A,)


def test_trust_goes_from_key_to_key() -> None:
    announced = (FIRST, Announcement(B, 4), Announcement(C, 6))
    found = [signed(5, A), signed(7, B), signed(9, C)]
    ring = follow_chain((A,), announced, found)
    assert (ring.keys, ring.trusted) == ((A, B, C), 9)


def test_a_later_key_vouches_for_the_ones_before_it() -> None:
    announced = (FIRST, Announcement(B, 4))
    found = [signed(2, A), signed(5, A), signed(7, B), signed(8, A)]
    ring = follow_chain((B,), announced, found)
    assert ring.at(2) == (B, A)
    assert ring.trusted == 8


def test_no_key_signs_its_own_retirement_nor_anything_after_it() -> None:
    announced = (FIRST, Announcement(B, 4, retired=8))
    found = [signed(5, A), signed(8, B), signed(9, B), signed(10, B)]
    ring = follow_chain((A,), announced, found)
    assert ring.trusted == 8
    assert B in ring.at(8)
    assert B not in ring.at(9)


def test_whom_a_retired_key_announces_is_not_trusted() -> None:
    announced = (FIRST, Announcement(B, 4, retired=6), Announcement(EVIL, 7))
    found = [signed(5, A), signed(7, A), signed(8, B), signed(9, EVIL)]
    assert EVIL not in follow_chain((A,), announced, found).keys


def folded(*events: KeyAdded | KeyRetired) -> DictState:
    state = DictState()
    for index, entry in enumerate(entries(events)):
        apply(state, index, entry)
    return state


def added(item: VerifierKey | str, purpose: str = "checkpoint") -> KeyAdded:
    return KeyAdded(purpose=purpose, verifier=str(item))


def retired(item: VerifierKey, purpose: str = "checkpoint") -> KeyRetired:
    return KeyRetired(verifier=str(item), purpose=purpose, reason="sold")


def test_the_first_announcement_and_the_first_retirement_count() -> None:
    state = folded(added(A), added(B), retired(B), added(B), retired(B), retired(C))
    assert announcements(state) == (Announcement(A, 0), Announcement(B, 1, 2))


def test_what_verifies_no_checkpoint_of_this_log_is_left_out() -> None:
    stranger, witness = key("x", "other.test/log"), key("w", algorithm=4)
    state = folded(added(A), added("no key"), added(stranger), added(witness), added(B, "model"))
    assert announcements(state, ORIGIN) == (Announcement(A, 0),)
    assert announcements(state) == (Announcement(A, 0), Announcement(stranger, 2))


def test_retiring_a_key_for_one_purpose_leaves_the_other() -> None:
    assert announcements(folded(added(A), added(A, "model"), retired(A, "model"))) == (
        Announcement(A, 0),
    )


KEYS = (A, B, C, EVIL)
STEPS = st.lists(
    st.tuples(st.sampled_from(KEYS), st.sampled_from(["note", "add", "retire"]),
              st.sampled_from(KEYS)),
    max_size=12,
)  # fmt: skip
"""Each step is one entry: who signed it, what it is, and the key that it speaks of."""


def history(
    steps: list[tuple[VerifierKey, str, VerifierKey]],
) -> tuple[tuple[Announcement, ...], list[Endorsement]]:
    """Two entries open the log with A's key; then each step appends one."""
    found, notes = {A: FIRST}, [signed(2, A)]
    for index, (signer, what, about) in enumerate(steps, start=2):
        known = found.get(about)
        if what == "add" and known is None:
            found[about] = Announcement(about, index)
        if what == "retire" and known is not None and known.retired is None:
            found[about] = Announcement(about, known.added, index)
        notes.append(signed(index + 1, signer))
    return tuple(found.values()), notes


def honest(steps: list[tuple[VerifierKey, str, VerifierKey]]) -> int:
    """Return how far a log is that refuses whoever may not write, by the rule said plainly."""
    allowed, gone = {A}, set()
    for number, (signer, what, about) in enumerate(steps):
        after = gone | ({about} if what == "retire" and about in allowed else set())
        if signer not in allowed or signer in after:
            return number
        gone = after
        if what == "add":
            allowed.add(about)
    return len(steps)


@given(STEPS)
def test_as_long_as_only_those_sign_who_may_everything_is_trusted(
    steps: list[tuple[VerifierKey, str, VerifierKey]],
) -> None:
    steps = steps[: honest(steps)]
    announced, notes = history(steps)
    ring = follow_chain((A,), announced, notes)
    assert ring.trusted == len(steps) + 2
    assert all(note.signers & {*ring.at(note.size)} for note in notes)


@given(STEPS)
def test_the_first_checkpoint_by_somebody_who_may_not_is_never_trusted(
    steps: list[tuple[VerifierKey, str, VerifierKey]],
) -> None:
    good = honest(steps)
    steps = steps[: good + 1]
    announced, notes = history(steps)
    ring = follow_chain((A,), announced, notes)
    assert ring.trusted == good + 2
    if good < len(steps):
        (signer,) = notes[-1].signers
        assert signer not in ring.at(notes[-1].size)


@given(STEPS)
def test_only_announced_and_pinned_keys_are_ever_trusted(
    steps: list[tuple[VerifierKey, str, VerifierKey]],
) -> None:
    announced, notes = history(steps)
    ring = follow_chain((A,), announced, notes)
    assert {*ring.keys} <= {A, *(item.key for item in announced)}
    assert all(term.until is None or term.until >= term.since - 2 for term in ring.terms)


@given(STEPS, st.integers(0, 15))
def test_a_key_once_in_force_for_a_size_stays_so_when_the_log_grows(
    steps: list[tuple[VerifierKey, str, VerifierKey]], cut: int
) -> None:
    steps = steps[: honest(steps)]
    shorter = steps[:cut]
    before = follow_chain((A,), *history(shorter))
    after = follow_chain((A,), *history(steps))
    for size in range(len(shorter) + 3):
        assert set(before.at(size)) <= set(after.at(size))
