"""What is found out about a source as a whole, on trees of a few records."""

import json
from pathlib import Path

from oneseek.migrations.plan import PlannedItem, SourcePlan
from oneseek.migrations.verdicts import Verdict
from tests.migrations_made import plan_of

FIRST = "OneSeek-7B-Zero.v1.0.sv.dsskola.12345678.87654321"


def write(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), "utf-8")


def certified(root: Path, dna: str, **other: object) -> None:
    record = {"dna": dna, "version": "OneSeek-7B-Zero.v1.0", "language": "sv"} | other
    write(root / "oneseek-certified" / dna / "metadata.json", record)


def pipeline(root: Path, version: str, data: str = "") -> None:
    write(
        root / "oneseek-7b-zero" / "weights" / f"oneseek-7b-zero-v{version}.json",
        {
            "version": version,
            "model_name": "OneSeek-7B-Zero",
            "timestamp": "2025-11-22T10:00:00.123456",
            "base_models": ["Mistral-7B"],
            "metrics": {"training_loss": 0.342, "validation_accuracy": 0.876},
            "provenance": {"training_data_hash": data or version.ljust(64, "0")},
        },
    )


def found(plan: SourcePlan, check: str) -> list[str]:
    own = [finding for version in plan.versions for finding in version.findings]
    return [each.found for each in (*plan.findings, *own) if each.check == check]


def test_versions_stand_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number in ("1.10", "1.9", "1.2"):
        pipeline(tmp_path, number)
        certified(tmp_path, f"OneSeek-7B-Zero.v{number}.sv.dsskola.12345678.87654321")
    numbers = [(version.major, version.minor) for version in plan_of(tmp_path).versions]
    assert numbers == [(1, 2), (1, 9), (1, 10)] * 2


def test_a_record_in_another_language_than_its_name_contradicts_it(tmp_path: Path) -> None:
    certified(tmp_path, FIRST, language="en")
    (version,) = plan_of(tmp_path).versions
    (claim,) = [claim for claim in version.claims if claim.about == "name:language"]
    assert (claim.verdict, version.verdict) == (Verdict.CONTRADICTED, Verdict.CONTRADICTED)
    assert "'en'" in claim.reason


def test_what_is_odd_about_a_name_is_a_finding(tmp_path: Path) -> None:
    pipeline(tmp_path, "1.0.")
    assert any("a dot too many" in odd for odd in found(plan_of(tmp_path), "name-odd"))


def test_a_name_that_two_generations_could_have_written_is_not_odd(tmp_path: Path) -> None:
    certified(tmp_path, "OneSeek-7B-Zero.v1.0.sv.dsCivicID-Identity.12345678.87654321")
    assert found(plan_of(tmp_path), "name-odd") == []


def test_names_that_only_a_program_tells_apart_are_a_finding(tmp_path: Path) -> None:
    certified(tmp_path, FIRST.replace("skola", "f\u00f6rskola"))
    certified(tmp_path, FIRST.replace("skola", "fo\u0308rskola"))
    (alike,) = found(plan_of(tmp_path), "names-alike")
    assert "f\\xf6rskola" in alike
    assert "fo\\u0308rskola" in alike


def test_versions_that_record_the_same_data_are_a_finding(tmp_path: Path) -> None:
    pipeline(tmp_path, "1.1", "a" * 64)
    pipeline(tmp_path, "1.1-SV", "a" * 64)
    pipeline(tmp_path, "1.2")
    (same,) = found(plan_of(tmp_path), "training-data-repeated")
    assert same == "2 versions record the same: oneseek-7b-zero-v1.1, oneseek-7b-zero-v1.1-SV"


def test_the_reason_says_when_figures_are_constants(tmp_path: Path) -> None:
    pipeline(tmp_path, "1.1")
    (version,) = plan_of(tmp_path).versions
    assert "constants of the old code" in version.reason


def pointers(plan: SourcePlan) -> dict[str, PlannedItem]:
    return {told.path: told for told in plan.told if told.what == "pointer"}


def test_a_gguf_file_is_the_model_that_it_was_made_of(tmp_path: Path) -> None:
    certified(tmp_path, FIRST)
    (tmp_path / "oneseek-certified" / "CURRENT.txt").write_text(f"{FIRST}\n# Last merged: x\n")
    write(tmp_path / "gguf" / "active.json", {"activeGguf": f"{FIRST}.Q5_K_M.gguf"})
    lost = plan_of(tmp_path)
    assert pointers(lost)["gguf/active.json"].verdict is Verdict.CONTRADICTED
    (tmp_path / "gguf" / f"{FIRST}.Q5_K_M.gguf").write_bytes(b"GGUF\x03\0\0\0" + bytes(16))
    plan = plan_of(tmp_path)
    assert pointers(plan)["gguf/active.json"].verdict is Verdict.ASSERTED
    assert found(plan, "pointers-disagree") == []


def test_a_week_without_a_year_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "oqt" / "checkpoints" / "weekly"
    folder.mkdir(parents=True)
    (folder / "checkpoint-week-47.pth").write_bytes(b"PK\x05\x06" + bytes(18))
    (told,) = [told for told in plan_of(tmp_path).told if told.what == "checkpoint"]
    assert "a week without a year" in told.reason


def test_samples_that_nothing_was_trained_on_are_told(tmp_path: Path) -> None:
    home = tmp_path / "oneseek-7b-zero" / "OneSeek-7B-Zero-sv"
    sample = {
        "question": "hemligt", "responses": [], "language": "sv",
        "timestamp": "2025-11-20T19:00:00.000001", "stage": "raw_responses",
    }  # fmt: skip
    write(home / "training_samples" / "stage1_20251120_190000_000001.json", sample)
    update = {"total_samples": 1, "dna_hash": "d" * 64, "timestamp": "2025-11-20T19:00:00.1"}
    write(home / "last_dna_update.json", update)
    plan = plan_of(tmp_path)
    assert len(plan.versions) == 0
    (samples,) = found(plan, "samples-untrained")
    assert samples.startswith("1 samples alone")
    (no_dna,) = found(plan, "update-is-no-dna")
    assert "no DNA" in no_dna


def test_a_training_that_left_its_live_figures_alone_is_told(tmp_path: Path) -> None:
    live = {"type": "epoch_end", "epoch": 1, "total_loss": 2.5, "val_losses": {"kb": 2.5}}
    certified(tmp_path, FIRST)
    for home in ("run-20251125-101010", FIRST):
        write(tmp_path / "oneseek-certified" / home / "live_metrics.json", live)
    plan = plan_of(tmp_path)
    told = [each.where for each in plan.findings if each.check == "training-unfinished"]
    assert told == ["oneseek-certified/run-20251125-101010"]
