"""``oneseek firebase rebuild``: make every document of the collections again."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.output import count_text
from oneseek.domain.errors import InvalidInput


@make(
    examples=(
        "oneseek firebase rebuild",
        "oneseek firebase rebuild --collection oqt_queries",
        "oneseek firebase rebuild --collection oqt_queries --take-over",
    ),
    codes=(0, 2, 3, 4, 5, 10, 130),
)
@click.option("--collection", "names", multiple=True, metavar="NAME",
              help="Only this collection; may be repeated.")  # fmt: skip
@click.option("--take-over", is_flag=True,
              help="Replace what somebody else, or another ledger, wrote there.")  # fmt: skip
def rebuild(app: App, names: tuple[str, ...], take_over: bool) -> None:
    """Fold the ledger from its first entry and make the collections equal to it.

    Readers never see half a collection: what is wanted is written first, what is not is deleted at
    the end. A rebuild that was interrupted goes on where it was, and so does the next push.
    --take-over needs --collection: all documents in it become those of this ledger. A text that
    this vault has no key for stays as the target has it, which may be the last copy; only
    --take-over removes it.
    """
    from oneseek.cli.wiring.firebase import chosen, open_runner, rebuild_all
    from oneseek.cli.wiring.firebase_text import tell_of_unopened
    from oneseek.cli.wiring.published import refuse_second_history

    if take_over and not names:
        raise InvalidInput(
            "--take-over replaces documents of somebody else: name the collection",
            hint="for example: oneseek firebase rebuild --collection oqt_queries --take-over",
        )
    wanted = chosen(names)
    refuse_second_history(app)
    runner = open_runner(app)
    done = rebuild_all(app, runner, wanted, take_over=take_over)
    tell_of_unopened(app, done)
    app.out.result(
        {
            "target": runner.store.name,
            "collections": [
                {"collection": c.name, "size": d.size, "documents": d.documents,
                 "unopened": d.unopened}
                for c, d in done
            ],
        },
        [f"Target  {runner.store.name}"]
        + [
            f"{c.name:<20}  "
            + (f"{count_text(d.documents, 'document')} put right" if d.documents
               else "was as it should be")
            + f"; shows {count_text(d.size, 'entry', 'entries')}"
            for c, d in done
        ],
    )  # fmt: skip


command = rebuild
