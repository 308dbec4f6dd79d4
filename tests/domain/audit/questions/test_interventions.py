"""Which repairs, changes of keys and audits happened, and is what they saw kept?"""

from msgspec.structs import replace

import builders as make
from asking import Objects, ask, figure, rows, seen
from oneseek.domain.audit.questions.interventions import Interventions

EVIDENCE = {"findings": b"f", "repairs": b"r", "report": b"a"}


def test_everything_that_was_done_is_listed() -> None:
    answer = ask(
        Interventions(Objects(**EVIDENCE)), make.key_added(), make.key_retired(),
        make.model_key_added(), make.model_key_retired(), make.key_protected(),
        replace(make.key_protected(), protection="none"), make.ledger_repaired(),
        make.repaired(), make.audited(),
    )  # fmt: skip
    assert answer.verdict == "yes"
    assert [row["what"] for row in rows(answer, "interventions")] == [
        "checkpoint key announced", "checkpoint key retired", "model key announced",
        "model key retired", "checkpoint key written with a passphrase",
        "checkpoint key written without a passphrase", "ledger repaired", "files repaired", "audit",
    ]  # fmt: skip
    counts = [figure(answer, n) for n in ("repairs", "audits recorded", "changes of keys")]
    assert counts == [2, 1, 6]


def test_what_a_repair_saw_must_be_kept() -> None:
    answer = ask(Interventions(Objects()), make.ledger_repaired())
    assert answer.verdict == "no"
    assert seen(answer) == [
        ("evidence-missing", "entry 0, ledger repaired", f"object {make.digest('repairs')}",
         "not in the content store"),
    ]  # fmt: skip
