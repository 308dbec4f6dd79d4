"""What a policy keeps, and why: a pure question about what there is, with a sentence as answer.

A rule says how many majors and how many micro versions stay. *Major* versions are those with minor
number 0; all others are *micro*. Numbers are given per language line, so "the last 50" counts per
line: a busy line never pushes another one out. *Last* goes by the ledger, by the leaf index of the
entry that made the item, and not by its number: an import may bring old numbers late.

What is active, held, or the last verified copy stays whatever a rule says, and is not counted, so
holding one version never shortens what the rule keeps of the others. The numbers and their places
(cloud, local copies, the historic ``weights/``, checkpoints) are those of the founding documents.
Where these speak of 3 local majors and of 5, the 3 are of ``weights/`` and the 5 of backups: the
only reading that fits both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

WEIGHTS_MAJORS = 3
WEIGHTS_MICROS = 50
"""Of the historic ``weights/`` export. A projection knows no settings, so these are fixed."""

LEDGER_BACKUPS = 10
"""Backups of the ledger that stay at each place."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How many of each line stay in one place; None keeps all of them."""

    name: str
    """Of the place, as sentences say it: ``cloud``."""
    majors: int | None
    micros: int | None
    every: int = 1
    """Of micro versions, which ones are taken at all: those whose minor number it divides."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers of ``[retention]`` in ``oneseek.toml``."""

    cloud_micro: int = 100
    local_major: int = 5
    local_micro: int = 50
    local_every: int = 10
    weights_major: int = WEIGHTS_MAJORS
    weights_micro: int = WEIGHTS_MICROS
    daily: int = 7
    weekly: int = 12
    ledger: int = LEDGER_BACKUPS
    grace_days: int = 30

    @property
    def cloud(self) -> Rule:
        """Backups elsewhere: majors never expire."""
        return Rule("cloud", majors=None, micros=self.cloud_micro)

    @property
    def local(self) -> Rule:
        """Backups on this machine, of every n-th micro version."""
        return Rule("local", self.local_major, self.local_micro, every=self.local_every)

    @property
    def weights(self) -> Rule:
        """The historic ``weights/`` export."""
        return Rule("weights", self.weights_major, self.weights_micro)


@dataclass(frozen=True, slots=True)
class Held:
    """Something that a place holds: a backup of a version, or the version itself."""

    key: str
    """Unique among the items of one plan."""
    dna: str
    major: int | None
    """None where no number is known: then nothing says that it is old, and it stays."""
    minor: int | None
    language: str | None
    index: int
    """Leaf index of the entry that made it: the higher, the later."""
    active: bool = False
    held: str | None = None
    """Why somebody holds it; None: nobody does."""
    last_copy: bool = False
    """Whether no other verified copy exists."""

    @property
    def is_major(self) -> bool:
        return self.minor == 0


@dataclass(frozen=True, slots=True)
class Choice:
    """What a rule says of one item."""

    item: Held
    keep: bool
    reason: str
    """One sentence without a full stop."""


def plan(items: Iterable[Held], rule: Rule) -> list[Choice]:
    """Say of every item whether it stays, ordered by leaf index, whatever the order of ``items``.

    What was kept is kept when it is planned again, and a larger number never removes more.
    """
    ordered = sorted(items, key=lambda item: (item.index, item.key))
    ranks = _ranks(ordered)
    return [
        _protected(item) or _unnumbered(item) or _counted(item, rule, ranks) for item in ordered
    ]


def is_taken(major: int | None, minor: int | None, rule: Rule) -> bool:
    """Say whether a rule takes a version at all: local copies skip most micro versions."""
    return major is None or minor is None or minor % rule.every == 0


def plan_periods(names: Iterable[tuple[int, str]], keep: int, period: str) -> Mapping[str, str]:
    """Return why each checkpoint goes, by name, of (leaf index, name): all but the last ``keep``.

    ``period`` is ``daily`` or ``weekly``. A name that is not in the answer stays.
    """
    ordered = sorted(names)
    return {
        name: f"{len(ordered) - place} {period} checkpoints were kept since: {keep} stay"
        for place, (_, name) in enumerate(ordered, start=1)
        if len(ordered) - place >= keep
    }


def _protected(item: Held) -> Choice | None:
    if item.active:
        return Choice(item, True, "it is active")
    if item.held is not None:
        return Choice(item, True, f"it is held: {item.held}")
    if item.last_copy:
        return Choice(item, True, "it is the last verified copy")
    return None


def _unnumbered(item: Held) -> Choice | None:
    if item.major is None or item.minor is None:
        return Choice(item, True, "it has no version number that a rule could count")
    return None


def _ranks(ordered: list[Held]) -> dict[str, int]:
    """Return how many came after each item in its line, 0 for the last, of those that count."""
    counted = [item for item in ordered if not _protected(item) and not _unnumbered(item)]
    after: dict[tuple[str | None, bool], int] = {}
    ranks: dict[str, int] = {}
    for item in reversed(counted):
        group = (item.language, item.is_major)
        ranks[item.key] = after.get(group, 0)
        after[group] = ranks[item.key] + 1
    return ranks


def _counted(item: Held, rule: Rule, ranks: Mapping[str, int]) -> Choice:
    rank = ranks[item.key]
    what, limit = ("major", rule.majors) if item.is_major else ("micro", rule.micros)
    line = f" of line {item.language}" if item.language is not None else ""
    if limit is None:
        return Choice(item, True, f"the {rule.name} rule keeps every {what} version")
    versions = f"the last {limit} {what} versions{line}"
    if rank < limit:
        return Choice(item, True, f"it is among {versions}")
    return Choice(item, False, f"it is not among {versions} ({rank} came after it)")
