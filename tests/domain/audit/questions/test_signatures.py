"""Is every signature of a version good, and by a key that was announced and valid?"""

import builders as make
from asking import Objects, ask, figure, rows, seen
from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.keys.p256 import check_p256
from oneseek.domain.audit.answers import Answer
from oneseek.domain.audit.audit import read_for
from oneseek.domain.audit.questions.signatures import Signatures
from oneseek.domain.events import ModelKeyRetired, VersionSigned
from oneseek.domain.usecases.sign import sign_version
from workbench import Workbench


def newest(bench: Workbench) -> VersionSigned:
    event = bench.events()[-1]
    assert isinstance(event, VersionSigned)
    return event


def asked(bench: Workbench) -> Answer:
    question = Signatures(bench.objects, check_p256)
    report = read_for(
        [question], bench.ledger, (bench.key,), check_ed25519,
        origin=make.ORIGIN, kept_size=None, strict=False,
    )  # fmt: skip
    return question.answer(report)


def test_a_good_signature_is_a_yes_also_after_its_key_was_retired(stocked: Workbench) -> None:
    sign_version(stocked.ports, "1.0", stocked.signer)
    stocked.append(ModelKeyRetired(key=newest(stocked).key, reason="rotated"))
    answer = asked(stocked)
    assert (answer.verdict, answer.because) == ("yes", "1 signature verified, by announced keys")
    assert len(rows(answer, "signatures")) == 1
    assert figure(answer, "certified versions without a signature") == 1


def test_without_signatures_nothing_is_wrong() -> None:
    answer = ask(Signatures(Objects(), check_p256), make.certified(1), make.model_key_retired())
    assert (answer.verdict, answer.because) == ("yes", "no version was signed")


def test_a_retired_key_that_signs_again_is_a_no(stocked: Workbench) -> None:
    sign_version(stocked.ports, "1.0", stocked.signer)
    event = newest(stocked)
    stocked.append(ModelKeyRetired(key=event.key, reason="rotated"))
    stocked.append(event)
    answer = asked(stocked)
    assert answer.verdict == "no"
    (finding,) = answer.findings
    assert finding.expected.startswith("a model key that this ledger announced before")
    assert "retired by entry" in finding.found


def test_an_older_signature_is_read_too(stocked: Workbench) -> None:
    """A good signature after a bad one does not hide it."""
    sign_version(stocked.ports, "1.0", stocked.signer)
    event = newest(stocked)
    stocked.append(ModelKeyRetired(key=event.key, reason="rotated"), event)
    assert asked(stocked).count == 1


def test_a_signature_of_what_nobody_certified_is_a_no() -> None:
    answer = ask(Signatures(Objects(), check_p256), make.signed(1))
    assert seen(answer) == [
        ("signed-uncertified", f"entry 0, signature of {make.dna(1)}", "a certified version",
         f"{make.manifest(1)}, which no entry before it certifies"),
    ]  # fmt: skip
