"""Plans and imports of legacy trees, as tests make them."""

from pathlib import Path

from oneseek.adapters.training.legacy_weights import LegacyWeights
from oneseek.migrations.plan import SourcePlan
from oneseek.migrations.planning import plan_source


def plan_of(root: Path, **options: frozenset[str]) -> SourcePlan:
    """Return the plan of importing the source at ``root``."""
    return plan_source(root, root.name, LegacyWeights(), **options)
