"""``oneseek ledger repair``: damaged bytes replaced by verified ones."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        "oneseek ledger repair --from my-mirror --dry-run",
        "oneseek ledger repair --from my-mirror",
        "oneseek ledger repair --from https://log.example/oneseek",
    ),
    codes=(0, 1, 2, 3, 4, 5, 10, 130),
    writes=True,
)
@click.option(
    "--from",
    "place",
    required=True,
    metavar="URL_OR_DIR",
    help="A mirror of this ledger, or the folder it was published into.",
)
@click.option(
    "--key",
    "keys",
    multiple=True,
    help="Public key to trust (or a file with it); may be repeated.  [default: the workspace's]",
)
@click.option("--dry-run", is_flag=True, help="Say what is damaged; change nothing.")
def repair(app: App, place: str, keys: tuple[str, ...], dry_run: bool) -> None:
    """Repair a damaged ledger from a mirror: entries, leaf hashes, columns, tiles, head.

    Every entry of the mirror is verified against a checkpoint that a trusted key has signed, and
    only damaged places are written, with bytes that it proves. The ledger never gets shorter. All
    happens in one transaction, whose last part is an entry that says what was mended. It works on a
    ledger that no other command opens; repeating it changes nothing.
    """
    from oneseek.cli.output import count_text
    from oneseek.cli.wiring.findings import report
    from oneseek.cli.wiring.repairing import repair_ledger

    done = repair_ledger(app, place, keys, dry_run=dry_run)
    found = done.localisation
    listed = tuple(damage.finding() for damage in found.damaged)
    value = {
        "from": done.place,
        "dry_run": dry_run,
        "size": found.size,
        "first_damaged": found.first_damaged,
        "trusted_size": found.trusted_size,
        "places": found.count,
        "entry": done.entry,
    }
    if dry_run or found.whole:
        fine = f"✓ nothing is damaged: {found.size} entries, compared with {done.place}"
        report(app.out, listed, value, fine)
        return
    places = [
        {"where": item.where, "expected": item.expected, "found": item.found} for item in listed
    ]
    app.out.result(
        {**value, "repaired": places},
        (
            *(f"✓ {item.where}" for item in listed),
            f"{count_text(found.count, 'place')} repaired from {done.place}, "
            f"recorded by entry {done.entry}",
        ),
    )


command = repair
