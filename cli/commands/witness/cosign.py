"""``oneseek witness cosign``: say that a log went on from what was cosigned before."""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        "oneseek witness cosign head.checkpoint --log log.vkey --state my-witness -o cosigned",
        "oneseek witness cosign since.consistency --log log.vkey --state my-witness --json",
    ),
    codes=(0, 1, 2, 3, 4, 5, 6),
    workspace=False,
)
@click.argument("checkpoint", type=click.Path(path_type=Path))
@click.option("--log", "logs", multiple=True, required=True, metavar="VKEY",
              help="Public key of the log, or a file with it; may be repeated.")  # fmt: skip
@click.option("--previous", type=click.Path(path_type=Path), metavar="FILE",
              help="A checkpoint that you cosigned before, if the folder lost its memory of it.",
              )  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="File to write.  [default: standard output]")  # fmt: skip
@click.option("--state", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              default=Path(), show_default="the current folder",
              help="The folder that oneseek witness init made.")  # fmt: skip
def cosign(
    app: App,
    checkpoint: Path,
    logs: tuple[str, ...],
    previous: Path | None,
    output: Path | None,
    state: Path,
) -> None:
    """Cosign CHECKPOINT, if the log goes on from the last one that you cosigned.

    The first one is taken as it is; later ones as a file by `oneseek ledger consistency SIZE`,
    where SIZE is that of the last one. Refused, with exit code 1: a checkpoint that the log did not
    sign, of fewer entries, of another history. What was cosigned is remembered, durably, before
    the cosignature leaves. No ledger and no workspace is needed.
    """
    from oneseek.cli.wiring.cosigners import cosigner_lines, cosigners_json
    from oneseek.cli.wiring.proof_files import write_output
    from oneseek.cli.wiring.witnessing import cosign_file
    from oneseek.domain.note.signed_note import format_note

    found, checkpoint_found, mine = cosign_file(state, checkpoint, logs, previous)
    data = format_note(found)
    if output is None and not app.out.json:
        click.echo(data.decode(), nl=False)
        return
    if output is not None:
        write_output(output, data)
    app.out.result(
        {
            "origin": checkpoint_found.origin,
            "size": checkpoint_found.size,
            "root": checkpoint_found.root.hex(),
            "file": str(output) if output else None,
            "checkpoint": data.decode(),
            **cosigners_json([mine])[0],
        },
        (
            f"Cosigned {checkpoint_found.size} entries of {checkpoint_found.origin}: {output}",
            *cosigner_lines([mine]),
        ),
    )


command = cosign
