"""What only a person can decide, with the command that says it."""

from collections.abc import Iterable, Iterator, Sequence

from oneseek.migrations.assembly.told import pointed_at
from oneseek.migrations.plan import PlannedGap, PlannedItem, Quarantined, Question

_SHOWN = 3


def questions(
    *,
    bases: dict[str, list[str]],
    repeated: dict[str, int],
    usable: Sequence[str],
    told: Iterable[PlannedItem],
    gaps: Iterable[PlannedGap],
    quarantined: Sequence[Quarantined],
) -> Iterator[Question]:
    """Yield every question, those that block the use of a version first.

    ``bases`` maps what records call a base model to the labels of versions that stand on it;
    ``repeated`` are names that several versions claim; ``usable`` are labels that can be activated.
    """
    for name, labels in sorted(bases.items()):
        yield Question(
            asks=f"Which base model do the old records mean by {name!r}?",
            why=f"{_some(labels)} cannot answer before you say so, because a name proves nothing. "
            "Register the folder of the model first (oneseek base register FOLDER), then type the "
            f"command{_for_each(labels)}, with its new name for BASE",
            command=f"oneseek migrate base {labels[0]} BASE",
        )
    if usable:
        yield _active(told, usable)
    for name, count in sorted(repeated.items()):
        yield Question(
            asks=f"Which of the {count} versions that claim the name {name!r} is the one meant?",
            why="they have different bytes, so that both are kept, each under a name of its own; "
            "look at them, and use the right one",
            command=f"oneseek versions | grep {name}" if name.isascii() else "oneseek versions",
        )
    erased = [gap for gap in gaps if gap.what == "erased-by-reset"]
    if erased:
        yield Question(
            asks="Is there an older copy of what the resets erased?",
            why=f"{_many(len(erased), 'trace')} of erased history {_was(len(erased))} found, "
            f"first in {erased[0].path}",
            command="oneseek migrate run OLDER_COPY",
        )
    if quarantined:
        yield Question(
            asks="Where do the files in quarantine come from?",
            why=f"{_many(len(quarantined), 'file')} {_was(len(quarantined))} kept and never "
            f"opened, first {quarantined[0].path}: {quarantined[0].reason}. You need not do "
            "anything; if you know where they came from and have them whole, import that copy",
            command="",
        )


def _active(told: Iterable[PlannedItem], usable: Sequence[str]) -> Question:
    models = pointed_at(told)
    if len(models) > 1:
        why = f"the old pointers disagree: {_some(models)}"
    elif models:
        why = f"the old pointers agree on {models[0]}, but an old pointer activates nothing"
    else:
        why = "no old pointer names one"
    # Where the pointers do not agree, naming one of the versions would be a guess.
    meant = (
        next((label for label in usable if label in models), "DNA") if len(models) == 1 else "DNA"
    )
    return Question(
        asks="Which version is to answer?", why=why, command=f"oneseek activate {meant}"
    )


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _for_each(labels: Sequence[str]) -> str:
    return "" if len(labels) == 1 else " for each of them"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"
