from legacy_samples import sample
from migrations.examples import EXAMPLES, example, look_at
from migrations.reading import claim, read, version
from oneseek.migrations.classing import classify
from oneseek.migrations.verdicts import Verdict

KIND = "dynamic-results"


def test_shares_and_the_repeated_entry_recompute() -> None:
    reading = read(EXAMPLES[KIND])
    assert claim(reading, "hash:weights").verdict is Verdict.VERIFIED
    assert claim(reading, "hash:ledger_entry").verdict is Verdict.VERIFIED
    assert "made up" in reading.reason or "constants" in reading.reason
    assert "makes its losses up" in claim(reading, "metric:total_loss").reason
    assert version(EXAMPLES[KIND]).simulated


def test_other_shares_contradict_the_name() -> None:
    made = example(KIND)
    made.value["final_weights"]["llama-2"] = 0.5
    assert claim(read(made), "hash:weights").verdict is Verdict.CONTRADICTED


def test_a_changed_entry_contradicts_its_hash() -> None:
    made = example(KIND)
    made.value["ledger_entry"]["version"] = "1.1"
    assert claim(read(made), "hash:ledger_entry").verdict is Verdict.CONTRADICTED


def test_the_real_run_recomputes() -> None:
    root = sample("era3_signed_dynamic") / "models/oneseek-certified"
    where = "run-20251123-120000/training_results.json"
    reading = classify(look_at(where, (root / where).read_bytes())).reading
    assert reading is not None
    assert not reading.findings
    assert claim(reading, "hash:weights").verdict is Verdict.VERIFIED
    assert claim(reading, "hash:ledger_entry").verdict is Verdict.VERIFIED
