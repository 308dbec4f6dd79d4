"""``oneseek bundle export``: a version, its history and all proofs in one file."""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        "oneseek bundle export 1.0 -o version.zip",
        "oneseek bundle export current -o version.zip --with-weights",
    ),
    codes=(0, 2, 3, 5, 6, 10),
)
@click.argument("dna")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False),
    help="File to write; the same ledger gives the same bytes.",
)  # fmt: skip
@click.option("--with-weights", is_flag=True, help="Also the files of the certified folder.")
@click.option(
    "--require-witnesses",
    "required",
    metavar="N",
    type=click.IntRange(min=0),
    default=0,
    help="Also the newest checkpoint over the version that N trusted witnesses cosigned.",
)
def export(app: App, dna: str, output: Path, with_weights: bool, required: int) -> None:
    """Write the version DNA, its lineage and everything that proves it into one zip file.

    Whoever gets it checks it offline, with the public key of this ledger: oneseek bundle verify, or
    the script verify_bundle.py, which needs nothing installed. No text that people wrote to the
    model is in it. The file is verified before it gets its name.
    """
    from oneseek.cli.output import bytes_text, count_text
    from oneseek.cli.wiring.bundles import export_to

    done = export_to(app, dna, output, with_weights=with_weights, required=required)
    app.out.result(
        {
            "bundle": str(output),
            "dna": done.dna,
            "manifest": done.manifest,
            "size": done.size,
            "files": done.files,
            "bytes": done.length,
        },
        (
            f"{output}: {count_text(done.files, 'file')}, {bytes_text(done.length)}, as of "
            f"{count_text(done.size, 'entry', 'entries')}",
            f"Check it: oneseek bundle verify {output} --trust KEY",
        ),
    )


command = export
