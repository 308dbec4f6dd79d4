"""``oneseek firebase push``: bring the collections up to the ledger."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.output import count_text


@make(
    examples=("oneseek firebase push", "oneseek firebase push --collection oqt_ledger --json"),
    codes=(0, 2, 3, 4, 5, 10, 130),
)
@click.option("--collection", "names", multiple=True, metavar="NAME",
              help="Only this collection; may be repeated.")  # fmt: skip
def push(app: App, names: tuple[str, ...]) -> None:
    """Write what is new in the ledger into the collections; each entry counts exactly once.

    It can be repeated, interrupted and run by several at once. A collection that shows another
    ledger, or holds documents of somebody else, is never changed. A text that this vault has no key
    for stays as the target has it, else it is null; how many there are is said.
    """
    from oneseek.cli.wiring.firebase import chosen, open_runner, push_all
    from oneseek.cli.wiring.firebase_text import tell_of_unopened
    from oneseek.cli.wiring.published import refuse_second_history

    wanted = chosen(names)
    refuse_second_history(app)
    runner = open_runner(app)
    done = push_all(app, runner, wanted)
    tell_of_unopened(app, done)
    app.out.result(
        {
            "target": runner.store.name,
            "collections": [
                {"collection": c.name, "size": d.size, "entries": d.entries,
                 "documents": d.documents, "unopened": d.unopened}
                for c, d in done
            ],
        },
        [f"Target  {runner.store.name}"]
        + [
            f"{c.name:<20}  "
            + (
                f"{count_text(d.documents, 'document')} written for "
                f"{count_text(d.entries, 'entry', 'entries')}"
                if d.entries or d.documents
                else "nothing new"
            )
            + f"; shows {count_text(d.size, 'entry', 'entries')}"
            for c, d in done
        ],
    )  # fmt: skip


command = push
