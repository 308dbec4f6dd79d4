"""``oneseek witness attach``: keep what a witness said beside the checkpoint."""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.output import one_line


@make(
    examples=("oneseek witness attach cosigned", "oneseek witness attach cosigned --json"),
    codes=(0, 1, 2, 3, 4, 5, 6, 10),
)
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
def attach(app: App, path: Path) -> None:
    """Keep the cosignatures in FILE, a checkpoint that witnesses cosigned, in the ledger.

    They are no entries: an entry would move the head that they speak of. Only those of trusted
    witnesses are kept, and only over the very checkpoint that is stored here.
    """
    from oneseek.adapters.keys.witness_key import check_cosignature
    from oneseek.cli.wiring.cosigners import cosigner_lines, cosigners_json
    from oneseek.cli.wiring.proof_files import note_of, read_proof
    from oneseek.cli.wiring.witnessing import witnesses_or_refuse
    from oneseek.domain.usecases.witnessed import attach_cosignatures

    witnesses, note = witnesses_or_refuse(app), note_of(read_proof(path))
    origin = app.settings.ledger.origin
    done = attach_cosignatures(app.ledger, note, origin, witnesses, check_cosignature)
    for name in done.passed_over:
        app.out.note(f"note: passed over {one_line(name)}, which is not trusted here")
    app.out.result(
        {
            "size": done.size,
            "new": done.new,
            "cosignatures": cosigners_json(done.cosignatures),
            "passed_over": list(done.passed_over),
        },
        (
            f"The checkpoint of {done.size} entries, {done.new} new:",
            *cosigner_lines(done.cosignatures),
        ),
    )


command = attach
