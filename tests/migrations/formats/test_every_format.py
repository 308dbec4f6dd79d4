"""What holds for every metadata format: it knows its own, survives anything, and keeps secrets."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrations.examples import EXAMPLES, QUESTION, Example, example, look_at
from oneseek.migrations.classing import Classed, classify
from oneseek.migrations.format import Reading
from oneseek.migrations.verdicts import Verdict

RECORDS = [kind for kind, made in EXAMPLES.items() if isinstance(made.value, dict)]
PERSONAL = (
    "autonomy-state human-checkpoint training-sample interaction prepared-split "
    "dataset-of-questions private-key credentials"
).split()


def classed(made: Example, data: bytes | None = None) -> Classed:
    return classify(look_at(made.path, made.data if data is None else data))


@pytest.mark.parametrize("kind", EXAMPLES)
def test_an_example_is_known_and_read_without_a_finding(kind: str) -> None:
    found = classed(EXAMPLES[kind])
    assert found.form is not None
    assert found.form.name == kind
    assert found.form.personal is (kind in PERSONAL)
    assert found.reading is not None
    assert found.reading.verdict is not Verdict.CONTRADICTED
    assert found.reading.reason
    expected = {
        "reset-readme": "erased-by-reset",
        "private-key": "secret-in-tree",
        "credentials": "secret-in-tree",
    }
    assert [finding.check for finding in found.reading.findings] == [
        check for name, check in expected.items() if name == kind
    ]


@pytest.mark.parametrize("kind", RECORDS)
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda data: data[: len(data) // 2], "no JSON"),
        (lambda data: b"", "no JSON"),
        (lambda data: b'{"x": "\xe5"}', "undecodable"),
        (lambda data: b"[" + data + b"]", "a list"),
        (lambda data: b"null", "null"),
        (lambda data: b'{"a":' * 500 + b"1" + b"}" * 500, "nested"),
        (lambda data: b'{"a": ' + b"9" * 5000 + b"}", "no JSON"),
    ],
)
def test_a_damaged_record_says_why(kind: str, damage: Callable[[bytes], bytes], said: str) -> None:
    found = classed(EXAMPLES[kind], damage(EXAMPLES[kind].data))
    if found.form is None:  # only its content told what it was
        assert kind == "base-model-file"
        return
    assert found.reading is not None
    assert "record-unreadable" in {finding.check for finding in found.reading.findings}
    assert said in found.reading.reason


@pytest.mark.parametrize("kind", RECORDS)
def test_a_byte_order_mark_an_unknown_field_and_a_doubled_key_are_told(kind: str) -> None:
    made = EXAMPLES[kind]
    key = next(iter(made.value))
    text = json.dumps({**made.value, "zzz": 1})[:-1]
    again = f', "{key}": {json.dumps(made.value[key])}}}'
    found = classed(made, b"\xef\xbb\xbf" + (text + again).encode())
    assert found.reading is not None
    checks = {finding.check for finding in found.reading.findings}
    if kind == "tokenizer-file":
        return
    assert {"byte-order-mark", "key-repeated"} <= checks
    # PEFT, transformers and people's records have fields of anybody's choice.
    open_to_all = ("adapter-config", "base-model-file", *PERSONAL)
    assert ("field-unknown" in checks) is (kind not in open_to_all)


_ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.just(2**70), st.just(10**400), st.floats(),
    st.text(max_size=5), st.just("\ud800"), st.just("a\0\u202e\n"), st.just("x" * 3000),
    st.just([]), st.just({}), st.just([[None]]), st.just({"": {"": [1]}}),
    st.just("../../../etc"), st.just("C:\\x"), st.just("9999-12-31T23:59:59-23:59"),
    st.just(["\ud800", 1, None]), st.just({"\ud800": 2**64}), st.just({"x": float("nan")}),
)  # fmt: skip


_NASTY: tuple[Any, ...] = (
    None, True, -1, 2**70, 1e400, float("nan"), "\ud800", "x\0\u202e\n" * 200, [[None]],
    ["\ud800", 2**70, "../../etc"], {"\ud800": 2**70, "a": "\ud800", "b": [1]},
)  # fmt: skip


def _with_each_field_replaced(value: dict[str, Any], nasty: object) -> Iterator[dict[str, Any]]:
    for key, inner in value.items():
        yield {**value, key: copy.deepcopy(nasty)}
        if isinstance(inner, dict):
            for changed in _with_each_field_replaced(inner, nasty):
                yield {**value, key: changed}


@pytest.mark.parametrize("kind", RECORDS)
def test_a_wrong_type_in_any_field_leaves_the_rest_readable(kind: str) -> None:
    made = EXAMPLES[kind]
    for nasty in _NASTY:
        for value in _with_each_field_replaced(made.value, nasty):
            found = classed(made, json.dumps(value).encode())
            assert "format-failed" not in {finding.check for finding in found.findings}, value
            if found.reading is not None:
                checks = {finding.check for finding in found.reading.findings}
                assert "unwritable-record" not in checks, value


@st.composite
def _mutated(draw: st.DrawFn) -> tuple[Example, dict[str, Any]]:
    made = example(draw(st.sampled_from(RECORDS)))
    value = copy.deepcopy(made.value)
    for _ in range(draw(st.integers(1, 4))):
        place: Any = value
        while isinstance(place, dict) and place:
            key = draw(st.sampled_from(sorted(place)))
            inner = place[key]
            if isinstance(inner, dict) and inner and draw(st.booleans()):
                place = inner
                continue
            if draw(st.integers(0, 4)) == 0:
                del place[key]
            elif isinstance(inner, list) and inner and draw(st.booleans()):
                inner[draw(st.integers(0, len(inner) - 1))] = copy.deepcopy(draw(_ODD))
            else:
                place[key] = copy.deepcopy(draw(_ODD))
            break
    return made, value


@settings(max_examples=150)
@given(_mutated())
def test_no_change_of_a_record_breaks_its_reader(mutated: tuple[Example, dict[str, Any]]) -> None:
    made, value = mutated
    value["besides"] = {"question": QUESTION}
    found = classed(made, json.dumps(value).encode())
    assert "format-failed" not in {finding.check for finding in found.findings}
    if found.reading is not None:
        assert "unwritable-record" not in {finding.check for finding in found.reading.findings}
        msgspec.json.decode(msgspec.json.encode(found.reading), type=Reading)
        assert len(found.reading.says) <= 500
        assert QUESTION not in repr(found.reading)


@pytest.mark.parametrize("kind", PERSONAL)
def test_no_format_reads_a_text_of_a_person_out(kind: str) -> None:
    assert QUESTION not in repr(classed(EXAMPLES[kind]).reading)


def test_a_record_with_endless_lists_is_read_as_far_as_records_go() -> None:
    made = example("certified-metadata")
    made.value["adapters"] = [f"a{n}" for n in range(50_000)]
    made.value["epochLosses"] = [{"epoch": n, "loss": 1.0 + n} for n in range(50_000)]
    made.value["metrics"] = {f"m{n}": n for n in range(50_000)}
    found = classed(made)
    assert found.reading is not None
    checks = [finding.check for finding in found.reading.findings]
    assert checks == ["field-type", "field-type", "field-unknown"]
