"""Metadata of the historic layout, with the rules of the founding documents."""

import json
from typing import Any

import pytest

from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import CannotCheck
from oneseek.domain.historic.metadata import oqt_metadata, weights_file, weights_metadata
from oneseek.domain.historic.names import HistoricName
from oneseek.domain.historic.torch_file import torch_file
from oneseek.domain.manifest import Manifest, ManifestFile

DNA = "OneSeek-7B-Zero.v1.0.sv.dsIdentity.8f3a1c9d.2e7f4b1a"
NAME = HistoricName(1, 0, "sv")
_HEADER = b'{"w":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}'
WEIGHTS = len(_HEADER).to_bytes(8, "little") + _HEADER + b"ab"
METADATA = {
    "version": "1.0",
    "timestamp": "2026-11-20T18:25:38.187329Z",
    "base_models": ["tiny"],
    "training_config": {
        "dataset_size": 450,
        "epochs": 3,
        "batch_size": 8,
        "learning_rate": 2e-5,
        "use_lora": True,
        "lora_rank": 8,
        "lora_alpha": 32,
    },
    "metrics": {"validation_accuracy": 0.75, "fairness_score": None},
    "provenance": {
        "training_data_hash": "ab" * 32,
        "ledger_block_id": 5,
        "trainer": "oneseek-provenance 0.1.0",
        "notes": "LoRA training t1 on identity_v1",
    },
}
LOSSES = {"steps": [2.5, 1.5], "epochs": [{"epoch": 1, "train_loss": 2.0}, {"train_loss": 1.25}]}


class Kept:
    """A version in a content store of its own."""

    def __init__(self, files: dict[str, Any]) -> None:
        raw = {
            path: data if isinstance(data, bytes) else json.dumps(data).encode()
            for path, data in files.items()
        }
        manifest = Manifest(
            tuple(ManifestFile(path, len(data), sha256(data)) for path, data in raw.items())
        )
        self.manifest = manifest.digest
        self._objects = {sha256(data): data for data in raw.values()}
        self._objects[self.manifest] = manifest.to_bytes()
        self._objects[sha256(json.dumps(LOSSES).encode())] = json.dumps(LOSSES).encode()

    def read(self, digest: Digest) -> bytes:
        return self._objects[digest]

    def metadata(self, name: HistoricName = NAME) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(weights_metadata(DNA, name, self.manifest, self.read))
        return found

    def oqt(self, name: HistoricName = NAME) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(oqt_metadata(DNA, name, self.manifest, self.read))
        return found


RESULTS = {"objects": {"losses": sha256(json.dumps(LOSSES).encode())}}
WHOLE = Kept(
    {
        "adapter_model.safetensors": WEIGHTS,
        "metadata.json": METADATA,
        "training_results.json": RESULTS,
    }
)
BARE = Kept({"adapter_model.safetensors": WEIGHTS})
"""As an imported version can be: nothing describes it."""


def test_every_field_of_the_founding_document_is_there_with_its_type() -> None:
    found = WHOLE.metadata()
    assert list(found)[:9] == [
        "version", "model_name", "legacy_name", "timestamp", "base_models", "training_config",
        "metrics", "fairness_metrics", "provenance",
    ]  # fmt: skip
    assert found["version"] == "1.0-SV"
    assert found["model_name"] == "OneSeek-7B-Zero"
    assert found["legacy_name"] == "OQT-1.0"
    assert found["timestamp"].endswith("Z")
    assert found["base_models"] == ["tiny"]
    assert found["training_config"] == METADATA["training_config"]


def test_what_was_measured_is_told_and_nothing_else() -> None:
    found = WHOLE.metadata()
    assert found["metrics"] == {
        "training_loss": 1.25,
        "validation_accuracy": 0.75,
        "fairness_score": None,
        "bias_score": None,
        "consensus_accuracy": None,
    }
    assert set(found["fairness_metrics"].values()) == {None}


def test_the_provenance_leads_back_to_what_was_certified() -> None:
    assert WHOLE.metadata()["provenance"] == {
        "training_data_hash": "ab" * 32,
        "ledger_block_id": 5,
        "trainer": "oneseek-provenance 0.1.0",
        "notes": "LoRA training t1 on identity_v1",
        "dna": DNA,
        "manifest": WHOLE.manifest,
    }


def test_what_no_file_tells_is_null() -> None:
    whole, bare = WHOLE.metadata(), BARE.metadata()
    assert {key: list(value) for key, value in whole.items() if isinstance(value, dict)} == {
        key: list(value) for key, value in bare.items() if isinstance(value, dict)
    }
    assert (bare["timestamp"], bare["base_models"]) == (None, None)
    groups = (bare["training_config"], bare["metrics"], bare["fairness_metrics"])
    assert all(value is None for group in groups for value in group.values())
    assert bare["provenance"]["manifest"] == BARE.manifest


def test_a_training_without_an_epoch_has_no_loss() -> None:
    nothing = Kept({"training_results.json": {"objects": {"losses": None}}})
    assert nothing.metadata()["metrics"]["training_loss"] is None


def test_checksum_and_size_are_those_of_the_torch_file() -> None:
    found, made = WHOLE.oqt(), torch_file(WEIGHTS)
    assert weights_file(WHOLE.manifest, WHOLE.read) == made
    assert found["checksum"] == f"sha256:{sha256(made)}"
    assert found["file_size_bytes"] == len(made)


def test_the_oqt_form_has_its_fields_and_no_scores_that_nobody_measured() -> None:
    found = WHOLE.oqt()
    assert found["version"] == "OQT-1.0.v1.0-SV"
    assert found["created_at"] == METADATA["timestamp"]
    assert found["training"] == {
        "samples_processed": 450,
        "last_major_training": METADATA["timestamp"],
        "microtraining_events": None,
    }
    assert found["performance"] == {
        "average_confidence": None, "bias_score": None, "fairness_index": None,
    }  # fmt: skip
    assert (found["dna"], found["manifest"]) == (DNA, WHOLE.manifest)


def test_a_micro_version_does_not_tell_of_the_major_training_before_it() -> None:
    found = WHOLE.oqt(HistoricName(1, 7, "en"))
    assert found["version"] == "OQT-1.0.v1.7"
    assert found["training"]["last_major_training"] is None


def test_a_version_without_an_adapter_has_no_torch_file() -> None:
    nothing = Kept({"metadata.json": METADATA})
    with pytest.raises(CannotCheck, match=r"has no adapter_model\.safetensors"):
        weights_file(nothing.manifest, nothing.read)
