"""``oneseek withdraw``: a version must not answer any more."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=('oneseek withdraw 1.0 --reason "answers with a wrong source"',),
    codes=(0, 2, 3, 4, 5, 10),
    writes=True,
)
@click.argument("dna")
@click.option("--reason", default="", help="Why; it is recorded.")
def withdraw(app: App, dna: str, reason: str) -> None:
    """Withdraw the version DNA for good. When it is active, nothing is active afterwards."""
    from oneseek.cli.wiring.writing import writing
    from oneseek.domain.usecases import registry

    with writing(app) as ports:
        version, receipt = registry.withdraw(ports, dna, reason)
    index = receipt.indices[0] if receipt else version.withdrawn
    app.out.result(
        {"withdrawn": version.dna, "entry": index},
        (
            f"Withdrawn: {version.dna} (entry {index})"
            if receipt
            else f"{version.dna} was withdrawn before (entry {index})",
        ),
    )


command = withdraw
