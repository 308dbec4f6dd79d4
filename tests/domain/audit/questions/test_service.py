"""Was anything activated that was not certified, or served after withdrawal?"""

import pytest
from msgspec.structs import replace

import builders as make
from asking import ask, figure, rows, seen, tell
from oneseek.domain.audit.hearing import Hearing
from oneseek.domain.audit.questions.service import Service

V1, V2 = make.manifest(1), make.manifest(2)


def test_activating_and_answering_with_certified_versions_is_fine() -> None:
    answer = ask(
        Service(), make.certified(1), make.certified(2), make.activated(1), make.answered("a", V1),
        make.answered("b"), make.answered("c", V2), make.activated(2, V1), make.withdrawn(1),
    )  # fmt: skip
    assert answer.verdict == "yes"
    assert answer.because.startswith("2 activations and 3 answers")
    assert figure(answer, "answers by the active version") == 1
    assert figure(answer, "answers by a base model alone") == 1
    assert figure(answer, "answers by another version that was asked for") == 1


def test_what_became_of_each_version_is_listed() -> None:
    answer = ask(
        Service(), make.certified(1), make.registry_reset(), make.certified(2), make.certified(3),
        make.certified(4), make.activated(2), make.withdrawn(3),
    )  # fmt: skip
    states = [row["state"] for row in rows(answer, "states")]
    assert states == ["removed", "active", "withdrawn", "in force"]


def test_an_activation_without_a_certification_is_found() -> None:
    answer = ask(Service(), make.activated(1), make.answered("q", V1))
    assert answer.verdict == "no"
    assert seen(answer) == [
        ("activated-uncertified", f"entry 0, {make.dna(1)}", "a certified version",
         "no entry before it certifies this manifest, nor imports it"),
        ("answered-uncertified", "entry 1, answer q", "a certified version",
         f"{V1}, which no entry before it certifies"),
    ]  # fmt: skip


def test_an_activation_after_a_withdrawal_is_found() -> None:
    answer = ask(Service(), make.certified(1), make.withdrawn(1), make.activated(1))
    assert seen(answer) == [
        ("activated-withdrawn", f"entry 2, {make.dna(1)}", "a version not withdrawn",
         "it was withdrawn by entry 1"),
    ]  # fmt: skip


def test_an_activation_after_a_reset_is_found_unless_the_version_was_restored() -> None:
    answer = ask(
        Service(), make.certified(1), make.registry_reset(), make.activated(1), make.restored(1),
        make.activated(1),
    )  # fmt: skip
    assert seen(answer) == [
        ("activated-removed", f"entry 2, {make.dna(1)}", "a version that stands",
         "removed by the reset of entry 1, and not restored"),
    ]  # fmt: skip


def test_an_answer_after_the_withdrawal_is_found() -> None:
    answer = ask(
        Service(), make.certified(1), ("01:00", make.activated(1)),
        ("02:00", make.withdrawn(1, was_active=True)), ("02:01", make.answered("q", V1)),
    )  # fmt: skip
    assert seen(answer) == [
        ("answered-withdrawn", "entry 3, answer q",
         "a version that may answer at 2026-11-20T18:02:01.000000Z",
         f"{make.dna(1)}, withdrawn by entry 2 at 2026-11-20T18:02:00.000000Z"),
    ]  # fmt: skip


def test_an_answer_after_a_reset_is_found() -> None:
    answer = ask(
        Service(), make.certified(1), ("02:00", make.registry_reset()),
        ("03:00", make.answered("q", V1)),
    )  # fmt: skip
    assert [(check, where) for check, where, *_ in seen(answer)] == [
        ("answered-removed", "entry 2, answer q")
    ]


def test_an_answer_that_was_begun_before_the_withdrawal_is_none_against_it() -> None:
    """It took 350 ms: it is recorded after the entry that ended its version."""
    answer = ask(
        Service(), make.certified(1), ("02:00", make.withdrawn(1)),
        ("02:00", make.answered("q", V1)),
    )  # fmt: skip
    assert answer.verdict == "yes"
    assert figure(answer, "answers under way when their version was ended") == 1


def test_an_imported_adapter_may_become_active_and_answer() -> None:
    old = make.imported()
    activated = replace(make.activated(1), manifest=old.manifest, dna=old.dna)
    answer = ask(Service(), old, activated, make.answered("q", old.manifest))
    assert answer.verdict == "yes"
    assert figure(answer, "activations of imported versions") == 1
    assert "1 activation of imported versions, which nobody here certified" in answer.because
    assert figure(answer, "answers by the active version") == 1


@pytest.mark.parametrize("form", ["tensors", "none"])
def test_what_was_imported_and_is_no_adapter_must_not_become_active(form: str) -> None:
    old = make.imported(form=form, weights=make.digest("w") if form == "tensors" else None)
    activated = replace(make.activated(1), manifest=old.manifest, dna=old.dna)
    assert [check for check, *_ in seen(ask(Service(), old, activated))] == [
        "activated-uncertified"
    ]


def test_what_is_said_of_unknown_versions_is_passed_over() -> None:
    answer = ask(Service(), make.withdrawn(1), make.restored(1))
    assert (answer.verdict, answer.tables[0].count) == ("yes", 0)


def test_a_run_of_answers_is_judged_like_each_of_them() -> None:
    names = {V1: "answers by the active version", None: "answers by a base model alone"}
    for version, name in names.items():
        question = Service()
        tell(question, [make.certified(1), make.activated(1)])
        run = [make.entry(make.answered(f"q{n}", version)) for n in range(5)]
        Hearing([question]).hear(2, run)
        assert figure(ask(question), name) == 5


def test_a_run_that_somebody_else_wants_too_is_told_one_by_one() -> None:
    first, second = Service(), Service()
    run = [make.entry(make.answered(f"q{n}")) for n in range(5)]
    Hearing([first, second]).hear(0, run)
    for question in (first, second):
        assert figure(ask(question), "answers by a base model alone") == 5
