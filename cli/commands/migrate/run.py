"""``oneseek migrate run``: bring old trees and ledgers in, all of a source or nothing of it."""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        "oneseek migrate run models/oqt",
        "oneseek migrate run plan.json",
        "oneseek migrate run models/oqt --activate OneSeek-7B-Zero.v1.0",
        "oneseek migrate run models/oqt --base mistral-7b=tiny",
    ),
    codes=(0, 2, 3, 4, 5, 10, 130),
    writes=True,
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")
@click.option(
    "--trust", metavar="KEYHEX", multiple=True,
    help="Public key of somebody whose old signatures you vouch for; may be repeated.",
)  # fmt: skip
@click.option(
    "--activate", metavar="DNA",
    help="Make this version the active one afterwards. Old pointers activate nothing.",
)  # fmt: skip
@click.option(
    "--base", "bases", metavar="OLDNAME=BASE", multiple=True,
    help="What the old records call OLDNAME is the registered base model BASE; may be repeated.",
)  # fmt: skip
def run(
    app: App,
    paths: tuple[Path, ...],
    trust: tuple[str, ...],
    activate: str | None,
    bases: tuple[str, ...],
) -> None:
    """Import old trees or files: every byte is kept, and every record gets its verdict.

    All of a source is recorded in one group, or nothing of it. A second run of an unchanged source
    records nothing. PATH may also be a plan from oneseek migrate plan -o: it is refused when its
    source has changed since.
    """
    from oneseek.cli.wiring.migrating import trusted_keys
    from oneseek.cli.wiring.migration_decisions import activated, base_names, identified
    from oneseek.cli.wiring.migration_reports import told_lines
    from oneseek.cli.wiring.migration_run import came_out, import_all
    from oneseek.cli.wiring.writing import writing

    named = base_names(bases)
    keys = trusted_keys(trust)
    with writing(app) as ports:
        outcomes = import_all(app, ports, paths, keys)
        known = identified(app, ports, named)
    active = activated(app, activate) if activate is not None else None
    value = {"sources": [each.as_json() for each in outcomes], "bases": known, "active": active}
    told_lines(app, value, came_out(outcomes, known, active))


command = run
