"""Findings for people: equal ones once, and a weakness of a kind apart from what is amiss."""

from oneseek.adapters.reports.migration_findings import Alike, alike, number_of, parted


def row(where: str, found: str = "b", hint: str | None = None) -> dict[str, str | None]:
    return {"check": "c", "where": where, "expected": "a", "found": found, "hint": hint}


def test_findings_that_differ_in_their_place_alone_are_told_once() -> None:
    assert list(alike([row("x"), row("y", found="other"), row("z"), row("w", hint="do")])) == [
        Alike("a", "b", "", ("x", "z")),
        Alike("a", "other", "", ("y",)),
        Alike("a", "b", "do", ("w",)),
    ]


def test_what_no_old_ledger_could_prove_is_apart_from_what_is_amiss() -> None:
    checks = [
        {"check": name, "count": count, "rows": []}
        for name, count in (("ledger-end-unproven", 2), ("ledger-hash", 1), ("time-false-z", 1))
    ]
    amiss, limits = parted(checks)
    assert [group["check"] for group in amiss] == ["ledger-hash"]
    assert number_of(limits) == 3
