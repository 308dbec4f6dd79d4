"""``oneseek demo``: the main job on real input, in a throw-away workspace."""

import tempfile
from pathlib import Path

import click

from oneseek.cli.command import epilog
from oneseek.domain.errors import Conflict


@click.command(
    "demo",
    epilog=epilog(("oneseek demo", "oneseek demo --keep my-demo"), (0, 1, 2, 4, 5, 130)),
)
@click.option(
    "--keep",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Use and keep this new folder.  [default: a folder that is removed]",
)
def command(keep: Path | None) -> None:
    """Show it all on real input: train, certify, activate, rebuild, tamper, verify, reset.

    Two real trainings on a tiny base model; a few minutes on two CPU cores.
    """
    from oneseek.cli.demo.script import play
    from oneseek.cli.demo.stage import Stage

    if keep is None:
        with tempfile.TemporaryDirectory(prefix="oneseek-demo-") as folder:
            play(Stage(Path(folder)))
        return
    if keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise Conflict(f"{keep} is not an empty folder", hint="give a new one")
    keep.mkdir(parents=True, exist_ok=True)
    play(Stage(keep.absolute()))
    click.echo(f"The workspace is kept in {keep}; look around: cd {keep} && oneseek status")
