import pytest

from oneseek.migrations.rules.constants import constant_of, is_simulated


@pytest.mark.parametrize(
    ("field", "value", "where"),
    [
        ("validation_accuracy", 0.85, "pytorch_trainer.py"),
        ("metrics.fairness_score", 0.9, "pytorch_trainer.py"),
        ("fairness_metrics.demographic_parity", 0.92, "pytorch_trainer.py"),
        ("consensus_accuracy", 0.83, "pytorch_trainer.py"),
        ("metrics.fairness", 0.92, "train_dna_v2.py"),
        ("metrics.accuracy", 0.85, "train_dna_v2.py"),
        ("training_loss", 0.342, "train_language_model.py"),
        ("bias_score", 0.123, "train_language_model.py"),
        ("disparate_impact", 0.967, "train_language_model.py"),
        ("equalOpportunity", 0.965, "oqt.js"),
        ("demographic_parity", 0.95, "prepare_dataset.py"),
    ],
)
def test_a_constant_is_recognised_with_its_place(field: str, value: float, where: str) -> None:
    said = constant_of(field, value)
    assert said is not None
    assert said.startswith("matches a constant of ")
    assert where in said


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("training_loss", 6.009169801076253),
        ("validation_accuracy", 0.8500001),
        ("validation_accuracy", None),
        ("validation_accuracy", "0.85"),
        ("validation_accuracy", True),
        ("learning_rate", 0.85),
        ("bias_score", float("nan")),
    ],
)
def test_what_may_have_been_measured_is_no_constant(field: str, value: object) -> None:
    assert constant_of(field, value) is None


def test_figures_are_simulated_when_several_are_of_one_place() -> None:
    assert is_simulated({"loss": 6.0092, "accuracy": 0.85, "fairness": 0.92, "bias_score": 0.15})
    assert is_simulated({"training_loss": 0.342, "validation_accuracy": 0.876})
    assert not is_simulated({"loss": 6.0092, "accuracy": 0.85})
    assert not is_simulated({"loss": 6.049, "accuracy": None, "fairness": None})
    assert not is_simulated({"accuracy": 0.85, "training_loss": 0.342})
    assert not is_simulated({})
