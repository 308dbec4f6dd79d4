"""``oneseek ledger consistency``: a file that proves that the log goes on from an older tree."""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        "oneseek ledger consistency 2",
        "oneseek ledger consistency kept.checkpoint -o since.consistency",
        "oneseek ledger consistency 0 2 --json",
    ),
    codes=(0, 1, 2, 3, 5, 10),
)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="[NEW]", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="File to write.  [default: standard output]")  # fmt: skip
def consistency(app: App, old: str, new: str | None, output: Path | None) -> None:
    """Prove that the log of NEW begins with the log of OLD: nothing was changed or dropped.

    OLD and NEW are tree sizes or files with checkpoints; NEW is the head by default, and a size
    that was signed. The file is a request add-checkpoint as a C2SP witness wants it: `oneseek
    witness cosign` takes it, and `oneseek ledger check --old` verifies it. Exit code 1: a
    checkpoint that was given is of another history.
    """
    from oneseek.cli.wiring.proof_files import write_output
    from oneseek.cli.wiring.proving import new_checkpoint, old_size
    from oneseek.domain.usecases.prove_consistency import prove_consistency

    proof = prove_consistency(app.ledger, old_size(app, old), new_checkpoint(app, new))
    data = proof.format()
    if output is None and not app.out.json:
        click.echo(data.decode(), nl=False)
        return
    if output is not None:
        write_output(output, data)
    app.out.result(
        {
            "old_size": proof.old_size,
            "file": str(output) if output else None,
            "proof": data.decode(),
            "hashes": len(proof.path),
        },
        (
            f"From {proof.old_size} entries on: {output}",
            f"Check it: oneseek ledger check {output} --key KEY --old CHECKPOINT",
        ),
    )


command = consistency
