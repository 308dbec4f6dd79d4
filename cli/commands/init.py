"""``oneseek init``: a new workspace."""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=("oneseek init my-models", "oneseek init . --origin example.org/oneseek"),
    codes=(0, 2, 4, 5),
    writes=True,
    workspace=False,
)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--origin", help="Name of the log in every checkpoint.  [default: a random one]")
def init(app: App, folder: Path, origin: str | None) -> None:
    """Make a workspace in DIR: settings, key, ledger, folders for models and datasets."""
    from oneseek.adapters.workspace.create import complete, default_origin, prepare
    from oneseek.adapters.workspace.settings import LedgerSettings, Settings
    from oneseek.domain.usecases.open_ledger import open_ledger

    paths, verifier = prepare(folder, origin or default_origin())
    settings = Settings(ledger=LedgerSettings(origin=verifier.name))
    new = App.at(paths, settings, actor=app.actor, out=app.out)
    try:
        if new.ledger.head().size == 0:
            open_ledger(new.ports, verifier.name, str(verifier))
        new.catch_up()
        complete(paths, verifier.name)
    finally:
        new.close()
    app.out.result(
        {"workspace": str(paths.root), "origin": verifier.name, "public_key": str(verifier)},
        (
            f"Workspace  {paths.root}",
            f"Origin     {verifier.name}",
            f"Public key {verifier}",
            "",
            "Keep the public key where auditors find it, and a safe copy of .oneseek/keys.",
            "Next: oneseek base create tiny --arch llama --seed 1",
        ),
    )


command = init
