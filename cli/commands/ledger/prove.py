"""``oneseek ledger prove``: a file that proves, offline, that an entry is in the log."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make

if TYPE_CHECKING:
    from oneseek.domain.usecases.witnessed import WitnessedProof


@make(
    examples=(
        "oneseek ledger prove 0 -o entry-0.tlog-proof",
        "oneseek ledger prove current -o current.tlog-proof",
        "oneseek ledger prove 0 --require-witnesses 1 -o entry-0.tlog-proof",
    ),
    codes=(0, 2, 3, 5, 6, 10),
)
@click.argument("what", metavar="INDEX|DNA")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="File to write.  [default: standard output]")  # fmt: skip
@click.option("--require-witnesses", "required", type=click.IntRange(min=1), metavar="N",
              help="Prove it under the newest checkpoint that N trusted witnesses cosigned, and "
              "the way from there to the head in FILE.consistency.")  # fmt: skip
def prove(app: App, what: str, output: Path | None, required: int | None) -> None:
    """Prove that an entry is in the log, as a C2SP tlog-proof.

    By INDEX, or by the DNA of a version: its entry is the certificate. The proof holds the entry
    and the first checkpoint that covers it, so it never changes. `oneseek ledger check` verifies it
    without the ledger. Witnesses are trusted with `oneseek witness trust`.
    """
    from oneseek.cli.wiring.proof_files import write_output
    from oneseek.domain.usecases.prove_entry import prove_entry

    index = _index(app, what)
    witnessed = _witnessed(app, index, required) if required else None
    proof = witnessed.entry if witnessed else prove_entry(app.ledger, index)
    consistency = witnessed.consistency.format() if witnessed else None
    beside = output.with_name(f"{output.name}.consistency") if output and consistency else None
    if output is None and not app.out.json:
        click.echo(proof.format().decode(), nl=False)
        if witnessed:
            app.out.note(
                "note: the way from there to the head: "
                f"oneseek ledger consistency {witnessed.checkpoint.size}"
            )
        return
    if output is not None:
        write_output(output, proof.format())
    if beside is not None and consistency is not None:
        write_output(beside, consistency)
    app.out.result(
        {
            "index": index,
            "file": str(output) if output else None,
            "proof": proof.format().decode(),
            "consistency_file": str(beside) if beside else None,
            "consistency": consistency.decode() if consistency else None,
        },
        (
            f"Entry {index}: {output}",
            *([f"On to the head: {beside}"] if beside else []),
            f"Check it: oneseek ledger check {output} --key KEY",
        ),
    )


def _index(app: App, what: str) -> int:
    """Return the index that is meant: a number, or that of a version's certificate."""
    from oneseek.domain.note.encoding import parse_decimal

    if what.isascii() and what.isdecimal():
        return parse_decimal(what, "the index")
    from oneseek.domain.decisions.lookup import find_version

    with app.ledger.view() as view:
        return find_version(view, what).index


def _witnessed(app: App, index: int, required: int) -> "WitnessedProof":
    from oneseek.adapters.keys.witness_key import check_cosignature
    from oneseek.domain.usecases.witnessed import prove_witnessed

    return prove_witnessed(app.ledger, index, app.witnesses, required, check_cosignature)


command = prove
