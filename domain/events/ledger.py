"""Events of the ledger itself: its opening, its keys, its index, its repair."""

from typing import ClassVar

from oneseek.domain.digest import Digest
from oneseek.domain.events.base import Event
from oneseek.domain.values import Count


class LedgerOpened(Event, frozen=True):
    """The first entry of every ledger: who it says it is and in which format it is written."""

    kind: ClassVar[str] = "ledger-opened/v1"
    origin: str
    """The log's name in every checkpoint (C2SP tlog-checkpoint)."""
    format: str
    software: str

    @property
    def stream(self) -> str:
        return "ledger"


class KeyAdded(Event, frozen=True):
    """From here on this key may sign checkpoints (or models, by ``purpose``)."""

    kind: ClassVar[str] = "key-added/v1"
    purpose: str
    verifier: str
    """The public key as a C2SP verifier key, ``name+hash+base64``."""

    @property
    def stream(self) -> str:
        return "ledger"


class KeyRetired(Event, frozen=True):
    """From here on this key may sign no more. What it signed before stays good."""

    kind: ClassVar[str] = "key-retired/v1"
    verifier: str
    """The public key, as it was announced."""
    purpose: str
    reason: str

    @property
    def stream(self) -> str:
        return "ledger"


class ModelKeyAdded(Event, frozen=True):
    """From here on this key may sign versions. It is no checkpoint key and never becomes one."""

    kind: ClassVar[str] = "model-key-added/v1"
    key: Digest
    """SHA-256 of the public key as DER SubjectPublicKeyInfo (RFC 5280): its identity."""
    algorithm: str
    """``ecdsa-p256-sha256``."""
    public_key: str
    """The DER SubjectPublicKeyInfo as base64."""

    @property
    def stream(self) -> str:
        return "ledger"


class ModelKeyRetired(Event, frozen=True):
    """From here on this key signs no version. What it signed before stays good."""

    kind: ClassVar[str] = "model-key-retired/v1"
    key: Digest
    reason: str

    @property
    def stream(self) -> str:
        return "ledger"


class KeyProtectionChanged(Event, frozen=True):
    """The file of a private key was written anew, with or without a passphrase: a claim."""

    kind: ClassVar[str] = "key-protection-changed/v1"
    purpose: str
    key: str
    """The verifier key of a checkpoint key, the digest of a model key."""
    protection: str
    """``passphrase`` or ``none``."""

    @property
    def stream(self) -> str:
        return "ledger"


class IndexLogged(Event, frozen=True):
    """The root of the map from every stream to its entries, as of a tree size.

    Proofs under it show all entries of a stream, so that absence can be shown too.
    """

    kind: ClassVar[str] = "index-logged/v1"
    size: Count
    """Entries that the map covers: those with an index below."""
    root: Digest
    streams: Count

    @property
    def stream(self) -> str:
        return "index"


class LedgerRepaired(Event, frozen=True):
    """Damaged bytes of this ledger were replaced by bytes that a signed checkpoint binds."""

    kind: ClassVar[str] = "ledger-repaired/v1"
    source: str
    """Where the bytes came from, without credentials."""
    size: Count
    """The tree that they were verified against, and its root."""
    root: Digest
    repairs: Digest
    """Object: every place that was mended, expected and found side by side."""
    places: Count

    @property
    def stream(self) -> str:
        return "ledger"
