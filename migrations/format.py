"""What one source format is: how it is recognised, and what is read out of it.

A format is one file in :mod:`oneseek.migrations.formats` with a module constant ``FORMAT`` (or
``FORMATS``, a tuple); nothing else has to be told that it exists.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from oneseek.domain.findings import Finding
from oneseek.migrations.verdicts import Claim, Verdict

if TYPE_CHECKING:
    from oneseek.migrations.look import Look


class VersionFacts(Struct, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """What one metadata file says about one version. Texts are as the record spells them."""

    name: str | None = None
    """DNA or display name."""
    version: str | None = None
    """The version text alone: ``1.1-SV``, ``1.0.0``."""
    language: str | None = None
    base_models: tuple[str, ...] = ()
    adapters: tuple[str, ...] = ()
    """In chain order."""
    created: str | None = None
    created_zone: str | None = None
    """See :mod:`oneseek.migrations.rules.times`: ``utc``, ``local``, ``false-z``, ``offset``."""
    checksum: str | None = None
    """SHA-256 of the weights that the record promises, as it spells it."""
    weights_size: int | None = None
    ledger_block: str | None = None
    """Which block of an old ledger is said to record it."""
    simulated: bool = False
    """Its figures are constants of the old code."""
    current: bool = False
    """It says of itself that it is the active version."""
    values: dict[str, Any] = field(default_factory=dict)
    """Further values that recomputing needs, by the record's own names (``final_loss`` …): JSON."""


class AdapterFacts(Struct, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """What an ``adapter_config.json`` says."""

    base: str | None
    rank: int | None
    alpha: float | None
    targets: tuple[str, ...]
    peft_type: str | None


class PointerFacts(Struct, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Which model something says is the active one."""

    pointer: str
    """Kind of pointer: ``link``, ``marker``, ``production-link``, ``merge-marker``,
    ``autonomy-link``, ``flag``."""
    target: str
    """As it is written there."""


class LedgerFacts(Struct, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """An old ledger; its blocks are read again, one by one, when it is judged."""

    ledger: str
    """Name of the module in :mod:`oneseek.migrations.ledgers` that judges it."""


Facts = VersionFacts | AdapterFacts | PointerFacts | LedgerFacts


class Reading(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a format makes of one file."""

    verdict: Verdict
    reason: str
    """One sentence, for the person who reads the report."""
    says: str = ""
    """The gist of it in one line, without people's text."""
    facts: Facts | None = None
    claims: tuple[Claim, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A source format."""

    name: str
    """The class in an inventory, kebab-case, such as ``certified-metadata``."""
    what: str
    """For people: ``metadata of a certified model``."""
    rank: int = 50
    """Formats with a lower rank are asked first; the first that matches reads the file."""
    matches: Callable[["Look"], bool]
    """Must be cheap for files that it does not match: look at the path before the bytes."""
    read: Callable[["Look"], Reading]
    personal: bool = False
    """It holds questions or answers of people: its bytes are kept sealed."""
