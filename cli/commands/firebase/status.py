"""``oneseek firebase status``: how far the collections are."""

from typing import TYPE_CHECKING

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.output import count_text

if TYPE_CHECKING:
    from oneseek.adapters.documents.runner import Standing


@make(
    examples=("oneseek firebase status", "oneseek firebase status --json"),
    codes=(0, 2, 3, 4, 5, 10),
)
def status(app: App) -> None:
    """Show the target, and of each collection its position, how far it is behind, its documents."""
    from oneseek.cli.wiring.firebase import chosen, open_runner

    runner = open_runner(app)
    seen = [(collection, runner.standing(collection)) for collection in chosen(())]
    app.out.note(f"Target  {runner.store.name}")
    rows = [
        (
            collection.name,
            _shows(at),
            at.behind,
            at.documents,
            at.problem or ("a rebuild has not ended" if at.rebuilding else ""),
        )
        for collection, at in seen
    ]
    app.out.table(
        ("Collection", "Shows", "Behind", "Documents", "Note"),
        rows,
        {
            "target": runner.store.name,
            "collections": [
                {
                    "collection": collection.name,
                    "size": at.size,
                    "behind": at.behind,
                    "documents": at.documents,
                    "rebuilding": at.rebuilding,
                    "problem": at.problem,
                }
                for collection, at in seen
            ],
        },
        "no collections",
    )


def _shows(at: "Standing") -> str:
    if at.size is not None:
        return count_text(at.size, "entry", "entries")
    return "nobody knows" if at.problem else "never pushed"


command = status
