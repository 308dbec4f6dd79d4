"""``oneseek migrate cleanup``: move an imported tree out of the way. Nothing is deleted."""

from shlex import quote

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.output import count_text


@make(
    examples=(
        "oneseek migrate cleanup",
        "oneseek migrate cleanup models/oqt --yes-i-typed oqt",
    ),
    codes=(0, 1, 2, 3, 4, 5, 10, 130),
    writes=True,
)
@click.argument("source", required=False)
@click.option(
    "--yes-i-typed", "typed", metavar="NAME",
    help="The name of the source's folder; without it you are asked for it.",
)  # fmt: skip
def cleanup(app: App, source: str | None, typed: str | None) -> None:
    """Move an imported SOURCE away, after every byte of it was found in the content store.

    The source is read again and compared with the inventory, and every object is read too. Then it
    is renamed to NAME.moved-by-oneseek-DATE, beside where it lay: nothing is deleted. Undo it with:
    oneseek migrate restore
    """
    from oneseek.cli.wiring.migration_cleanup import confirm, verify_kept
    from oneseek.cli.wiring.migration_moves import move_away, target_for
    from oneseek.cli.wiring.writing import writing

    found, place = target_for(app, source)
    confirm(app, place.name, typed)
    with writing(app) as ports:
        erased = verify_kept(app, found, place)
        target, index = move_away(app, ports, found, place)
    app.out.result(
        {"source": found.source, "from": str(place), "to": str(target), "entry": index,
         "erased_texts": erased},
        (
            f"Moved: {place} is now {target} (entry {index})",
            f"Nothing was deleted. Undo it: oneseek migrate restore {quote(place.name)}",
            *_erased(erased),
        ),
    )  # fmt: skip


def _erased(count: int) -> tuple[str, ...]:
    """Say what a person must know who thinks that everything is in the store now."""
    if not count:
        return ()
    texts = count_text(count, "text")
    return (f"It still holds {texts} that you had erased: erase that there by hand, too",)


command = cleanup
