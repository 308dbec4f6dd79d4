"""``oneseek base show``: one base model with its files."""

import click
from msgspec import to_builtins

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.output import bytes_text
from oneseek.domain.decisions.lookup import find_base
from oneseek.domain.manifest import Manifest


@make(examples=("oneseek base show tiny",), codes=(0, 1, 2, 3, 5, 10))
@click.argument("name")
def show(app: App, name: str) -> None:
    """Show the base model NAME (or a digest that begins so) with every file."""
    with app.ledger.view() as view:
        base = find_base(view, name)
    manifest = Manifest.from_bytes(app.objects.read(base.manifest))
    app.out.result(
        {**to_builtins(base), "manifest_files": to_builtins(manifest)["files"]},
        (
            f"Name          {base.name}",
            f"Manifest      {base.manifest}",
            f"Architecture  {base.architecture}",
            f"Licence       {base.licence or 'not stated'}",
            f"Size          {bytes_text(base.size)} in {base.files} files",
            f"Source        {base.source}, at {base.path}",
            f"Ledger entry  {base.index}",
            "",
            *(f"{file.digest}  {file.size:>12}  {file.path}" for file in manifest.files),
        ),
    )


command = show
