import pytest

from migrations.examples import look_at
from oneseek.migrations.classing import Classed, classify

ROW = b'{"instruction": "a", "input": "", "output": "b"}\n'


def classed(data: bytes, path: str = "datasets/custom/x.jsonl") -> Classed:
    return classify(look_at(path, data))


def found(data: bytes) -> tuple[str, str, list[str]]:
    made = classed(data)
    assert made.form is not None
    assert made.reading is not None
    checks = [finding.check for finding in made.reading.findings]
    return made.form.name, made.reading.says, checks


def test_rows_are_counted_without_empty_lines() -> None:
    assert found(ROW * 3) == ("dataset", "3 rows", [])
    assert found(ROW + b"\n  \n" + ROW) == ("dataset", "2 rows", [])
    assert found(ROW * 30_000)[1] == "30000 rows"


def test_a_row_that_is_cut_or_no_object_is_told() -> None:
    assert found(ROW + b'{"instruction": "a')[1:] == ("2 rows", ["row-unreadable", "row-cut"])
    assert found(ROW + b"[1]\n")[2] == ["row-unreadable"]
    assert found(ROW + b"[" * 100_000 + b"\n")[0] == "dataset"


@pytest.mark.parametrize("where", [0, 5, 5000])
def test_one_question_anywhere_makes_all_of_it_peoples_text(where: int) -> None:
    rows = [ROW] * 5001
    rows[where] = b'{"question": "Who is she?", "response": "x"}\n'
    made = classed(b"".join(rows))
    assert made.form is not None
    assert made.form.name == "dataset-of-questions"
    assert made.form.personal
    assert "she" not in repr(made.reading)


def test_a_log_of_other_lines_is_no_dataset() -> None:
    assert classed(b'{"a": 1}\n', "x/log.jsonl").form is None
