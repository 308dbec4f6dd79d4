"""``oneseek dataset add``: validate a JSON-lines file and commit to every row."""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.domain.names import LANGUAGES

_SHOWN_DUPLICATES = 5


@make(
    examples=(
        "oneseek dataset add datasets/oneseek_identity_v1.jsonl",
        "oneseek dataset add oneseek_identity_v1.jsonl --language ensv --licence cc0-1.0",
    ),
    codes=(0, 2, 3, 4, 5, 10),
    writes=True,
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="Name in the ledger.  [default: the file's name without ending]")
@click.option("--language", type=click.Choice(LANGUAGES), help="[default: detected from the text]")
@click.option(
    "--category",
    "categories",
    multiple=True,
    help="Category; may be repeated.  [default: from the words of the name]",
)
@click.option("--licence", help="Licence of the data, for instance cc0-1.0.")
def add(
    app: App,
    file: Path,
    name: str | None,
    language: str | None,
    categories: tuple[str, ...],
    licence: str | None,
) -> None:
    """Add the dataset FILE: JSON lines with instruction, input and output.

    Every line is validated; a bad one is named with its reason, and nothing is written. A file
    that is not found is looked for among the datasets that come with OneSeek.
    """
    from oneseek.cli.wiring.files import read_input
    from oneseek.cli.wiring.writing import writing
    from oneseek.domain.decisions.lookup import find_dataset
    from oneseek.domain.usecases.register_dataset import register_dataset

    data = read_input(file)
    with writing(app) as ports:
        done = register_dataset(
            ports,
            name=name or file.stem,
            data=data,
            language=language,
            categories=categories or None,
            licence=licence,
        )
    with app.ledger.view() as view:
        dataset = find_dataset(view, done.dataset)
    duplicates = done.text.duplicates
    for line, earlier in duplicates[:_SHOWN_DUPLICATES]:
        app.out.note(f"warning: line {line} repeats line {earlier}")
    if len(duplicates) > _SHOWN_DUPLICATES:
        app.out.note(f"warning: and {len(duplicates) - _SHOWN_DUPLICATES} more repeated lines")
    app.out.result(
        {
            "name": dataset.name,
            "dataset": dataset.dataset,
            "rows": dataset.rows,
            "row_root": dataset.row_root,
            "language": dataset.language,
            "categories": dataset.categories,
            "duplicates": duplicates,
            "entry": done.receipt.indices[0] if done.receipt else None,
        },
        (
            f"{dataset.name}: {dataset.rows} rows, language {dataset.language}, categories "
            f"{', '.join(dataset.categories) or 'none'}",
            f"SHA-256   {dataset.dataset}",
            f"Row root  {dataset.row_root}",
            f"Entry     {done.receipt.indices[0] if done.receipt else 'none: known before'}",
        ),
    )


command = add
