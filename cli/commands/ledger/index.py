"""``oneseek ledger index``: log what proofs of time and absence are made from."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=("oneseek ledger index", "oneseek ledger index --again --json"),
    codes=(0, 2, 3, 4, 5, 10),
    writes=True,
)
@click.option(
    "--again",
    is_flag=True,
    help="Log it even if nothing is new: the entry shows that nothing else happened until now.",
)
def index(app: App, again: bool) -> None:
    """Log the root of the index of all streams, so that time and absence can be proved.

    Every entry is read and hashed. Proofs (oneseek current --proof, oneseek history --proof) reach
    as far as the newest index. Nothing is written when nothing is new, so it can be run from cron.
    """
    from oneseek.cli.output import count_text
    from oneseek.cli.progress import count_bar
    from oneseek.cli.wiring.writing import writing
    from oneseek.domain.usecases.log_index import log_index

    with writing(app) as ports:
        size = ports.ledger.head().size
        with count_bar("Reading entries", size, show=not app.out.json) as advance:
            logged = log_index(ports, again=again, on_entries=advance)
    entry = logged.receipt.indices[0] if logged.receipt else None
    covers = f"index of {count_text(logged.size, 'entry', 'entries')}, root {logged.root[:16]}…"
    app.out.result(
        {"size": logged.size, "root": logged.root, "entry": entry},
        (f"Logged the {covers} (entry {entry})" if entry else f"Nothing is new: {covers}",),
    )


command = index
