"""``oneseek migrate erase``: forget the text of people in an imported file."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=('oneseek migrate erase training_samples/stage1_20251120.json --reason "asked to"',),
    codes=(0, 2, 3, 4, 5, 10),
    writes=True,
)
@click.argument("path")
@click.option("--source", help="Which source, where several hold such a path.")
@click.option("--reason", default="", help="Why; it is recorded.")
def erase(app: App, path: str, source: str | None, reason: str) -> None:
    """Destroy the key of the imported file PATH that holds texts of people.

    PATH is as the inventory writes it, below its source. Nobody can read the kept bytes again; the
    ledger and all proofs stay. What lies in the old tree itself is not touched: erase it there too.
    """
    from oneseek.cli.wiring.forgetting import forget_in_documents
    from oneseek.cli.wiring.legacy_texts import sealed_file
    from oneseek.cli.wiring.writing import writing
    from oneseek.domain.usecases.erase_legacy import erase_legacy

    with writing(app) as ports:
        found, sealed = sealed_file(app, path, source)
        receipt = erase_legacy(ports, found.source, path, sealed, reason)
    entry = receipt.indices[0] if receipt else None
    forgotten = forget_in_documents(app, f"oneseek migrate erase {path}")
    app.out.result(
        {
            "source": found.source,
            "path": path,
            "object": sealed,
            "entry": entry,
            "forgotten": forgotten,
        },
        (
            f"Erased: {path} of {found.path} (entry {entry})"
            if receipt
            else f"{path} of {found.path} was erased already",
            "The old tree still holds it, wherever that lies now: erase it there by hand.",
        ),
    )


command = erase
