"""What a repeated training is told by: the words of its report, kept as JSON in the store.

A training moves every tensor of the adapter from a start (A drawn from the seed and B zero, or the
values of the version that it continues from) to an end. How far a repetition ended from the record
is measured against that way, not against the tensor: most of A is what the seed drew, and most of a
continued adapter is its parent, so that measured against the whole tensor another training would
look nearly the same.
"""

from msgspec import Struct

from oneseek.domain.digest import Digest
from oneseek.domain.recipe import Environment, Metrics

FORMAT = "oneseek-reproduction/v1"

SAME_BYTES = "same-bytes"
WITHIN_TOLERANCE = "within-tolerance"
DIFFERENT = "different"
CANNOT_BE_REPEATED = "cannot-be-repeated"


class Missing(Struct, frozen=True, kw_only=True):
    """One material that the record names and that is not at hand, or not as recorded."""

    material: str
    """``base model``, ``dataset``, ``parent version``, ``device`` and the like."""
    expected: str
    found: str


class Difference(Struct, frozen=True, kw_only=True):
    """One fact of the record beside the same fact of the repetition."""

    what: str
    recorded: str | None
    repeated: str | None


class TensorDifference(Struct, frozen=True, kw_only=True):
    """How far one tensor ended from the record.

    Numbers are None where there is none: a tensor that only one side has, other shapes, a value
    that is not finite, or one that the recorded training never moved.
    """

    name: str
    shape: tuple[int, ...]
    same: bool
    """Type, shape and bytes are the same."""
    distance: float | None
    """Euclidean norm of repeated minus recorded."""
    moved: float | None
    """Euclidean norm of recorded minus start: the way that the recorded training went."""
    error: float | None
    """``distance`` over ``moved``."""
    largest: float | None
    """Greatest difference of one value."""
    peak: float | None
    """``largest`` over the greatest way of one value."""


class Tolerance(Struct, frozen=True, kw_only=True):
    """The greatest ``error`` and ``peak`` of any tensor that count as rounding."""

    error: float
    peak: float


TOLERANCE = Tolerance(error=1e-4, peak=1e-3)
"""Why these: docs/decisions/0019-reproduction.md."""


class Report(Struct, frozen=True, kw_only=True):
    """Everything that was compared, or what kept it from being compared."""

    format: str = FORMAT
    dna: str
    manifest: Digest
    training: str
    verdict: str
    reason: str
    """The verdict in one sentence."""
    changes: tuple[Difference, ...]
    """Options of the recipe that were changed for the repetition; none when it is recorded."""
    missing: tuple[Missing, ...]
    environment: tuple[Difference, ...]
    """Where the machine or the versions differ from those of the record."""
    repeated_on: Environment | None
    recorded_weights: Digest
    repeated_weights: Digest | None
    files: tuple[Difference, ...]
    """Produced files that differ, by digest; the weights are among them."""
    settings: tuple[Difference, ...]
    """Settings of the adapter that differ."""
    tolerance: Tolerance
    tensors: int
    """Tensors that were compared."""
    tensor_differences: tuple[TensorDifference, ...]
    """Those that differ, the furthest first."""
    recorded_metrics: Metrics | None
    repeated_metrics: Metrics | None
