"""Figures that were never measured: constants in the old code that its metadata pass on as results.

The same figure may be written in several places; each row below is one place. A measured loss is
in none of them. The simulation of the first pipeline invented the loss as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Place:
    where: str
    figures: Mapping[str, float]


_PLACES = (
    _Place(
        "pytorch_trainer.py",
        {
            "validation_accuracy": 0.85,
            "fairness_score": 0.90,
            "bias_score": 0.15,
            "demographic_parity": 0.92,
            "equal_opportunity": 0.88,
            "disparate_impact": 0.94,
        },
    ),
    # Which of the two depends on whether one model was trained or several.
    _Place("pytorch_trainer.py", {"consensus_accuracy": 0.85, "consensus": 0.83}),
    _Place("pytorch_trainer.py", {"consensus_accuracy": 0.83}),
    _Place("train_dna_v2.py", {"accuracy": 0.85, "fairness": 0.92, "bias_score": 0.15}),
    _Place("train_dna_v2.py", {"fairness": 0.90}),
    _Place(
        "the simulation in train_language_model.py",
        {
            "training_loss": 0.342,
            "validation_accuracy": 0.876,
            "fairness_score": 0.912,
            "bias_score": 0.123,
            "consensus_accuracy": 0.854,
            "demographic_parity": 0.945,
            "equal_opportunity": 0.928,
            "disparate_impact": 0.967,
            "loss": 0.342,
            "accuracy": 0.876,
            "fairness": 0.912,
            "bias": 0.123,
            "consensus": 0.854,
        },
    ),
    _Place(
        "oqt.js",
        {"demographic_parity": 0.978, "equal_opportunity": 0.965, "disparate_impact": 0.982},
    ),
    _Place(
        "prepare_dataset.py",
        {"demographic_parity": 0.95, "equal_opportunity": 0.93, "disparate_impact": 0.98},
    ),
)
_SPELT = {
    "demographicparity": "demographic_parity",
    "equalopportunity": "equal_opportunity",
    "disparateimpact": "disparate_impact",
    "validationaccuracy": "validation_accuracy",
    "fairnessscore": "fairness_score",
    "biasscore": "bias_score",
    "consensusaccuracy": "consensus_accuracy",
    "trainingloss": "training_loss",
}


def constant_of(field: str, value: object) -> str | None:
    """Return which old code writes ``value`` into ``field`` without measuring it, as a sentence.

    ``field`` may be a path (``metrics.validation_accuracy``): its last part counts.
    """
    places = [place.where for place in _PLACES if _is(place, field, value)]
    return f"matches a constant of {places[0]}" if places else None


def is_simulated(values: Mapping[str, object]) -> bool:
    """Tell whether two or more of ``values`` are what one place of the old code always writes.

    One alone may be chance.
    """
    return any(
        sum(_is(place, field, value) for field, value in values.items()) > 1 for place in _PLACES
    )


def _is(place: _Place, field: str, value: object) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    last = field.rpartition(".")[2]
    return place.figures.get(_SPELT.get(last.lower(), last)) == value
