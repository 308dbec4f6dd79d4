"""Events of keeping: the registry was reset, a version was restored."""

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
