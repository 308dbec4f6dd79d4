"""``oneseek erase``: destroy the text of a question and its answer."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=('oneseek erase 20261120-4f2a9c81d0e3b756 --reason "asked by the person"',),
    codes=(0, 2, 3, 4, 5, 10),
    writes=True,
)
@click.argument("query")
@click.option("--reason", default="", help="Why; it is recorded. Write no personal data here.")
def erase(app: App, query: str, reason: str) -> None:
    """Destroy the keys of the texts of QUERY (an id, or its beginning); entries and proofs stay.

    The texts are taken out of the collections oqt_* too, wherever they were pushed to. Where that
    is impossible now, the exit code is 5; repeating the command tries it again.
    """
    from oneseek.cli.wiring.forgetting import elsewhere, forget_in_documents
    from oneseek.cli.wiring.writing import writing
    from oneseek.domain.usecases.erase import erase as run

    with writing(app) as ports:
        found, receipt = run(ports, query, reason)
    forgotten = forget_in_documents(app, f"oneseek erase {found.query}", found.query)
    places = dict.fromkeys(item.partition(" in ")[2] for item in forgotten)
    others = elsewhere(app)
    app.out.result(
        {
            "query": found.query,
            "entry": receipt.indices[0] if receipt else found.erased,
            "forgotten": forgotten,
            "elsewhere": others,
        },
        (
            f"Erased: question and answer of {found.query} (entry {receipt.indices[0]})"
            if receipt
            else f"The texts of {found.query} were erased before (entry {found.erased})",
            *(f"Gone from the documents in {place} too" for place in places),
        ),
    )
    for place in others:
        app.out.note(
            f"note: this machine once pushed to {place} too, which is not the target now; the text "
            "may be there yet: name it in oneseek.toml and repeat"
        )


command = erase
