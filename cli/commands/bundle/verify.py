"""``oneseek bundle verify``: is a bundle what it says?"""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=("oneseek bundle verify version.zip --trust .oneseek/checkpoint.vkey",),
    codes=(0, 1, 2, 5, 6),
    workspace=False,
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--trust",
    "given",
    required=True,
    multiple=True,
    help="Public key of the log (name+hash+base64), or a file that holds it; may be repeated.",
)
@click.option(
    "--witness",
    "witnesses",
    multiple=True,
    help="Public key of a witness that must have cosigned; may be repeated.",
)
def verify(app: App, file: Path, given: tuple[str, ...], witnesses: tuple[str, ...]) -> None:
    """Check the bundle FILE, offline and without a workspace.

    Get the key from somebody you trust, not from whoever gave you FILE. It says what is proven, and
    also what is not: that no entry was left out cannot be seen from a bundle alone. Exit code 1:
    something is wrong; 2: FILE is no bundle.
    """
    from oneseek.cli.wiring.bundles import judge, print_judged

    print_judged(app.out, judge(file, given, witnesses))


command = verify
