"""The facts of the system, one family per file, and the closed list of all of them.

An event is frozen, named in the past tense and small; what grows is an object in the content store
and is named here by digest. A released struct never changes, not even by a default: a change is a
new kind (``.../v2``) and one upcasting function beside it (:mod:`oneseek.domain.registry`).
"""

from oneseek.domain.events.audit import AuditRecorded, DriftRepaired
from oneseek.domain.events.base import Event
from oneseek.domain.events.custody import RegistryReset, VersionRestored
from oneseek.domain.events.evaluation import MetricsMeasured, ReproductionJudged
from oneseek.domain.events.ledger import (
    IndexLogged,
    KeyAdded,
    KeyProtectionChanged,
    KeyRetired,
    LedgerOpened,
    LedgerRepaired,
    ModelKeyAdded,
    ModelKeyRetired,
)
from oneseek.domain.events.legacy import (
    BaseIdentified,
    FileQuarantined,
    HistoryGap,
    LedgerImported,
    LegacyItemImported,
    LegacyTextErased,
    SourceMovedAway,
    SourceMovedBack,
    SourceScanned,
    VersionImported,
)
from oneseek.domain.events.materials import BaseModelRegistered, DatasetRegistered
from oneseek.domain.events.service import QueryAnswered, TextErased
from oneseek.domain.events.training import TrainingCompleted, TrainingFailed, TrainingStarted
from oneseek.domain.events.versions import (
    VersionActivated,
    VersionCertified,
    VersionNumbered,
    VersionSigned,
    VersionWithdrawn,
)

ALL_EVENTS: tuple[type[Event], ...] = (
    LedgerOpened,
    KeyAdded,
    KeyRetired,
    ModelKeyAdded,
    ModelKeyRetired,
    KeyProtectionChanged,
    IndexLogged,
    LedgerRepaired,
    BaseModelRegistered,
    DatasetRegistered,
    TrainingStarted,
    TrainingFailed,
    TrainingCompleted,
    MetricsMeasured,
    ReproductionJudged,
    VersionNumbered,
    VersionCertified,
    VersionSigned,
    VersionActivated,
    VersionWithdrawn,
    VersionRestored,
    RegistryReset,
    QueryAnswered,
    TextErased,
    DriftRepaired,
    AuditRecorded,
    SourceScanned,
    VersionImported,
    BaseIdentified,
    LedgerImported,
    LegacyItemImported,
    HistoryGap,
    FileQuarantined,
    SourceMovedAway,
    SourceMovedBack,
    LegacyTextErased,
)

__all__ = [
    "ALL_EVENTS",
    "AuditRecorded",
    "BaseIdentified",
    "BaseModelRegistered",
    "DatasetRegistered",
    "DriftRepaired",
    "Event",
    "FileQuarantined",
    "HistoryGap",
    "IndexLogged",
    "KeyAdded",
    "KeyProtectionChanged",
    "KeyRetired",
    "LedgerImported",
    "LedgerOpened",
    "LedgerRepaired",
    "LegacyItemImported",
    "LegacyTextErased",
    "MetricsMeasured",
    "ModelKeyAdded",
    "ModelKeyRetired",
    "QueryAnswered",
    "RegistryReset",
    "ReproductionJudged",
    "SourceMovedAway",
    "SourceMovedBack",
    "SourceScanned",
    "TextErased",
    "TrainingCompleted",
    "TrainingFailed",
    "TrainingStarted",
    "VersionActivated",
    "VersionCertified",
    "VersionImported",
    "VersionNumbered",
    "VersionRestored",
    "VersionSigned",
    "VersionWithdrawn",
]
