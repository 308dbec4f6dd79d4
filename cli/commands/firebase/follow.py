"""``oneseek firebase follow``: keep the collections up to date until interrupted."""

from math import inf

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=("oneseek firebase follow", "oneseek firebase follow --collection oqt_queries"),
    codes=(0, 2, 3, 4, 5, 10, 130),
)
@click.option("--collection", "names", multiple=True, metavar="NAME",
              help="Only this collection; may be repeated.")  # fmt: skip
def follow(app: App, names: tuple[str, ...]) -> None:
    """Push, and push again whenever any process appends, until Ctrl-C. With --json a line each."""
    from oneseek.cli.streams import reader_gone
    from oneseek.cli.wiring.firebase import chosen, open_runner, push_all
    from oneseek.cli.wiring.published import refuse_second_history

    wanted = chosen(names)
    refuse_second_history(app)
    runner = open_runner(app)
    size = app.ledger.head().size
    push_all(app, runner, wanted, inf)
    app.out.note(f"{runner.store.name} shows {size} entries; following, Ctrl-C ends it")
    for new in app.ledger.follow(size):
        done = push_all(app, runner, wanted, inf)  # a long rebuild is no reason to end
        if app.out.json:
            documents = {c.name: pushed.documents for c, pushed in done}
            app.out.line_json({"size": new.stop, "documents": documents})
        app.out.note(f"up to date with entry {new.stop - 1}")
        if reader_gone():
            return


command = follow
