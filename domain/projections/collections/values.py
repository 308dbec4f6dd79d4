"""How values of entries become values of fields: moments, measured numbers, marks."""

from datetime import datetime

from oneseek.domain.documents import Value
from oneseek.domain.errors import InvalidInput
from oneseek.domain.recipe import Metrics
from oneseek.domain.values import Number, Time, number, parse_time

Mark = tuple[Time, int]
"""That something happened: the time of its entry, and its leaf index."""


def moment(time: Time | None) -> datetime | None:
    """Return what a database stores as a timestamp; None for what did not happen."""
    return None if time is None else parse_time(time)


def mark_fields(mark: Mark | None) -> Value:
    """Return the fields of a mark; None for what did not happen."""
    if mark is None:
        return None
    time, index = mark
    return {"timestamp": parse_time(time), "ledgerIndex": index}


def measured(text: Number | None) -> float | None:
    """Return a measured number; None where nothing was measured, or nothing that a float holds."""
    if text is None:
        return None
    try:
        return float(number(float(text)))
    except InvalidInput:
        return None


def metric_fields(metrics: Metrics | None) -> dict[str, Value]:
    """Return the map ``metrics`` that old readers know, and what of it was really measured.

    Nobody measures fairness, bias and consensus here: they are None. The old system wrote constants
    there.
    """
    fields: dict[str, Value] = {"accuracy": None, "fairness": None, "bias": None, "consensus": None}
    if metrics is not None:
        accuracy = measured(metrics.token_accuracy)
        fields |= {
            "accuracy": accuracy,
            "tokenAccuracy": accuracy,
            "exactMatch": measured(metrics.exact_match),
            "loss": measured(metrics.loss),
            "perplexity": measured(metrics.perplexity),
            "rows": metrics.rows,
            "tokens": metrics.tokens,
        }
    return fields
