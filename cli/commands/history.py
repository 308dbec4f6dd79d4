"""``oneseek history``: what happened to a version, or that it never was active."""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        "oneseek history 1.0",
        "oneseek history 1.0 --proof history.proof",
        "oneseek history 1.0 --never-active --from 2026-01-01 --to 2026-02-01 --proof never.proof",
    ),
    codes=(0, 1, 2, 3, 5, 6, 10),
)
@click.argument("dna")
@click.option(
    "--proof",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write the proof to: it is checked without the ledger (oneseek check).",
)
@click.option("--never-active", is_flag=True, help="Show that it was not active, at no moment.")
@click.option(
    "--from", "since", metavar="TIME|SIZE", help="With --never-active.  [default: the beginning]"
)
@click.option(
    "--to", "until", metavar="TIME|SIZE",
    help="With --never-active.  [default: the newest entry, or where the index ends]",
)  # fmt: skip
def history(
    app: App, dna: str, proof: Path | None, never_active: bool, since: str | None, until: str | None
) -> None:
    """Tell what happened to the version DNA: training, number, certification, activity, end.

    With --never-active: was it active at any moment from --from to --to, both included? If it was,
    the entry is named and the exit code is 1. DNA may then be a version that never existed: a DNA
    name, or the digest of a manifest. With --proof the answer is written as a file that proves it;
    that needs an index which reaches so far (oneseek ledger index), else the exit code is 6.
    """
    from oneseek.cli.wiring.history_proofs import write_proof
    from oneseek.cli.wiring.version_history import find_subject, show_history, show_never_active
    from oneseek.domain.decisions.lookup import find_any_version

    if not never_active and (since or until):
        raise click.UsageError("--from and --to belong to --never-active")
    if never_active:
        subject = find_subject(app, dna)
        if proof is None:
            show_never_active(app, subject, since, until)
        else:
            write_proof(app, proof, lambda p: p.never_active(subject, since, until))
        return
    with app.ledger.view() as view:
        version = find_any_version(view, dna)
    if proof is None:
        show_history(app, version)
    else:
        write_proof(app, proof, lambda p: p.history(version))


command = history
