"""The six shapes of weights metadata, which all lie under one pattern of names."""

import json

import pytest

from legacy_samples import sample
from migrations.examples import EXAMPLES, example, look_at
from migrations.reading import checks, claim, read, version
from oneseek.migrations.classing import classify
from oneseek.migrations.format import VersionFacts
from oneseek.migrations.verdicts import Verdict

SHAPES = [kind for kind in EXAMPLES if kind.startswith("weights-metadata-")]
FOLDERS = ("models/oqt/weights", "models/oqt/backups/local-backup", "w", "")
NAMES = ("oneseek-7b-zero-v1.0..json", "oneseek-7b-zero-v1.0.141521.json", "oqt-1.0-v13.2.json",
         "OneSeek-7B-Zero-v1.1-SV.json", "model_version_1_0_0.json")  # fmt: skip


@pytest.mark.parametrize("kind", SHAPES)
def test_the_content_tells_the_shape_whatever_the_file_is_called(kind: str) -> None:
    for folder in FOLDERS:
        for name in NAMES:
            found = classify(look_at(f"{folder}/{name}".lstrip("/"), EXAMPLES[kind].data))
            assert found.form is not None
            assert found.form.name == kind


def test_a_shape_that_nobody_knows_is_told() -> None:
    found = classify(look_at("models/oqt/weights/oqt-1.0-v1.0.json", b'{"version": "1.0"}'))
    assert found.form is not None
    assert found.form.name == "weights-metadata-unknown"
    assert found.reading is not None
    assert checks(found.reading) == ["shape-unknown"]
    assert isinstance(found.reading.facts, VersionFacts)
    assert found.reading.facts.version == "1.0"


def test_what_people_wrote_is_never_taken_for_metadata() -> None:
    found = classify(look_at("weights/x.json", json.dumps({"question": "x"}).encode()))
    assert found.form is None


def test_the_pipeline_names_its_block_and_its_invented_figures() -> None:
    facts = version(EXAMPLES["weights-metadata-pipeline"])
    assert facts.ledger_block == "2"
    assert facts.simulated
    assert facts.version == "1.1-SV"
    assert facts.language is None
    assert facts.created_zone == "local"
    reading = read(EXAMPLES["weights-metadata-pipeline"])
    assert "simulation" in claim(reading, "metric:training_loss").reason


def test_the_documents_have_a_block_that_is_a_text_and_a_time_in_utc() -> None:
    facts = version(EXAMPLES["weights-metadata-documents"])
    assert facts.ledger_block == "block-123"
    assert facts.created_zone == "utc"


@pytest.mark.parametrize(
    ("provenance", "timestamp"),
    [
        ({"training_data_hash": "sha256:" + "c9" * 32}, "2025-11-21T18:16:41"),
        ({"ledger_block_id": "block-1"}, "2025-11-21T18:16:41"),
        ({}, "2025-11-21T18:16:41Z"),
    ],
)
def test_one_trait_of_the_documents_is_enough(provenance: dict[str, str], timestamp: str) -> None:
    made = example("weights-metadata-pipeline")
    made.value.update(provenance=provenance, timestamp=timestamp)
    assert read(made._replace(kind="weights-metadata-documents")).verdict is Verdict.ASSERTED


def test_a_data_hash_that_is_none_is_found() -> None:
    made = example("weights-metadata-pipeline")
    made.value["provenance"]["training_data_hash"] = "abc"
    made.value["provenance"]["ledger_block_id"] = None
    assert checks(read(made)) == ["hash-malformed"]
    assert version(made).ledger_block is None


def test_the_trainer_says_of_every_version_that_it_is_the_active_one() -> None:
    made = EXAMPLES["weights-metadata-pytorch"]
    facts = version(made)
    assert facts.current
    assert facts.language == "sv"
    assert facts.values["modelSpecificWeights"] == made.value["modelSpecificWeights"]
    assert "deletes this file" in claim(read(made), "weights-file").reason


def test_shares_in_the_admin_servers_record_hash_into_its_name() -> None:
    made = example("weights-metadata-admin")
    assert claim(read(made), "hash:weights").verdict is Verdict.VERIFIED
    made.value["dna"]["finalWeights"] = {"mistral-7b-instruct": 0.5}
    assert claim(read(made), "hash:weights").verdict is Verdict.ASSERTED


def test_a_checksum_is_handed_on_and_a_cut_one_is_told() -> None:
    made = example("weights-metadata-oqt")
    facts = version(made)
    assert facts.checksum == "sha256:" + "a3" * 32
    assert facts.weights_size == 14256789456
    # A claim about ``checksum`` is made by whoever has compared it.
    assert "compared with the weights" in claim(read(made), "promised:checksum").reason
    made.value["checksum"] = "sha256:a3f2e1b4..."
    assert checks(read(made)) == ["checksum-malformed"]
    assert version(made).checksum == "sha256:a3f2e1b4..."


def test_a_record_without_checksum_is_known_by_its_version() -> None:
    data = json.dumps({"version": "OQT-1.0.v14", "created_at": "2025-11-27T00:00:00Z",
                       "base_models": ["mistral-7b"]}).encode()  # fmt: skip
    found = classify(look_at("models/oqt/weights/oqt-1.0-v14.0.json", data))
    assert found.form is not None
    assert found.form.name == "weights-metadata-oqt"
    assert found.reading is not None
    assert found.reading.says == "OQT-1.0.v14, no checksum"


def test_the_real_swedish_record_says_no_language() -> None:
    root = sample("era2_identity_simulated_en_sv")
    where = "models/oneseek-7b-zero/weights/oneseek-7b-zero-v1.1-SV.json"
    reading = classify(look_at(where, (root / where).read_bytes())).reading
    assert reading is not None
    assert not reading.findings
    facts = reading.facts
    assert isinstance(facts, VersionFacts)
    assert (facts.version, facts.name, facts.language) == ("1.1-SV", "OneSeek-7B-Zero", None)
    assert facts.simulated


def test_the_real_first_versions_are_simulated_and_name_their_blocks() -> None:
    root = sample("era1_oqt_1_0") / "ml/models/oqt-1.0"
    for number, block in (("1_0_0", "1"), ("1_1_0", "2")):
        name = f"model_version_{number}.json"
        found = classify(look_at(f"oqt-1.0/{name}", (root / name).read_bytes()))
        assert found.form is not None
        assert found.form.name == "weights-metadata-semantic"
        assert found.reading is not None
        assert isinstance(found.reading.facts, VersionFacts)
        assert found.reading.facts.simulated
        assert found.reading.facts.ledger_block == block
