"""Is a name what the old code would have made of these ingredients? The hashes in it, recomputed.

They lie in one file (training results) or in several (metadata, ledger proof), so this takes the
values and not a file.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

from oneseek.migrations.claims import asserted, claim
from oneseek.migrations.rules import name_hashes as rule
from oneseek.migrations.rules.categories import CATEGORIES, categories
from oneseek.migrations.rules.legacy_paths import last_part
from oneseek.migrations.verdicts import Claim, Verdict

_DIGITS = re.compile(r"[0-9a-f]{8}")
_SEARCHED = 3
"""Sets of so many categories are tried where those of the file name give no match: 1,465 orders.
The old parser changed, and a file may have been renamed."""
_NO_WEIGHTS = "no byte of weights is covered"
_NO_DATA = "no content of the dataset is covered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingredients:
    """What the names of the second and the certified generation were made of."""

    dna: str | None
    dataset: str | None
    """Path of the dataset, in any spelling; its last part is what was hashed."""
    samples: int | None
    final_loss: int | float | None
    timestamp: str | None
    models: tuple[str, ...]
    record_dna: str | None = None
    """The DNA within the results, where it is another than the name that is checked: the first
    programs of the certified generation hashed it."""


def name_claims(made_of: Ingredients) -> list[Claim]:
    """Return a claim for each of the last two hashes of a name; none where it has no such hashes.

    ``hash:trainingData`` and ``hash:modelWeights`` are what the certified generation calls them.
    """
    digits = tuple((made_of.dna or "").split(".")[-2:])
    if len(digits) != 2 or not all(_DIGITS.fullmatch(part) for part in digits):
        return []
    shares, time = _second_generation(made_of, *digits)
    first = _first(made_of, digits[0]) or shares
    second = _second(made_of, digits[1]) or time
    return [
        first or _failed(made_of, "hash:trainingData", digits[0], _FIRST_NEEDS),
        second or _failed(made_of, "hash:modelWeights", digits[1], _SECOND_NEEDS),
    ]


def immutable_claim(wanted: str, made_of: Ingredients) -> Claim:
    """Judge the ``immutableHash`` that a ledger proof holds for a certified model."""
    dna, dataset = made_of.record_dna or made_of.dna, made_of.dataset
    if dna is None or dataset is None or not made_of.models:
        return asserted("hash:immutable", wanted, "what it was made of is not known")
    for tried in _category_sets(dataset):
        order = rule.order_for_immutable_hash(wanted, dna, made_of.models, tried)
        if order is not None:
            reason = (
                f"recomputed from the DNA, equal shares of the base models and the {_of(order)}"
                f"{_searched(order, dataset)}; {_NO_WEIGHTS}"
            )
            return claim("hash:immutable", wanted, Verdict.RECONSTRUCTED, reason)
    reason = "it does not recompute from the DNA, equal shares and categories in any order"
    return claim("hash:immutable", wanted, Verdict.CONTRADICTED, reason)


def _first(made_of: Ingredients, digits: str) -> Claim | None:
    file = last_part(made_of.dataset or "")
    if made_of.dataset is None or file is None or made_of.samples is None:
        return None
    for tried in _category_sets(made_of.dataset):
        order = rule.order_for_training_data(digits, file, made_of.samples, tried)
        if order is not None:
            reason = (
                f"recomputed from the file's name, {made_of.samples} samples and the {_of(order)}"
                f"{_searched(order, made_of.dataset)}; {_NO_DATA}"
            )
            return claim("hash:trainingData", digits, Verdict.RECONSTRUCTED, reason)
    return None


def _second(made_of: Ingredients, digits: str) -> Claim | None:
    if made_of.final_loss is None or made_of.timestamp is None:
        return None
    for dna, besides in ((None, ""), (made_of.record_dna, " and the DNA in the record")):
        found = rule.model_weights8(made_of.final_loss, made_of.timestamp, dna)
        if found == digits:
            reason = f"recomputed from final_loss, timestamp{besides}; {_NO_WEIGHTS}"
            return claim("hash:modelWeights", digits, Verdict.RECONSTRUCTED, reason)
    return None


def _second_generation(
    made_of: Ingredients, first: str, second: str
) -> tuple[Claim | None, Claim | None]:
    """Names of the second generation end with hashes of shares and of a time instead."""
    shares = time = None
    if made_of.models and rule.weights8(rule.equal_shares(made_of.models)) == first:
        reason = f"recomputed from equal shares of the base models; {_NO_WEIGHTS}"
        shares = claim("hash:weights", first, Verdict.RECONSTRUCTED, reason)
    if made_of.timestamp is not None and rule.time8(made_of.timestamp) == second:
        time = claim("hash:time", second, Verdict.RECONSTRUCTED, "recomputed from timestamp")
    return shares, time


_Needs = tuple[tuple[str, Callable[[Ingredients], object]], ...]
_FIRST_NEEDS: _Needs = (
    ("dataset", lambda made_of: made_of.dataset),
    ("samples", lambda made_of: made_of.samples),
)
_SECOND_NEEDS: _Needs = (
    ("final_loss", lambda made_of: made_of.final_loss),
    ("timestamp", lambda made_of: made_of.timestamp),
)


def _failed(made_of: Ingredients, about: str, digits: str, needs: _Needs) -> Claim:
    missing = [name for name, value in needs if value(made_of) is None]
    if missing:
        return asserted(about, digits, f"it cannot be recomputed without {' and '.join(missing)}")
    given = " and ".join(name for name, _ in needs)
    return claim(about, digits, Verdict.CONTRADICTED, f"it does not recompute from {given}")


def _category_sets(dataset: str) -> Iterator[frozenset[str]]:
    own = categories(dataset)
    yield own
    for count in range(_SEARCHED + 1):
        for tried in combinations(sorted(CATEGORIES), count):
            if frozenset(tried) != own:
                yield frozenset(tried)


def _of(order: tuple[str, ...]) -> str:
    return f"categories {', '.join(order)}" if order else "empty list of categories"


def _searched(order: tuple[str, ...], dataset: str) -> str:
    if frozenset(order) == categories(dataset):
        return ""
    return " (found by trying; the file's name gives others)"
