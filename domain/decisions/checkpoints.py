"""Checkpoints of trainings: what is kept, what goes, and what a training can go on from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from oneseek.domain.checkpoint_names import DAILY, WEEKLY, daily_name, weekly_name
from oneseek.domain.decisions import Decision
from oneseek.domain.decisions.training import lost
from oneseek.domain.digest import Digest
from oneseek.domain.errors import Conflict
from oneseek.domain.events import CheckpointDropped, CheckpointKept
from oneseek.domain.state.documents import KeptCheckpoint, Training, checkpoint_key
from oneseek.domain.state.store import Reading, prefix_range

REPLACED = "a newer one of the same day took its place"
NEEDLESS = "the training would fail again from there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How many days and weeks with checkpoints stay."""

    daily: int = 7
    weekly: int = 12


@dataclass(frozen=True, slots=True)
class Resumable:
    """A training that can go on, and the checkpoints that it can go on from, the newest first."""

    training: Training
    kept: tuple[KeptCheckpoint, ...]


@dataclass(frozen=True, slots=True)
class Surplus:
    """A checkpoint that the rule lets go."""

    kept: KeptCheckpoint
    reason: str


def keep(
    state: Reading,
    training: str,
    since: int | None,
    *,
    epoch: int,
    step: int,
    digest: Digest,
    size: int,
    day: date,
) -> Decision:
    """Keep a state under the name of its day, and the first of an ISO week under that name too.

    ``since`` as in :func:`~oneseek.domain.decisions.training.lost`.

    Raises:
        Conflict: somebody took the training for dead meanwhile.
    """
    if told := lost(state, training, since):
        raise Conflict(told, hint="it was taken for dead: its connection to the ledger was lost")
    events: list[CheckpointDropped | CheckpointKept] = []
    for period, name in ((DAILY, daily_name(day)), (WEEKLY, weekly_name(day))):
        old = state.get(KeptCheckpoint, checkpoint_key(training, period, name))
        if old is not None and (period == WEEKLY or old.state == digest):
            continue
        if old is not None:
            events.append(_dropped(old, REPLACED))
        events.append(
            CheckpointKept(
                training=training,
                period=period,
                name=name,
                epoch=epoch,
                step=step,
                state=digest,
                size=size,
            )
        )
    return Decision(tuple(events))


def kept_of(state: Reading, training: str) -> tuple[KeptCheckpoint, ...]:
    """Return the checkpoints of ``training``, the furthest first, each state once."""
    start, stop = prefix_range(f"{training} ")
    found = [kept for _, kept in state.scan(KeptCheckpoint, start=start, stop=stop)]
    found.sort(key=lambda kept: (kept.step, kept.index))
    # A state that is daily and weekly is one to go on from.
    return tuple(reversed({kept.state: kept for kept in found}.values()))


def way_on(state: Reading, training: str) -> str:
    """Return the end of a sentence that says how ``training`` goes on; "" where it cannot."""
    if not (kept := kept_of(state, training)):
        return ""
    return f"; it can go on from step {kept[0].step}: oneseek train --resume {training}"


def resumable(state: Reading) -> list[Resumable]:
    """Return the trainings that ended without a result and have checkpoints, the newest first.

    One that is recorded as running counts too: whether it lives is for its lease to say.
    """
    names = dict.fromkeys(kept.training for _, kept in state.scan(KeptCheckpoint))
    found = [
        Resumable(training, kept_of(state, name))
        for name in names
        if (training := state.get(Training, name)) and training.status in ("started", "failed")
    ]
    return sorted(found, key=lambda item: item.kept[0].index, reverse=True)


def surplus(state: Reading, rule: Rule) -> list[Surplus]:
    """Return what is beyond the newest days and weeks that have checkpoints, of all trainings.

    What a running training would go on from is never among it.
    """
    kept = [item for _, item in state.scan(KeptCheckpoint)]
    needed = {
        kept_of(state, name)[0].state
        for name in dict.fromkeys(item.training for item in kept)
        if (training := state.get(Training, name)) and training.status == "started"
    }
    found: list[Surplus] = []
    for period, number, unit in ((DAILY, rule.daily, "days"), (WEEKLY, rule.weekly, "weeks")):
        # Names of a period sort as time goes; those of two trainings on one day are one name.
        names = sorted({item.name for item in kept if item.period == period}, reverse=True)
        reason = f"not of the last {number} {unit} that have a checkpoint"
        found += (
            Surplus(item, reason)
            for item in kept
            if item.period == period and item.name in names[number:] and item.state not in needed
        )
    return found


def drop_surplus(gone: Sequence[Surplus]) -> Decision:
    """Give up what :func:`surplus` returned."""
    return Decision(tuple(_dropped(item.kept, item.reason) for item in gone))


def drop_needless(state: Reading, training: str) -> Iterator[CheckpointDropped]:
    """Yield the end of every checkpoint of a training that fails for a reason that stays."""
    start, stop = prefix_range(f"{training} ")
    for _, kept in state.scan(KeptCheckpoint, start=start, stop=stop):
        yield _dropped(kept, NEEDLESS)


def _dropped(kept: KeptCheckpoint, reason: str) -> CheckpointDropped:
    return CheckpointDropped(
        training=kept.training,
        period=kept.period,
        name=kept.name,
        state=kept.state,
        reason=reason,
    )
