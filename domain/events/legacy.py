"""Events of what was taken over from older systems: sources, versions, ledgers, gaps, quarantine.

Nothing here was observed by us. Every event carries a verdict and its reason, as the migrator came
to it: ``verified`` (the record proves itself by its own rule), ``verified by reconstruction`` (it
does after a step that the reason names), ``asserted`` (only the record says so) or
``contradicted`` (something else that was found says otherwise). A verdict is never raised later.
"""

from typing import ClassVar

from oneseek.domain.digest import Digest
from oneseek.domain.events.base import Event
from oneseek.domain.values import Count


class SourceScanned(Event, frozen=True):
    """A legacy tree or file was read to its last entry, and every byte of it is kept."""

    kind: ClassVar[str] = "source-scanned/v1"
    source: str
    """Identity of the place: 16 hex digits of the SHA-256 of its path's bytes."""
    path: str
    """Where it lay, relative to the workspace where possible. Bytes that are no UTF-8 as ``\\xNN``.
    """
    inventory: Digest
    """Object: a JSON line for every entry found, with digest, class, verdict and reason."""
    report: Digest
    """Object: totals, contradictions, gaps, and what a person must decide."""
    entries: Count
    files: Count
    size: Count
    """Bytes of all files."""
    previous: Digest | None
    """The inventory of the scan before of the same place, when this one differs from it."""

    @property
    def stream(self) -> str:
        return f"legacy:{self.source}"


class VersionImported(Event, frozen=True):
    """A version that an older system recorded, with what its records claim of it."""

    kind: ClassVar[str] = "version-imported/v1"
    manifest: Digest
    """Digest of the manifest object of all files that are taken to belong to it: its identity."""
    dna: str
    """The label that it stands under here: its old name, with ``~`` and 8 digits where taken."""
    claimed: str | None
    """The name that its records give it; None when they give none."""
    weights: Digest | None
    """Of the weights in the folder, newly hashed by us; None where there are none to be read."""
    form: str
    """``adapter`` (PEFT, can be applied), ``tensors`` (readable, no adapter) or ``none``."""
    adapters: Count
    """Adapters of its chain, in the order in which the records list them."""
    language: str | None
    major: Count | None
    minor: Count | None
    base: Digest | None
    """Manifest of the registered base model that was found with it; None: not known yet."""
    base_name: str | None
    """What the records call the base model."""
    created: str | None
    """When the records say that it was made, as they spell it."""
    created_zone: str | None
    """``utc``, ``local``, ``false-z`` (local time marked as UTC) or None without a time."""
    verdict: str
    reason: str
    record: Digest
    """Object: every claim of its records with a verdict and a reason of its own."""
    source: str
    path: str
    """Where in the source its records lie."""

    @property
    def stream(self) -> str:
        return f"version:{self.manifest}"


class BaseIdentified(Event, frozen=True):
    """Somebody said on which registered base model an imported version stands."""

    kind: ClassVar[str] = "base-identified/v1"
    manifest: Digest
    dna: str
    base: Digest
    how: str
    """What it was recognised by, in a sentence."""

    @property
    def stream(self) -> str:
        return f"version:{self.manifest}"


class LedgerImported(Event, frozen=True):
    """An old ledger was checked block by block with its own rule and beyond it."""

    kind: ClassVar[str] = "ledger-imported/v1"
    source: str
    path: str
    format: str
    """Which of the old ledgers it is, as the class in the inventory."""
    ledger: Digest
    """Object: the original bytes; sealed ones are named by their ciphertext."""
    sealed: bool
    blocks: Count
    verified: Count
    reconstructed: Count
    asserted: Count
    contradicted: Count
    judgements: Digest
    """Object: a JSON line for every block: where its bytes lie in the original, verdict, reason."""
    verdict: str
    reason: str

    @property
    def stream(self) -> str:
        return f"legacy:{self.source}"


class LegacyItemImported(Event, frozen=True):
    """One more thing of a legacy source with a verdict: a pointer, checkpoint, backup and so on."""

    kind: ClassVar[str] = "legacy-item-imported/v1"
    source: str
    path: str
    what: str
    """Its class in the inventory."""
    digest: Digest | None
    """Object with its bytes, ciphertext where sealed; None for what is no file."""
    sealed: bool
    says: str
    """What it says, in a line: a pointer's target, a checkpoint's step."""
    verdict: str
    reason: str

    @property
    def stream(self) -> str:
        return f"legacy:{self.source}"


class HistoryGap(Event, frozen=True):
    """Part of an older history is not there: erased, lost, overwritten, or never written."""

    kind: ClassVar[str] = "history-gap/v1"
    source: str
    path: str
    what: str
    """``erased-by-reset``, ``missing-blocks``, ``restarted``, ``forked``, ``cut`` and so on."""
    evidence: str
    """What it is seen from, in a sentence."""

    @property
    def stream(self) -> str:
        return f"legacy:{self.source}"


class FileQuarantined(Event, frozen=True):
    """A file is kept but will not be opened: reading it might run code, or harm."""

    kind: ClassVar[str] = "file-quarantined/v1"
    source: str
    path: str
    digest: Digest
    """Object: its bytes, untouched."""
    size: Count
    reason: str

    @property
    def stream(self) -> str:
        return f"legacy:{self.source}"


class SourceMovedAway(Event, frozen=True):
    """An imported source was moved out of the way, after every byte was found in the store."""

    kind: ClassVar[str] = "source-moved-away/v1"
    source: str
    path: str
    to: str
    inventory: Digest

    @property
    def stream(self) -> str:
        return f"legacy:{self.source}"


class SourceMovedBack(Event, frozen=True):
    """A source that had been moved away lies where it was again."""

    kind: ClassVar[str] = "source-moved-back/v1"
    source: str
    path: str
    inventory: Digest

    @property
    def stream(self) -> str:
        return f"legacy:{self.source}"


class LegacyTextErased(Event, frozen=True):
    """The key of a sealed legacy file was destroyed. Its digest and its place stay."""

    kind: ClassVar[str] = "legacy-text-erased/v1"
    source: str
    path: str
    object: Digest
    """The sealed object: its ciphertext stays, and nobody can read it."""
    reason: str

    @property
    def stream(self) -> str:
        return f"legacy:{self.source}"
