"""``oneseek dataset prove``: a file that shows that one row is in a dataset, and only that row."""

from pathlib import Path

import click
import msgspec

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.domain.errors import InvalidInput


@make(
    examples=(
        "oneseek dataset prove oneseek_identity_v1 --row 1 -o row-1.json",
        'oneseek dataset prove oneseek_identity_v1 --text "Vem är du?" --version current',
    ),
    codes=(0, 1, 2, 3, 5, 10),
)
@click.argument("name")
@click.option("--row", type=click.IntRange(min=1), help="Line number, from 1.")
@click.option("--text", help="The row's line, instruction or output, exactly.")
@click.option("--version", "dna", help="Prove as well that this version was trained on the row.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
    help="File to write.  [default: standard output]",
)  # fmt: skip
def prove(
    app: App, name: str, row: int | None, text: str | None, dna: str | None, output: Path | None
) -> None:
    """Prove that a row is in the dataset NAME, without showing any other row."""
    from oneseek.adapters.objects.durable import write_output
    from oneseek.domain.decisions.lookup import find_dataset, find_version
    from oneseek.domain.usecases.prove_row import find_row, prove_dataset_row

    if (row is None) == (text is None):
        raise InvalidInput("give either --row or --text")
    with app.ledger.view() as view:
        dataset = find_dataset(view, name)
        version = find_version(view, dna) if dna else None
    number = row if row is not None else find_row(app.ports, dataset, text or "")
    proof = prove_dataset_row(app.ports, dataset, number, version)
    raw = msgspec.json.format(msgspec.json.encode(proof), indent=2) + b"\n"
    if output is None:
        click.echo(raw.decode(), nl=False)
        return
    write_output(output, raw)
    app.out.result(
        {"proof": str(output), "row": number, "dataset": dataset.dataset},
        (
            f"Row {number} of {dataset.name}: {output}",
            f"Check it: oneseek check {output} --key KEY",
        ),
    )


command = prove
