"""``oneseek init``: a new workspace."""

import os
from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.domain.note.signed_note import VerifierKey


@make(
    examples=(
        "oneseek init my-models",
        "oneseek init . --origin example.org/oneseek",
        "oneseek init my-models --join postgresql://anna@db.example/ledgers",
    ),
    codes=(0, 2, 3, 4, 5, 6, 10),
    writes=True,
    workspace=False,
)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--origin", help="Name of the log in every checkpoint.  [default: a random one]")
@click.option(
    "--join",
    "url",
    metavar="URL",
    help="Make no ledger: verify the one at this PostgreSQL URL and work with it.",
)
@click.option(
    "--trust",
    metavar="VKEY",
    help="With --join: the public key of a machine that you know, or a file with it.",
)
def init(app: App, folder: Path, origin: str | None, url: str | None, trust: str | None) -> None:
    """Make a workspace in DIR: settings, key, ledger, folders for models and datasets.

    With --join the workspace is one more machine of a ledger that exists. It gets a key of its own
    and can read and verify at once; it can write when a machine that may has announced this key
    (oneseek keys add). The password of the URL is not kept: later commands take it from
    OQT_LEDGER_URL, PGPASSWORD or ~/.pgpass. Without --trust the ledger's first key is taken on
    trust: compare it afterwards.
    """
    if url is not None:
        from oneseek.cli.wiring.given_keys import given_key
        from oneseek.cli.wiring.joining import join

        if origin is not None:
            raise click.UsageError("--origin does not go with --join: the ledger has its name")
        join(app, folder, url, given_key(trust) if trust is not None else None)
        return
    if trust is not None:
        raise click.UsageError("--trust goes with --join only")
    _init(app, folder, origin)


def _init(app: App, folder: Path, origin: str | None) -> None:
    from oneseek.adapters.ledger.location import VARIABLE
    from oneseek.adapters.objects.shared.address import VARIABLE as OBJECTS_VARIABLE
    from oneseek.adapters.objects.shared.address import parse_address
    from oneseek.adapters.workspace.create import complete, default_origin, prepare
    from oneseek.adapters.workspace.settings import LedgerSettings, ObjectsSettings, Settings
    from oneseek.domain.errors import Conflict
    from oneseek.domain.usecases.open_ledger import open_ledger

    shared = parse_address(os.environ.get(OBJECTS_VARIABLE))
    if shared is not None:
        shared.open()  # a place that cannot be used is told of before anything is made
    paths, location, verifier = prepare(
        folder, origin or default_origin(), os.environ.get(VARIABLE)
    )
    objects_url = shared.url if shared else None
    settings = Settings(
        ledger=LedgerSettings(origin=verifier.name, url=location.url),
        objects=ObjectsSettings(url=objects_url),
    )
    new = App.at(paths, settings, actor=app.actor, out=app.out)
    try:
        head = new.ledger.head()
        if head.size == 0:
            open_ledger(new.ports, verifier.name, str(verifier))
        elif not is_signed_by(head.checkpoint, verifier):
            raise Conflict(
                f"{location.url or paths.ledger} is a ledger of another workspace",
                hint="join it with: oneseek init --join URL; or name a schema that is not taken: "
                "add ?schema=NAME to the URL",
            )
        new.catch_up()
        new.vault_database.prepare()
        complete(paths, verifier.name, location.url, objects_url)
    finally:
        new.close()
    if above := workspace_above(paths.root):
        app.out.note(f"note: it lies inside the workspace {above}; commands in it use the new one")
    app.out.result(
        {"workspace": str(paths.root), "origin": verifier.name, "public_key": str(verifier)},
        (
            f"Workspace  {paths.root}",
            f"Origin     {verifier.name}",
            f"Public key {verifier}",
            "",
            "Keep the public key where auditors find it, and a safe copy of .oneseek/keys.",
            "Next: oneseek base create tiny --arch llama --seed 1",
            "With an old OneSeek or OQT tree: oneseek migrate run PATH",
        ),
    )


def workspace_above(root: Path) -> Path | None:
    """Return the workspace that ``root`` lies in, besides itself."""
    from oneseek.adapters.workspace.paths import SETTINGS_NAME

    parents = root.resolve().parents
    return next((above for above in parents if (above / SETTINGS_NAME).is_file()), None)


def is_signed_by(checkpoint: bytes, key: VerifierKey) -> bool:
    """Return whether ``key`` has signed ``checkpoint``."""
    from oneseek.adapters.keys.ed25519 import check_ed25519
    from oneseek.domain.errors import OneSeekError
    from oneseek.domain.note.signed_note import parse_note, verify_note

    try:
        verify_note(parse_note(checkpoint), (key,), check_ed25519)
    except OneSeekError:
        return False
    return True


command = init
