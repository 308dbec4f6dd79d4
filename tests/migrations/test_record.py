import json
from typing import Any

import pytest

from migrations.examples import look_at
from oneseek.migrations.format import Reading, VersionFacts
from oneseek.migrations.record import MAX_FINDINGS, MAX_LIST, Record, record_reader
from oneseek.migrations.verdicts import Verdict


def record(**values: Any) -> Record:
    return Record(values, look_at("a/b.json", b"{}"))


def told(made: Record) -> list[tuple[str, str, str]]:
    return [(f.check, f.where.rpartition(": ")[2], f.found) for f in made.findings()]


def test_values_of_the_right_type_are_read() -> None:
    made = record(a="x", b=1.5, c=3, d=True, e=["x"], f={"g": 1, "h": {"i": 2}}, j={"k": 1.0})
    assert made.text("a") == "x"
    assert made.number("b") == 1.5
    assert made.count("c") == 3
    assert made.flag("d") is True
    assert made.texts("e") == ("x",)
    part = made.part("f")
    assert part.count("g") == 1
    assert part.part("h").count("i") == 2
    assert made.numbers("j") == {"k": 1.0}
    assert told(made) == []


@pytest.mark.parametrize(
    ("method", "value", "found"),
    [
        ("text", 1, "a whole number"),
        ("number", "1", "a text"),
        ("number", True, "true or false"),
        ("number", float("nan"), "a number"),
        ("number", float("inf"), "a number"),
        ("count", -1, "a whole number"),
        ("count", 2**53 + 1, "a whole number"),
        ("count", 1.0, "a number"),
        ("count", False, "true or false"),
        ("flag", 0, "a whole number"),
        ("texts", "x", "a text"),
        ("texts", {"a": 1}, "an object"),
        ("part", [], "a list"),
    ],
)
def test_values_of_a_wrong_type_are_left_out_and_told(
    method: str, value: object, found: str
) -> None:
    made = record(a=value)
    read = getattr(made, method)("a")
    assert read in (None, ()) or (isinstance(read, Record) and not read.values)
    assert told(made) == [("field-type", "a", found)]


@pytest.mark.parametrize("method", ["text", "number", "count", "flag", "texts", "part"])
def test_null_is_nothing_and_no_finding(method: str) -> None:
    made = record(a=None)
    getattr(made, method)("a")
    assert told(made) == []


def test_what_is_missing_and_what_is_unknown_is_named_with_its_place() -> None:
    made = record(a={"b": 1, "c": 2}, d=3)
    made.part("a").count("b")
    made.text("e", required=True)
    assert told(made) == [
        ("field-missing", "e", "nothing"),
        ("field-unknown", "a/b.json", "d"),
        ("field-unknown", "a.", "c"),
    ]


def test_a_part_that_is_asked_for_twice_is_one() -> None:
    made = record(a={"b": 1, "c": 2})
    made.part("a").count("b")
    made.part("a").count("c")
    assert told(made) == []


def test_other_entries_of_a_list_of_texts_are_counted_and_long_lists_cut() -> None:
    made = record(a=["x", 1, None], b=["y"] * (MAX_LIST + 1))
    assert made.texts("a") == ("x",)
    assert len(made.texts("b")) == MAX_LIST
    assert told(made) == [
        ("field-type", "a", "2 others"),
        ("field-type", "b", str(MAX_LIST + 1)),
    ]


def test_a_hostile_record_has_no_endless_findings_nor_odd_names_in_them() -> None:
    made = record(**{f"a{n}": 1 for n in range(100)}, **{"\x1b[31m\ud800" + "x" * 500: 1})
    for n in range(100):
        made.text(f"a{n}")
    found = made.findings()
    assert len(found) == MAX_FINDINGS
    odd = record(**{"\x1b[31m\ud800" + "x" * 500: 1})
    (only,) = odd.findings()
    assert only.found.isprintable()
    assert len(only.found) <= 40


def test_a_reader_answers_for_what_is_no_record() -> None:
    def read(made: Record) -> Reading:
        made.allow(*made.values)
        facts = VersionFacts(name=made.text("a"), values={"n": made.get("n"), "l": ["\ud800"]})
        return Reading(verdict=Verdict.ASSERTED, reason="x", facts=facts)

    reading = record_reader(read)
    data = json.dumps({"a": "x\ud800", "n": 2**70}).encode()
    made = reading(look_at("a.json", data)).facts
    assert made == VersionFacts(name="x\\ud800", values={"n": None, "l": ("\\ud800",)})
    for data, said in ((b"[1]", "a list"), (b"{", "no JSON"), (b'"\xe5"', "undecodable")):
        broken = reading(look_at("a.json", data))
        assert said in broken.reason
        assert [finding.check for finding in broken.findings] == ["record-unreadable"]
    nan = reading(look_at("a.json", b'{"b": NaN}'))
    assert [finding.check for finding in nan.findings] == ["no-number"]
