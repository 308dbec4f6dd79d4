"""``oneseek ledger head``: the newest checkpoint, and who cosigned."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        "oneseek ledger head",
        "oneseek ledger head --json",
        "oneseek ledger head --note > kept.checkpoint",
    )
)
@click.option(
    "--note",
    is_flag=True,
    help="Print the checkpoint alone, as a C2SP signed note with the cosignatures of trusted "
    "witnesses: to keep, to publish, to compare.",
)
def head(app: App, note: bool) -> None:
    """Print the newest signed checkpoint: size, root, signature, and who cosigned it when."""
    from oneseek.cli.wiring.cosigners import cosigner_lines, cosigners_json
    from oneseek.cli.wiring.proving import cosigned_head, last_cosigned

    found = app.ledger.head()
    cosigned = cosigned_head(app, found)
    text = cosigned.note.decode()
    if note and not app.out.json:
        click.echo(text, nl=False)
        return
    last = last_cosigned(app)
    by = cosigner_lines(last.cosignatures) if last else ()
    seen = [f"Cosigned at {last.size} entries by {line}" for line in by] if last else []
    app.out.result(
        {
            "origin": app.settings.ledger.origin,
            "size": found.size,
            "root": found.root.hex(),
            "time": found.time,
            "checkpoint": text,
            "cosignatures": cosigners_json(cosigned.cosignatures),
            "last_cosigned": last
            and {"size": last.size, "cosignatures": cosigners_json(last.cosignatures)},
        },
        (
            f"Size  {found.size}",
            f"Root  {found.root.hex()}",
            f"Time  {found.time}",
            *seen,
            "",
            *text.rstrip("\n").split("\n"),
        ),
    )


command = head
