"""Events of measuring: what was measured by which code; whether a training could be repeated."""

from typing import ClassVar

from oneseek.domain.digest import Digest
from oneseek.domain.events.base import Event
from oneseek.domain.recipe import Environment, Metrics


class MetricsMeasured(Event, frozen=True):
    """The result of one training was measured on rows that it had not seen."""

    kind: ClassVar[str] = "metrics-measured/v1"
    training: str
    dataset: Digest
    rows: Digest
    """Object: the row numbers of ``dataset`` that were measured on."""
    before: Metrics | None
    """The same measurement without the new adapter; None when it was not made."""
    after: Metrics
    code: str
    """Name and version of the code that measured, with its commit where known."""

    @property
    def stream(self) -> str:
        return f"training:{self.training}"


class ReproductionJudged(Event, frozen=True):
    """A version's training was repeated from its records, or could not be."""

    kind: ClassVar[str] = "reproduction-judged/v1"
    manifest: Digest
    dna: str
    training: str
    """The training that was repeated."""
    verdict: str
    """``same-bytes``, ``within-tolerance``, ``different`` or ``cannot-be-repeated``."""
    weights: Digest | None
    """Digest of the weights that came out; None when nothing did."""
    report: Digest
    """Object: what was compared with what, tensor by tensor, or which material is missing."""
    environment: Environment | None
    """Where it was repeated; None when it was not."""

    @property
    def stream(self) -> str:
        return f"version:{self.manifest}"
