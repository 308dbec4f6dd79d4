"""The plan: what importing a source would make, each with its verdict and reason.

What may be long is a :class:`~oneseek.migrations.spool.Spool`; the rest are tuples.
"""

from dataclasses import dataclass
from pathlib import Path

from msgspec import Struct

from oneseek.domain.digest import Digest
from oneseek.domain.findings import Finding
from oneseek.migrations.item import Item
from oneseek.migrations.ledgers.judging import BlockJudgement
from oneseek.migrations.spool import Spool
from oneseek.migrations.verdicts import Claim, Verdict

PLAN_FORMAT = "oneseek-migration-plan/v1"


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of the source that belongs to a version."""

    path: str
    """Below the source."""
    digest: Digest
    size: int
    role: str
    """``record``, ``weights``, ``adapter`` (weights of the chain), ``adapter-config`` or ``other``.
    """


class PlannedVersion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A version as its records tell it."""

    label: str
    """The folder's name in the certified tree, before it is known whether it is free."""
    claimed: str | None
    path: str
    """The record, or the folder, that makes it a version."""
    form: str
    """``adapter``, ``tensors`` or ``none``; see :class:`~oneseek.domain.events.VersionImported`."""
    form_reason: str
    """Why it is no more than that, in a sentence; empty for an adapter."""
    parts: tuple[Part, ...]
    chain: tuple[str, ...] = ()
    """Folders or files of its adapters, in the order in which they were trained."""
    language: str | None = None
    major: int | None = None
    minor: int | None = None
    base_name: str | None = None
    created: str | None = None
    created_zone: str | None = None
    verdict: Verdict
    reason: str
    claims: tuple[Claim, ...] = ()
    findings: tuple[Finding, ...] = ()


class PlannedLedger(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An old ledger after every block was judged."""

    path: str
    format: str
    blocks: int
    counts: dict[Verdict, int]
    verdict: Verdict
    reason: str


class PlannedItem(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One more thing that gets an entry of its own: a pointer, a checkpoint, a backup."""

    path: str
    what: str
    says: str
    verdict: Verdict
    reason: str


class PlannedGap(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Part of the history that is not there."""

    path: str
    what: str
    evidence: str


class Quarantined(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file that is kept and not opened."""

    path: str
    reason: str


class Question(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What only a person can decide."""

    asks: str
    why: str
    command: str
    """What to type; empty where nothing can be typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePlan:
    """What importing one source would make."""

    root: Path
    path: str
    """The root as it is shown and recorded."""
    source: str
    """Its identity: 16 hex digits."""
    entries: int
    files: int
    size: int
    items: Spool[Item]
    versions: Spool[PlannedVersion]
    judgements: dict[str, Spool[BlockJudgement]]
    """By path of the ledger."""
    ledgers: tuple[PlannedLedger, ...]
    told: Spool[PlannedItem]
    gaps: tuple[PlannedGap, ...]
    quarantined: tuple[Quarantined, ...]
    findings: tuple[Finding, ...]
    """Those about more than one item; an item's own are in the item, a version's in the version."""
    questions: tuple[Question, ...]
    trusting: bool = False
    """Signers were named that count: it may judge what an earlier import could not."""
