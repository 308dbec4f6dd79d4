"""Answered questions are read fast; whatever is amiss is found as by the strict reading."""

import pytest
from forging import put, raw, sealed_head

import builders as make
from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.domain.audit.ledger_audit import audit_ledger
from oneseek.domain.entry import Entry
from oneseek.domain.findings import Finding
from workbench import Workbench


@pytest.fixture
def asked(ledger: Workbench) -> Workbench:
    """The ledger with entries 10 to 14: three questions, something else, a question."""
    ledger.append(*(make.answered(f"q{n}", make.manifest(1)) for n in range(3)))
    ledger.append(make.repaired())
    ledger.append(make.answered("q3"))
    return ledger


def both(bench: Workbench) -> tuple[tuple[Finding, ...], list[tuple[int, Entry]]]:
    """Return what the quick reading finds and tells, which the strict one must find and tell."""
    found, told = [], []
    for quick in (True, False):
        heard: list[tuple[int, Entry]] = []
        report = audit_ledger(
            bench.ledger, (bench.key,), check_ed25519, origin=make.ORIGIN, quick=quick,
            hear=lambda first, entries, heard=heard: heard.extend(enumerate(entries, first)),
        )  # fmt: skip
        found.append(report.findings)
        told.append([(i, e.stream, e.time, e.actor, e.kind) for i, e in heard])
    assert found[0] == found[1]
    assert told[0] == told[1]
    return found[0], heard


def test_both_readings_tell_the_same_of_a_good_ledger(asked: Workbench) -> None:
    found, heard = both(asked)
    assert found == ()
    assert [index for index, _ in heard] == list(range(15))


def test_a_ledger_of_questions_alone_is_read_too(ledger: Workbench) -> None:
    for number in range(1005):
        if number % 500 == 0:
            ledger.append(*(make.answered(f"x{number}-{n}") for n in range(500)))
    assert both(ledger)[0] == ()


@pytest.mark.parametrize("hashed", [False, True])
@pytest.mark.parametrize("index", [11, 13])
def test_a_changed_entry_is_found(asked: Workbench, index: int, hashed: bool) -> None:
    put(asked, index, raw(asked, index).replace(b"anna", b"emma"), hashed=hashed)
    assert both(asked)[0]


@pytest.mark.parametrize(
    "change",
    [
        (b'"actor":"anna"', b'"actor": "anna"'),
        (b'"actor":"anna"', b'"actor":"anna","actor":"anna"'),
        (b'"actor":"anna"', b'"actor":"anna","more":1'),
        (b'"actor":"anna"', b'"actor":"anna"\n'),
        (b'"body":{', b'"bodies":{'),
        (b'"time":"2026', b'"time":"26'),
        (b'"time":"2026-11-20', b'"time":"2026-13-20'),
    ],
)
def test_an_entry_that_is_not_canonical_is_found_even_if_it_was_signed(
    asked: Workbench, change: tuple[bytes, bytes]
) -> None:
    put(asked, 11, raw(asked, 11).replace(*change), hashed=True)
    sealed_head(asked)
    found, heard = both(asked)
    assert ("entry-unreadable", "entry 11") in [(f.check, f.where) for f in found]
    assert 11 not in [index for index, _ in heard]


def test_times_that_go_back_are_found(asked: Workbench) -> None:
    put(asked, 12, raw(asked, 12).replace(b"2026-11-20T18", b"2026-11-20T17"), hashed=True)
    sealed_head(asked)
    assert "clock-backwards" in [finding.check for finding in both(asked)[0]]


def test_nobody_needs_to_listen(asked: Workbench) -> None:
    report = audit_ledger(asked.ledger, (asked.key,), check_ed25519, origin=make.ORIGIN, quick=True)
    assert (report.size, report.findings) == (15, ())
