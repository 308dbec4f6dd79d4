"""Reports, marks, readmes, settings, secrets and programs beside the models."""

import pytest

from legacy_samples import sample
from migrations.examples import EXAMPLES, Example, example, look_at
from migrations.reading import checks, claim, read
from oneseek.migrations.classing import classify
from oneseek.migrations.verdicts import Verdict


def kind_of(path: str, data: bytes, siblings: frozenset[str] = frozenset()) -> str | None:
    form = classify(look_at(path, data, siblings)).form
    return None if form is None else form.name


def test_the_mark_of_an_update_is_a_hash_of_counts_and_no_dna() -> None:
    reading = read(EXAMPLES["dna-update"])
    assert reading.verdict is Verdict.RECONSTRUCTED
    assert "25 and 25 samples" in reading.reason
    assert "no DNA" in reading.says
    made = example("dna-update")
    made.value["dna_hash"] = "0" * 64
    assert read(made).verdict is Verdict.ASSERTED


def test_the_real_mark_of_an_update_recomputes() -> None:
    root = sample("micro_training")
    where = "models/oneseek-7b-zero/OneSeek-7B-Zero-sv/last_dna_update.json"
    reading = classify(look_at(where, (root / where).read_bytes())).reading
    assert reading is not None
    assert reading.verdict is Verdict.RECONSTRUCTED


def test_the_report_of_the_preparation_holds_constants() -> None:
    reading = read(EXAMPLES["fairness-report"])
    assert "prepare_dataset.py" in claim(reading, "metric:demographic_parity").reason
    assert "constants" in reading.reason


def test_the_live_display_calls_its_losses_what_they_are_not() -> None:
    reading = read(EXAMPLES["live-metrics"])
    about = "metric:val_losses:kb-llama-3-1-8b-swedish"
    assert "training loss" in claim(reading, about).reason
    assert "matches a constant" in claim(reading, "metric:validation_accuracy").reason


def test_the_autonomy_engine_trained_nothing() -> None:
    assert "nothing was trained" in claim(read(EXAMPLES["autonomy-metadata"]), "training").reason


def test_a_cycle_of_the_autonomy_engine_promotes_by_chance() -> None:
    reading = read(EXAMPLES["autonomy-state"])
    assert "at random" in claim(reading, "metric:fidelity").reason
    assert reading.says == "cycle cycle-20251127-030000, promoted a model"


def test_a_sample_of_an_unknown_stage_is_told() -> None:
    made = example("training-sample")
    made.value["stage"] = "third"
    assert checks(read(made)) == ["shape-unknown"]


def test_ratings_of_people_are_counted() -> None:
    made = example("human-checkpoint")
    made.value["questions"][0]["human_rating"] = 4
    assert read(made).says == "cycle 7: 1 questions, 1 rated"


def test_a_prepared_split_is_a_list() -> None:
    made = EXAMPLES["prepared-split"]
    assert checks(read(made._replace(value={}))) == ["record-unreadable"]
    assert checks(read(made._replace(value=[1]))) == ["field-missing"]
    assert kind_of("src/data_tests/test.json", b"[]") is None


def test_a_reset_readme_is_told_from_another_one() -> None:
    reading = read(EXAMPLES["reset-readme"])
    assert claim(reading, "reset").says == "2025-11-28T18:29:29.560Z"
    marked = b"# Models\n\n**Last reset:** 2025-11-28T18:29:29.560Z  \n**Reset by:** Admin\n"
    path = EXAMPLES["reset-readme"].path
    found = claim(read(Example("reset-readme", path, marked)), "reset")
    assert found.says == "2025-11-28T18:29:29.560Z"
    assert kind_of(path, b"# Models\n") == "readme"
    assert kind_of(path, b"Question: who?\nAnswer: she\n") is None


def test_both_readmes_after_a_real_reset_say_that_history_is_gone() -> None:
    root = sample("reset_before_after")
    for folder in ("1_after_first_reset", "2_after_second_reset"):
        data = (root / folder / "models/oneseek-certified/README.md").read_bytes()
        reading = classify(look_at("README.md", data)).reading
        assert reading is not None
        assert checks(reading) == ["erased-by-reset"]


def test_a_configuration_in_a_versions_folder_is_no_base_model() -> None:
    data = EXAMPLES["base-model-file"].data
    assert kind_of("merged/x/config.json", data, frozenset({"metadata.json"})) == "model-config"
    assert kind_of("x/config.json", data, frozenset({"model.safetensors"})) == "base-model-file"
    assert kind_of("x/config.json", b'{"port": 1}') is None
    assert "model type llama" in read(EXAMPLES["base-model-file"]).says


@pytest.mark.parametrize(
    ("path", "data", "kind"),
    [
        ("keys/ledger_private_key.bin", bytes(32), "private-key"),
        ("x/id_ed25519", b"x", "private-key"),
        ("x/y.txt", b"-----BEGIN PRIVATE KEY-----\nx", "private-key"),
        ("backend/.env.production", b"A=b", "credentials"),
        ("x/account.json", b'{"private_key": "x", "client_email": "y"}', "credentials"),
    ],
)
def test_secrets_are_sealed_and_not_shown(path: str, data: bytes, kind: str) -> None:
    found = classify(look_at(path, data))
    assert found.form is not None
    assert found.form.name == kind
    assert found.form.personal
    assert found.reading is not None
    assert checks(found.reading) == ["secret-in-tree"]


def test_a_public_key_is_shown() -> None:
    assert claim(read(EXAMPLES["public-key"]), "key").says == "03" * 32


@pytest.mark.parametrize(
    ("path", "data", "kind"),
    [
        ("a/b.js", b"", "code"),
        ("a/verify_integrity.py", b"\xff", "code"),
        ("a/README", b"", "readme"),
        ("a/.gitkeep", b"", "placeholder"),
        ("a/x.tmp", b'{"question": "x"', None),
        ("a/metadata.json", b'{"a": 1}', "metadata-unknown"),
        ("a/metadata.json", b'{"question": 1}', None),
        ("a/unknown.json", b"{}", None),
        ("a/x.Q8_0.manifest.json", b"{}", "gguf-manifest"),
        ("a/manifest.json", b"{}", None),
    ],
)
def test_a_file_beside_the_models_has_its_class(path: str, data: bytes, kind: str | None) -> None:
    assert kind_of(path, data) == kind
