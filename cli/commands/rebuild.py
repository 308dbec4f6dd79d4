"""``oneseek rebuild``: make projections again from the ledger and the content store."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.output import count_text
from oneseek.domain.errors import Conflict, InvalidInput
from oneseek.domain.projections.all import ALL_PROJECTIONS
from oneseek.domain.projections.versions import COLLECTION_VERSIONS

STATE = "state"


@make(
    examples=("oneseek rebuild", "oneseek rebuild certified-tree", "oneseek rebuild state"),
    codes=(0, 1, 2, 3, 4, 5, 10, 130),
    writes=True,
)
@click.argument("names", nargs=-1, metavar="[PROJECTION]...")
@click.option("--follow", is_flag=True, help="Then follow new entries until interrupted.")
def rebuild(app: App, names: tuple[str, ...], follow: bool) -> None:
    """Make each PROJECTION again, all of them by default, byte for byte.

    What was different is put right and recorded. Files that are not ours are moved to
    .oneseek/displaced, never deleted. `state` folds the ledger's own documents again and puts
    back the triggers that guard its tables. `--follow` keeps the targets up to date with what any
    process on any machine appends. A machine whose key may not write rebuilds all the same; then
    nothing is recorded.
    """
    from oneseek.cli.wiring.published import refuse_second_history
    from oneseek.cli.wiring.rebuilding import rebuild_projection, rebuild_state
    from oneseek.cli.wiring.writing import require_right_to_write, writing

    known = {projection.name: projection for projection in app.projections}
    off = {item.name: item for item in ALL_PROJECTIONS if item.name not in known}
    for name in names:
        if name in off:
            raise InvalidInput(
                f"{name} is switched off: {off[name].folder} is left as it is",
                hint=f"to switch it on, write legacy_tree = true below [projections] in "
                f"{app.paths.settings}",
            )
        if name in COLLECTION_VERSIONS:
            raise InvalidInput(
                f"{name} is a collection of documents",
                hint=f"make it again with: oneseek firebase rebuild --collection {name}",
            )
        if name not in known and name != STATE:
            raise InvalidInput(
                f"there is no projection {name!r}", hint=f"one of {', '.join([*known, STATE])}"
            )
    if STATE in names:
        rebuild_state(app)
    wanted = [item for name, item in known.items() if name in names or not names]
    try:
        require_right_to_write(app)
    except Conflict as error:
        # Whoever may not write may still make his own copy of what is there.
        app.out.note(f"note: what is put right is not recorded: {error.message}")
        refuse_second_history(app)
        done = [(item, app.runner.rebuild(item)) for item in wanted]
        app.catch_up()
    else:
        with writing(app, follow=False) as ports:
            done = [rebuild_projection(app, ports, item) for item in wanted]
    app.out.result(
        [{"projection": p.name, "folder": p.folder, "repaired": len(found)} for p, found in done],
        [f"{projection.folder}: {_outcome(len(found))}" for projection, found in done]
        + (["state: folded again"] if STATE in names else []),
    )
    if follow:
        _follow(app)


def _follow(app: App) -> None:
    """Bring the targets up whenever any process appends."""
    app.out.note("following; Ctrl-C ends it")
    for new in app.ledger.follow(app.ledger.head().size):
        app.catch_up()
        app.out.note(f"up to date with entry {new.stop - 1}")


def _outcome(count: int) -> str:
    return f"{count_text(count, 'difference')} put right" if count else "was as it should be"


command = rebuild
