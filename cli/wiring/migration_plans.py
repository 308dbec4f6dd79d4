"""Planning imports, with what reads weights here."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from oneseek.cli.app import App
from oneseek.cli.wiring.migrating import progress, shown
from oneseek.migrations.plan import SourcePlan
from oneseek.migrations.planning import plan_source

if TYPE_CHECKING:
    from oneseek.domain.legacy_weights import WeightReader


def weight_reader() -> "WeightReader":
    """Return what can read weights; torch is loaded only when there are values to be read."""
    from oneseek.adapters.training.legacy_weights import LegacyWeights

    return LegacyWeights()


def plan_all(
    app: App, sources: Sequence[Path], trusted: frozenset[str] = frozenset()
) -> tuple[SourcePlan, ...]:
    """Say what importing ``sources`` would make."""
    reader = weight_reader()
    with progress(app) as told:
        return tuple(
            plan_source(source, shown(app, source), reader, trusted=trusted, progress=told)
            for source in sources
        )
