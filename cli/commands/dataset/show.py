"""``oneseek dataset show``: one dataset and its first rows."""

import click
from msgspec import to_builtins

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.domain.dataset.reading import read_dataset
from oneseek.domain.decisions.lookup import find_dataset


@make(examples=("oneseek dataset show oneseek_identity_v1 --rows 3",), codes=(0, 1, 2, 3, 5, 10))
@click.argument("name")
@click.option("--rows", type=click.IntRange(min=0), default=5, show_default=True, help="How many.")
def show(app: App, name: str, rows: int) -> None:
    """Show the dataset NAME (or a digest that begins so) and its first rows."""
    with app.ledger.view() as view:
        dataset = find_dataset(view, name)
    text = read_dataset(app.objects.read(dataset.dataset), dataset.name)
    app.out.result(
        {**to_builtins(dataset), "first_rows": [line.decode() for line in text.lines[:rows]]},
        (
            f"Name        {dataset.name}",
            f"SHA-256     {dataset.dataset}",
            f"Rows        {dataset.rows} ({len(text.duplicates)} repeated)",
            f"Row root    {dataset.row_root}",
            f"Language    {dataset.language}",
            f"Categories  {', '.join(dataset.categories) or 'none'}",
            f"Licence     {dataset.licence or 'not stated'}",
            f"Entry       {dataset.index}",
            *(f"{row.number:>6}  {row.instruction}  →  {row.output}" for row in text.rows[:rows]),
        ),
    )


command = show
