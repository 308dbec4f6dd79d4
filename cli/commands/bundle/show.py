"""``oneseek bundle show``: what a bundle says of itself."""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=("oneseek bundle show version.zip", "oneseek bundle show version.zip --json"),
    codes=(0, 1, 2, 5),
    workspace=False,
)
@click.argument("file", type=click.Path(path_type=Path))
def show(app: App, file: Path) -> None:
    """Print what the bundle FILE is about and what is in it. No signature is checked."""
    from oneseek.cli.output import count_text
    from oneseek.cli.wiring.bundles import look_at

    seen = look_at(file)
    groups: dict[str, int] = {}
    for path in seen.paths:
        name = path.partition("/")[0]
        groups[name] = groups.get(name, 0) + 1
    app.out.result(
        {
            "origin": seen.origin,
            "dna": seen.dna,
            "manifest": seen.manifest,
            "size": seen.size,
            "root": seen.root,
            "signed_by": seen.signers,
            "files": seen.paths,
            "verified": False,
        },
        (
            f"DNA       {seen.dna}",
            f"Manifest  {seen.manifest}",
            f"Log       {seen.origin}, {count_text(seen.size, 'entry', 'entries')}",
            f"Root      {seen.root}",
            *(f"Signed    by {name}, it says" for name in seen.signers),
            "",
            *(f"{count:>6}  {name}" for name, count in sorted(groups.items())),
            "",
            f"Nothing was verified: oneseek bundle verify {file} --trust KEY",
        ),
    )


command = show
