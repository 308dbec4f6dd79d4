"""``oneseek audit``: what an auditor wants to know, answered question by question."""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        "oneseek audit",
        "oneseek audit --trust log.vkey --since kept.checkpoint --deep",
        "oneseek audit --html report.html",
        "oneseek audit --reproduce",
        "oneseek audit --json > report.json",
        "oneseek audit --record",
    ),
    codes=(0, 1, 2, 3, 4, 5, 6, 10),
    writes=True,
)
@click.option(
    "--trust",
    "trust",
    metavar="KEY",
    multiple=True,
    help="Public key of the log or of a witness to trust (or a file with it); may be repeated.  "
    "[default: the workspace's]",
)
@click.option(
    "--since",
    metavar="CHECKPOINT",
    type=click.Path(path_type=Path),
    help="File with a checkpoint that you kept: does the history go on from it?",
)
@click.option(
    "--deep",
    is_flag=True,
    help="Also read every object, base model, salt and checkpoint, and every entry by the rules "
    "of its fields.",
)
@click.option(
    "--reproduce",
    is_flag=True,
    help="Also repeat the training of every version in force, and compare. Nothing is recorded.",
)
@click.option(
    "--require-witnesses",
    "witnesses",
    metavar="N",
    type=click.IntRange(min=1),
    help="So many trusted witnesses must have cosigned one checkpoint.",
)
@click.option("--record", is_flag=True, help="Append that this audit took place, with its report.")
@click.option(
    "--html",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the report as one page to read and to print.",
)
def audit(
    app: App,
    trust: tuple[str, ...],
    since: Path | None,
    deep: bool,
    reproduce: bool,
    witnesses: int | None,
    record: bool,
    html: Path | None,
) -> None:
    """Answer an auditor's questions about the ledger, with what was expected and what was found.

    Each answer is yes, no, or could not be checked, with the reason. Nothing is written unless
    --record or --html asks for it; a read-only copy of a workspace will do. Trust begins with the
    keys that you name, not with the folder's. Exit code 10 means that the ledger itself is damaged,
    1 any other no, 6 that something could not be checked.
    """
    from oneseek.cli.wiring.audit_text import lines
    from oneseek.cli.wiring.auditing import run_audit
    from oneseek.cli.wiring.auditor import Auditor, Wanted
    from oneseek.cli.wiring.recording_audit import record_report, write_page

    auditor = Auditor.of(app, trust, since, witnesses)
    report = run_audit(app, auditor, Wanted(deep, reproduce, witnesses))
    if html is not None:
        write_page(app, report, html)
    if record:
        record_report(app, report)
    if app.out.json:
        app.out.result(report.document())
    else:
        for line in lines(report):
            click.echo(line)
    if report.exit_code:
        raise click.exceptions.Exit(report.exit_code)


command = audit
