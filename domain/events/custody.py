"""Events of keeping: resets, backups and what became of them, holds, collected objects."""

from typing import ClassVar

from oneseek.domain.digest import Digest
from oneseek.domain.events.base import Event
from oneseek.domain.values import Count


class RegistryReset(Event, frozen=True):
    """The certified tree was ordered to be emptied. What was there is in the inventory object."""

    kind: ClassVar[str] = "registry-reset/v1"
    reason: str
    inventory: Digest
    """Object: every path that was there with its size and digest, and the versions by name."""
    versions: Count
    files: Count
    active: Digest | None

    @property
    def stream(self) -> str:
        return "registry"


class VersionRestored(Event, frozen=True):
    """A version that a reset had removed stands in the certified tree again."""

    kind: ClassVar[str] = "version-restored/v1"
    manifest: Digest
    dna: str

    @property
    def stream(self) -> str:
        return "registry"


class BackupTaken(Event, frozen=True):
    """A copy of a version, of the ledger or of the vault lies in another place, confirmed."""

    kind: ClassVar[str] = "backup-taken/v1"
    target: str
    """URL of the place, without secrets; ``local``: the backups folder of the workspace."""
    what: str
    """``version``, ``ledger`` or ``vault``."""
    name: str
    """Its name in the catalogue of the target, unique there."""
    manifest: Digest | None
    """Of the version; None for ledger and vault."""
    dna: str | None
    tree_size: Count | None
    """Of the ledger: its size and root in the copy; None for the others."""
    root: Digest | None
    listing: Digest
    """Object: every object of the copy with its size and what it is."""
    objects: Count
    size: Count
    """Bytes of all these objects, whether they were copied now or lay there already."""
    confirmed: str
    """``read-back`` (every byte was read again) or ``checksum`` (the service's own, compared)."""

    @property
    def stream(self) -> str:
        return f"backup:{self.target}"


class BackupVerified(Event, frozen=True):
    """A backup was read again and compared, object by object."""

    kind: ClassVar[str] = "backup-verified/v1"
    target: str
    name: str
    listing: Digest
    objects: Count
    size: Count
    """Bytes that were read."""
    damaged: Count
    """Objects that are missing or have other bytes."""
    confirmed: str
    """As in ``backup-taken``."""

    @property
    def stream(self) -> str:
        return f"backup:{self.target}"


class BackupPruned(Event, frozen=True):
    """A backup was given up, by the retention policy or by hand. Its objects go with it."""

    kind: ClassVar[str] = "backup-pruned/v1"
    target: str
    name: str
    listing: Digest
    manifest: Digest | None
    dna: str | None
    reason: str
    """The rule that let it go, in a sentence."""

    @property
    def stream(self) -> str:
        return f"backup:{self.target}"


class BackupRestored(Event, frozen=True):
    """Objects of a version were brought back from a backup into the content store."""

    kind: ClassVar[str] = "backup-restored/v1"
    target: str
    name: str
    listing: Digest
    manifest: Digest
    dna: str
    objects: Count
    """Those that were fetched; what was here already is not counted."""
    size: Count

    @property
    def stream(self) -> str:
        return f"backup:{self.target}"


class LedgerRestored(Event, frozen=True):
    """A machine was lost, and this ledger goes on from a backup of it."""

    kind: ClassVar[str] = "ledger-restored/v1"
    target: str
    name: str
    tree_size: Count
    """Of the ledger in the backup."""
    root: Digest
    known_size: Count | None
    """The largest tree that is known to have existed; None where no newer checkpoint was given."""
    known_root: Digest | None
    lost: Count
    """Entries that are known to have existed and are in no copy."""
    report: Digest
    """Object: which entries these are, and what is known of each."""

    @property
    def stream(self) -> str:
        return "ledger"


class ObjectsCollected(Event, frozen=True):
    """Objects that nothing kept alive any more were removed from the content store."""

    kind: ClassVar[str] = "objects-collected/v1"
    inventory: Digest
    """Object: every removed object with its size, what it was, and why nothing kept it."""
    objects: Count
    size: Count
    grace_days: Count

    @property
    def stream(self) -> str:
        return "objects"


class HoldPlaced(Event, frozen=True):
    """This version must be kept, whatever a policy says."""

    kind: ClassVar[str] = "hold-placed/v1"
    manifest: Digest
    dna: str
    reason: str

    @property
    def stream(self) -> str:
        return f"version:{self.manifest}"


class HoldReleased(Event, frozen=True):
    """The policy counts again for a version that was held."""

    kind: ClassVar[str] = "hold-released/v1"
    manifest: Digest
    dna: str
    reason: str

    @property
    def stream(self) -> str:
        return f"version:{self.manifest}"
