"""What kind of a block an entry is in ``oqt_ledger``, and which of its fields stand in ``data``.

``genesis``, ``query``, ``training`` and ``model_update`` are the types that the original wrote,
with its names of the fields where it had any.
"""

from dataclasses import dataclass

from oneseek.domain import events as ev
from oneseek.domain.documents import Value
from oneseek.domain.events import Event


@dataclass(frozen=True, slots=True)
class BlockType:
    """The type of a block, and its content: names in the document and attributes of the event."""

    name: str
    content: tuple[tuple[str, str], ...]


def _of(name: str, content: str) -> BlockType:
    """Read ``"name=attribute other"``: an attribute of one word needs no name of its own."""
    pairs = (item.partition("=") for item in content.split())
    return BlockType(name, tuple((field, attribute or field) for field, _, attribute in pairs))


_TRAINING = "trainingId=training"
_VERSION = "manifest"
_IMPORTED = "source path"
_BACKUP = "target name listing"

BLOCK_TYPES: dict[type[Event], BlockType] = {
    ev.LedgerOpened: _of("genesis", "origin format software"),
    ev.KeyAdded: _of("key", "purpose verifier"),
    ev.KeyRetired: _of("key", "purpose verifier reason"),
    ev.ModelKeyAdded: _of("key", "key algorithm"),
    ev.ModelKeyRetired: _of("key", "key reason"),
    ev.KeyProtectionChanged: _of("key", "purpose key protection"),
    ev.IndexLogged: _of("index", "size root streams"),
    ev.LedgerRepaired: _of("repair", "source size root repairs places"),
    ev.BaseModelRegistered: _of("material", "name manifest architecture files size licence"),
    ev.DatasetRegistered: _of("material", "name dataset rows rowRoot=row_root language licence"),
    ev.TrainingStarted: _of("training", f"{_TRAINING} base dataset parent language"),
    ev.TrainingFailed: _of("training", f"{_TRAINING} reason"),
    ev.TrainingCompleted: _of(
        "training",
        f"{_TRAINING} samplesProcessed=rows_trained epochs steps produced weights "
        "duration_ms=duration_ms",
    ),
    ev.CheckpointKept: _of("training", f"{_TRAINING} period name epoch step state size"),
    ev.CheckpointDropped: _of("training", f"{_TRAINING} period name state reason"),
    ev.TrainingResumed: _of("training", f"{_TRAINING} state step"),
    ev.MetricsMeasured: _of("evaluation", f"{_TRAINING} dataset rows code"),
    ev.ReproductionJudged: _of("evaluation", f"version=dna {_VERSION} {_TRAINING} verdict report"),
    ev.VersionNumbered: _of("model_update", f"language major minor {_TRAINING}"),
    ev.VersionCertified: _of("model_update", f"newVersion=dna {_VERSION} weights {_TRAINING}"),
    ev.VersionSigned: _of("model_update", f"version=dna {_VERSION} method key signature"),
    ev.VersionActivated: _of("model_update", f"oldVersion=previous newVersion=dna {_VERSION}"),
    ev.VersionWithdrawn: _of(
        "model_update", f"oldVersion=dna {_VERSION} reason wasActive=was_active"
    ),
    ev.VersionRestored: _of("model_update", f"newVersion=dna {_VERSION}"),
    ev.RegistryReset: _of("reset", "reason inventory versions files active"),
    ev.QueryAnswered: _of(
        "query",
        "queryId=query modelVersion=version base questionObject=question responseObject=answer",
    ),
    ev.TextErased: _of("erasure", "queryId=query objects reason"),
    ev.DriftRepaired: _of("audit", "projection findings count"),
    ev.AuditRecorded: _of("audit", "size root deep findings report"),
    ev.SourceScanned: _of("imported", f"{_IMPORTED} inventory report entries files size"),
    ev.VersionImported: _of(
        "imported", f"{_IMPORTED} newVersion=dna {_VERSION} verdict reason record"
    ),
    ev.BaseIdentified: _of("imported", f"version=dna {_VERSION} base how"),
    ev.LedgerImported: _of(
        "imported",
        f"{_IMPORTED} format ledger blocks verified reconstructed asserted contradicted verdict",
    ),
    ev.LegacyItemImported: _of("imported", f"{_IMPORTED} what digest verdict reason"),
    ev.HistoryGap: _of("imported", f"{_IMPORTED} what evidence"),
    ev.FileQuarantined: _of("imported", f"{_IMPORTED} digest size reason"),
    ev.SourceMovedAway: _of("imported", f"{_IMPORTED} to inventory"),
    ev.SourceMovedBack: _of("imported", f"{_IMPORTED} inventory"),
    ev.LegacyTextErased: _of("erasure", f"{_IMPORTED} object reason"),
    ev.BackupTaken: _of("backup", f"{_BACKUP} what version=dna objects size confirmed"),
    ev.BackupVerified: _of("backup", f"{_BACKUP} objects size damaged confirmed"),
    ev.BackupPruned: _of("backup", f"{_BACKUP} version=dna reason"),
    ev.BackupRestored: _of("backup", f"{_BACKUP} version=dna objects size"),
    ev.LedgerRestored: _of("backup", "target name size=tree_size root lost report"),
    ev.ObjectsCollected: _of("collection", "inventory objects size graceDays=grace_days"),
    ev.HoldPlaced: _of("hold", f"version=dna {_VERSION} reason"),
    ev.HoldReleased: _of("hold", f"version=dna {_VERSION} reason"),
}
"""Every kind: all entries are blocks."""

_BY_KIND = {event.kind: block_type for event, block_type in BLOCK_TYPES.items()}


def block_type(event: Event) -> str:
    """Return the type of the block that shows ``event``."""
    return _BY_KIND[event.kind].name


def block_content(event: Event) -> dict[str, Value]:
    """Return what stands in ``data.content``: small parts of the event, as they are."""
    content: dict[str, Value] = {}
    for field, attribute in _BY_KIND[event.kind].content:
        value = getattr(event, attribute)
        content[field] = list(value) if isinstance(value, tuple) else value
    return content
