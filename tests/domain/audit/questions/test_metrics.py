"""Does every metric name the rows and the code that it was measured with?"""

import pytest
from msgspec.structs import replace

import builders as make
from asking import Objects, ask, figure, rows, seen
from oneseek.domain.audit.questions.metrics import MetricsBound

HELD_OUT = {"held out": b"[46,50,1]"}
BEFORE = (make.dataset(), make.started("t1"))


def test_a_measurement_that_names_everything_is_fine() -> None:
    code = "oneseek-provenance 0.1.0 (4f2c)"
    answer = ask(
        MetricsBound(Objects(**HELD_OUT)), *BEFORE, replace(make.measured("t1"), code=code),
        make.certified(1),
    )  # fmt: skip
    assert answer.verdict == "yes"
    (row,) = rows(answer, "metrics")
    assert (row["entry"], row["loss"], row["code"]) == (2, "1.25", code)
    assert figure(answer, "measurements whose code names no commit") == 0
    assert figure(answer, "certified versions without a measurement") == 0


def test_what_was_not_measured_is_counted() -> None:
    answer = ask(
        MetricsBound(Objects()), make.started("t1"), make.certified(1), make.certified(2),
        make.started("t3"), make.failed("t3"),
    )  # fmt: skip
    assert (answer.verdict, answer.because) == ("yes", "nothing was measured")
    assert figure(answer, "certified versions without a measurement") == 2


def test_a_measurement_on_a_dataset_of_its_own_is_fine() -> None:
    started = replace(make.started("t1"), evaluation=make.digest("other"))
    measured = replace(make.measured("t1"), dataset=make.digest("other"))
    objects = Objects(**HELD_OUT)
    answer = ask(MetricsBound(objects), make.dataset("other"), started, measured)
    assert answer.verdict == "yes"
    assert figure(answer, "measurements whose code names no commit") == 1
    (finding,) = ask(MetricsBound(objects), make.dataset(), started, make.measured("t1")).findings
    assert finding.expected == f"{make.digest('other')}, which the training names"


def test_a_measurement_of_nothing_that_is_known_is_found() -> None:
    answer = ask(MetricsBound(Objects(**HELD_OUT)), replace(make.measured("t1"), code=" "))
    assert answer.verdict == "no"
    assert seen(answer) == [
        ("metric-dataset", "entry 0", "a dataset that was registered before",
         make.digest("identity")),
        ("metric-training", "entry 0", "a training t1 that was started before", "none"),
        ("metric-code", "entry 0", "name and version of the code", "nothing"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        (b"[]", "no rows"),
        (b"[0,1]", "rows 0 to 1 of a dataset with 50"),
        (b"[50,51]", "rows 50 to 51 of a dataset with 50"),
        (b'["a"]', "something else"),
        (b"\xff", "something else"),
    ],
)
def test_rows_that_are_none_of_the_dataset_are_found(numbers: bytes, found: str) -> None:
    objects = Objects(**{"held out": numbers})
    answer = ask(MetricsBound(objects), *BEFORE, make.measured("t1"))
    expected = f"row numbers of {make.digest('identity')} in object {make.digest('held out')}"
    assert seen(answer) == [("metric-rows", "entry 2", expected, found)]


def test_rows_that_are_not_kept_are_found() -> None:
    (finding,) = ask(MetricsBound(Objects()), *BEFORE, make.measured("t1")).findings
    assert finding.check == "metric-rows"
