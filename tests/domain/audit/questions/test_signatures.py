"""Are versions signed by announced keys, while these were valid?"""

import builders as make
from asking import Objects, ask, figure, rows, seen
from oneseek.domain.audit.questions.signatures import Signatures

WHERE = f"signature of {make.dna(1)}"
KEY = make.digest("model key")


def test_a_signature_by_an_announced_key_is_fine_also_after_its_retirement() -> None:
    answer = ask(
        Signatures(Objects(signature=b"s")), make.model_key_added(), make.certified(1),
        make.certified(2), make.signed(1), make.model_key_retired(),
    )  # fmt: skip
    assert (answer.verdict, answer.because) == ("yes", "1 signature by announced keys")
    assert rows(answer, "signatures")[0]["key"] == KEY
    assert figure(answer, "certified versions without a signature") == 1


def test_without_signatures_nothing_is_wrong() -> None:
    answer = ask(Signatures(Objects()), make.certified(1), make.model_key_retired())
    assert (answer.verdict, answer.because) == ("yes", "no version was signed")


def test_signatures_by_unknown_keys_and_over_unknown_versions_are_found() -> None:
    answer = ask(Signatures(Objects()), make.signed(1))
    assert answer.verdict == "no"
    signature = make.digest("signature")
    assert seen(answer) == [
        ("signed-uncertified", f"entry 0, {WHERE}", "a certified version",
         f"{make.manifest(1)}, which no entry before it certifies"),
        ("signed-by-unknown", f"entry 0, {WHERE}", "a model key that was announced before", KEY),
        ("signature-missing", f"entry 0, {WHERE}", f"signature {signature}",
         "not in the content store"),
    ]  # fmt: skip


def test_a_retired_key_that_signs_again_is_found_however_often_it_is_announced() -> None:
    answer = ask(
        Signatures(Objects(signature=b"s")), make.model_key_added(), make.certified(1),
        make.model_key_retired(), make.model_key_retired(), make.model_key_added(),
        make.signed(1),
    )  # fmt: skip
    assert seen(answer) == [
        ("signed-by-retired", f"entry 5, {WHERE}", "a key that is valid",
         f"{KEY}, retired by entry 2"),
    ]  # fmt: skip
