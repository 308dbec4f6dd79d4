"""Events of versions: numbered, certified, signed, activated, withdrawn."""

from typing import ClassVar

from oneseek.domain.digest import Digest
from oneseek.domain.events.base import Event
from oneseek.domain.values import Count, Time


class VersionNumbered(Event, frozen=True):
    """A number of a language line was taken. No number is ever given twice."""

    kind: ClassVar[str] = "version-numbered/v1"
    language: str
    major: Count
    minor: Count
    training: str

    @property
    def stream(self) -> str:
        return f"line:{self.language}"


class VersionCertified(Event, frozen=True):
    """A directory of files became a version. The manifest's digest is its identity."""

    kind: ClassVar[str] = "version-certified/v1"
    manifest: Digest
    dna: str
    """The readable label, also the directory's name."""
    weights: Digest
    language: str
    major: Count
    minor: Count
    training: str
    base: Digest
    dataset: Digest
    certified_at: Time

    @property
    def stream(self) -> str:
        return f"version:{self.manifest}"


class VersionSigned(Event, frozen=True):
    """A version's directory was signed; the signature cannot be derived, so it is an object."""

    kind: ClassVar[str] = "version-signed/v1"
    manifest: Digest
    dna: str
    method: str
    """``oms-v1.0``: OpenSSF Model Signing."""
    key: Digest
    """The model key that signed, as it was announced."""
    signature: Digest
    """Object: the bytes of ``model.sig``."""

    @property
    def stream(self) -> str:
        return f"version:{self.manifest}"


class VersionActivated(Event, frozen=True):
    """From here on this version answers."""

    kind: ClassVar[str] = "version-activated/v1"
    manifest: Digest
    dna: str
    previous: Digest | None

    @property
    def stream(self) -> str:
        return "registry"


class VersionWithdrawn(Event, frozen=True):
    """This version must not answer any more. When it was active, nothing is active now."""

    kind: ClassVar[str] = "version-withdrawn/v1"
    manifest: Digest
    dna: str
    reason: str
    was_active: bool

    @property
    def stream(self) -> str:
        return "registry"
