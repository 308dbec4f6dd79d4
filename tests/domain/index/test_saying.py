"""The sentences say what was proved, and by what."""

from dataclasses import replace

import builders as make
from histories import ORIGIN, History, check, clock, public_key
from oneseek.domain.index.checking import ProvedHistory, check_history_proof
from oneseek.domain.index.proof_file import ActiveAt, HistoryOf, Moment, NeverActive, StreamRun
from oneseek.domain.index.saying import conclusion, sentences, state_in_words

LOG = History()
ONE = make.manifest(1)
NOBODY = make.digest("nobody")


def proved(
    question: ActiveAt | NeverActive | HistoryOf, *runs: StreamRun, signed: bool = True
) -> ProvedHistory:
    keys = [public_key()] if signed else []
    return check_history_proof(LOG.proof(question, *runs).to_bytes(), keys, check)


def active_at(moment: Moment) -> ProvedHistory:
    return proved(ActiveAt(moment), LOG.run("registry"))


def test_what_was_active_is_said_with_its_entry() -> None:
    assert conclusion(active_at(LOG.moment(11))) == (
        f"after 11 entries {make.dna(1)} was active: activated by entry 8 of {clock(8)}"
    )
    assert conclusion(active_at(LOG.moment(13))) == (
        f"after 13 entries nothing was active since entry 12 of {clock(12)} (registry-reset/v1)"
    )
    assert conclusion(active_at(LOG.moment(8))) == (
        "after 8 entries nothing was active: nothing had ever been"
    )
    assert state_in_words(None).startswith("nothing was active")


def test_signature_and_index_are_named_first() -> None:
    said = sentences(active_at(LOG.moment(11)))
    assert said[:2] == [
        f"the checkpoint of 17 entries is signed by {ORIGIN}",
        f"entry 16 of {clock(16)} logged the index of the first 16 entries",
    ]
    unsigned = proved(ActiveAt(LOG.moment(11)), LOG.run("registry"), signed=False)
    assert sentences(unsigned) == said[1:]


def test_a_time_is_said_with_the_entries_beside_it() -> None:
    said = sentences(active_at(LOG.moment(11, clock(10))))
    assert said[2] == f"{clock(10)} lies at 11 entries: entry 10 is not later, entry 11 is"
    early = "2000-01-01T00:00:00.000000Z"
    said = sentences(active_at(LOG.moment(0, early)))
    assert said[2] == f"{early} lies at 0 entries: entry 0 is"


def test_that_a_version_was_never_active_is_said_with_whether_it_ever_was_certified() -> None:
    moments = (LOG.moment(12, clock(11)), LOG.moment(14))
    certified = proved(NeverActive(ONE, make.dna(1), *moments), LOG.run(f"version:{ONE}", 0, 1),
                       LOG.run("registry"))  # fmt: skip
    assert sentences(certified)[2:] == [
        f"{clock(11)} lies at 12 entries: entry 11 is not later, entry 12 is",
        f"{make.dna(1)} was never active from 12 to 14 entries; entry 5 certified it",
    ]
    absent = proved(
        NeverActive(NOBODY, None, *moments), LOG.run(f"version:{NOBODY}"), LOG.run("registry")
    )
    assert conclusion(absent) == (
        f"{NOBODY} was never active from 12 to 14 entries; no entry has certified it, up to 17 "
        "entries"
    )
    named = proved(NeverActive(None, "OneSeek-7B-Zero.v9.0", *moments), LOG.run("registry"))
    assert conclusion(named).endswith("; no activation names it")
    assert "no activation" in conclusion(replace(named, answer=replace(named.answer, subject=None)))


def test_a_history_is_said_entry_by_entry() -> None:
    told = proved(
        HistoryOf(ONE, make.dna(1)), LOG.run(f"version:{ONE}"), LOG.run("training:t1"),
        LOG.run("line:sv", 0, 1), LOG.run("registry"),
    )  # fmt: skip
    said = sentences(told)
    assert said[6] == f"entry 8 of {clock(8)}: activated"
    assert said[-1] == (f"10 entries tell of {make.dna(1)}; up to 17 entries there are no others")
