"""Every collection that the generic runner keeps up to date."""

from oneseek.domain.projections.collections.collection import Collection
from oneseek.domain.projections.collections.ledger import LEDGER
from oneseek.domain.projections.collections.metrics import METRICS
from oneseek.domain.projections.collections.provenance import PROVENANCE
from oneseek.domain.projections.collections.queries import QUERIES
from oneseek.domain.projections.collections.training_events import TRAINING_EVENTS

COLLECTIONS: tuple[Collection, ...] = (QUERIES, TRAINING_EVENTS, METRICS, PROVENANCE, LEDGER)
