from typing import Any

from migrations.examples import look_at
from oneseek.migrations.claims import (
    agreement,
    asserted,
    claim,
    figure_claims,
    figures,
    said_claims,
    summed,
    time_claim,
    time_of,
)
from oneseek.migrations.record import Record
from oneseek.migrations.verdicts import Verdict


def record(**values: Any) -> Record:
    return Record(values, look_at("a", b"{}"))


def test_one_contradiction_is_enough() -> None:
    good = claim("a", 1, Verdict.VERIFIED, "yes")
    assert summed([good]) == (
        Verdict.ASSERTED,
        "a recomputed; the rest only the record says so",
    )
    assert summed([asserted("b", 1)]) == (Verdict.ASSERTED, "only the record says so")
    assert summed([], simulated=True)[1].endswith("constants of the old code")
    bad = claim("c", 1, Verdict.CONTRADICTED, "no")
    assert summed([good, bad]) == (Verdict.CONTRADICTED, "c: no")
    assert summed([bad, bad])[1] == "c: no (and 1 more)"


def test_what_was_recomputed_agrees_or_contradicts() -> None:
    assert agreement("a", 1, True, yes="y", no="n") == claim("a", 1, Verdict.VERIFIED, "y")
    assert agreement("a", 1, False, yes="y", no="n") == claim("a", 1, Verdict.CONTRADICTED, "n")


def test_a_claim_is_fit_to_be_written_down() -> None:
    made = asserted("metric:\ud800" + "x" * 200, "y\n" * 500)
    assert len(made.about) == 100
    assert len(made.says) == 500
    made.says.encode()
    made.about.encode()


def test_figures_that_are_no_numbers_make_no_claims() -> None:
    values = figures(record(a=1, b="2", c=None, d=0.5), "a", "b", "c", "d", "e")
    assert values == {"a": 1, "d": 0.5}
    assert [made.about for made in figure_claims(values)] == ["metric:a", "metric:d"]
    said = said_claims(record(a=1, b="x", c=[1], d=None), ("a", "b", "c", "d", "e"), "p-")
    assert [(made.about, made.says) for made in said] == [("p-a", "1"), ("p-b", "x")]


def test_a_time_that_is_none_is_told_and_still_shown() -> None:
    made = record(a="soon", b=3)
    time = time_of(made, "a")
    assert time.zone is None
    assert time_claim("created", time)[0].says == "soon"
    assert time_claim("created", time_of(made, "b")) == []
    assert time_claim("created", time_of(made, "c")) == []
    assert [finding.check for finding in made.findings()] == ["field-type", "field-type"]
