"""``oneseek keys export``: a public key, for those who verify."""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make

_BY_SUFFIX = {".vkey": "vkey", ".pem": "pem"}


@make(
    examples=(
        "oneseek keys export -o model.pub",
        "oneseek keys export -o log.vkey",
        "oneseek keys export --format vkey",
        "oneseek keys export 1a2b3c4d --format pem --json",
    ),
    codes=(0, 2, 3, 4, 5, 10),
)
@click.argument("key", metavar="[KEY]", required=False)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["vkey", "pem"]),
    help="pem: for model_signing and openssl. vkey: for signed notes (C2SP), checkpoint keys only."
    "  [default: what the file is called]",
)
def export(app: App, key: str | None, output: Path | None, form: str | None) -> None:
    """Print the public key KEY, or write it to a file. Private keys are never exported.

    KEY is a key's ID as `oneseek keys list` shows it. Without KEY it is a key of this machine: the
    one that signs checkpoints for `--format vkey` or a file NAME.vkey, else the one that signs
    versions.
    """
    from oneseek.adapters.objects.durable import write_output
    from oneseek.cli.wiring.keys import exported_key
    from oneseek.domain.errors import Conflict

    if form is None and output is not None:
        form = _BY_SUFFIX.get(output.suffix)
    found = exported_key(app, key, form)
    if output is not None:
        if output.exists() or output.is_symlink():
            raise Conflict(f"{output} exists already", hint="name another file")
        if not output.parent.is_dir():
            raise click.BadParameter(f"there is no folder {output.parent}", param_hint="-o")
        write_output(output, found.text.encode())
    app.out.result(
        {
            "purpose": found.purpose,
            "id": found.id,
            "format": found.form,
            "public_key": found.text,
            "file": str(output) if output is not None else None,
        },
        [f"Wrote the public {found.purpose} key {found.id} to {output}."]
        if output is not None
        else found.text.rstrip("\n").split("\n"),
    )


command = export
