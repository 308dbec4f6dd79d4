"""Events of the ledger itself: its opening and its keys."""

from typing import ClassVar

from oneseek.domain.events.base import Event


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
