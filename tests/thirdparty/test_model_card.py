"""huggingface_hub loads the model card, and refuses broken twins."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from huggingface_hub import ModelCard

from dossiers import SHAPES
from oneseek.domain.dossier import Dossier
from oneseek.domain.exports.model_card import FORMAT


def load(folder: Path, raw: bytes) -> ModelCard:
    path = folder / "README.md"
    path.write_bytes(raw)
    return ModelCard.load(path)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_card_is_loaded_with_its_base_by_id_and_digest(
    shape: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    dossier: Dossier = request.getfixturevalue(shape)
    version = dossier.subject.version
    data = load(tmp_path, FORMAT.render(dossier)).data
    assert data.base_model == "tiny"
    assert data["oneseek"]["base_model_manifest"] == f"sha256:{version.base}"
    assert data["oneseek"]["dataset"] == f"sha256:{version.dataset}"
    assert data.datasets == ["identity"]
    assert data.language == ["sv"]


def test_what_was_measured_is_an_evaluation_result(
    eventful_dossier: Dossier, unmeasured_dossier: Dossier, tmp_path: Path
) -> None:
    data = load(tmp_path, FORMAT.render(eventful_dossier)).data
    assert data.model_name == eventful_dossier.subject.version.dna
    found = {each.metric_type: each.metric_value for each in data.eval_results}
    assert found == {"loss": 1.25, "perplexity": 3.49, "accuracy": 0.75}
    held = eventful_dossier.subject.evaluation
    assert held is not None
    assert {each.dataset_name for each in data.eval_results} == {"held"}
    assert {each.dataset_revision for each in data.eval_results} == {f"sha256:{held.event.dataset}"}
    assert load(tmp_path, FORMAT.render(unmeasured_dossier)).data.eval_results is None


def front_matter_that_is_text(raw: bytes) -> bytes:
    return b"---\njust a text\n---\n" + raw.split(b"---\n", 2)[2]


def front_matter_that_is_no_yaml(raw: bytes) -> bytes:
    return raw.replace(b"base_model: tiny", b"base_model: [tiny")


def results_without_a_task(raw: bytes) -> bytes:
    return raw.replace(b"  - task:\n      type: text-generation\n    dataset:", b"  - dataset:")


def metric_without_a_value(raw: bytes) -> bytes:
    return raw.replace(b"      value: 1.25\n", b"")


@pytest.mark.parametrize(
    "twin",
    [
        front_matter_that_is_text,
        front_matter_that_is_no_yaml,
        results_without_a_task,
        metric_without_a_value,
    ],
)
def test_a_broken_card_is_refused(
    twin: Callable[[bytes], bytes], first_dossier: Dossier, tmp_path: Path
) -> None:
    raw = FORMAT.render(first_dossier)
    broken = twin(raw)
    assert broken != raw
    with pytest.raises((ValueError, KeyError, yaml.YAMLError)):
        load(tmp_path, broken)
