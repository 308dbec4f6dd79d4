"""``oneseek gc``: remove the objects that nothing keeps alive."""

from typing import TYPE_CHECKING

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.output import bytes_text, count_text

if TYPE_CHECKING:
    from oneseek.domain.collected import Removed
    from oneseek.domain.usecases.collect import Collectable


@make(
    examples=(
        "oneseek gc --dry-run",
        "oneseek gc",
        "oneseek gc --explain 1.0",
    ),
    codes=(0, 1, 2, 3, 4, 5, 6, 10),
    writes=True,
)
@click.option("--dry-run", is_flag=True, help="Say what would go and why; change nothing.")
@click.option(
    "--grace-days",
    type=click.IntRange(0, 36_500),
    help="Keep what was removed or written less long ago.  [default: [retention] grace_days]",
)
@click.option("--without-backup", is_flag=True, help="Also versions without a whole backup.")
@click.option("--explain", metavar="DIGEST|DNA", help="Say what keeps an object, or a version.")
def gc(
    app: App, dry_run: bool, grace_days: int | None, without_backup: bool, explain: str | None
) -> None:
    """Collect objects that nothing keeps alive, as one entry with an inventory.

    What goes: files of versions that a reset removed and that a whole backup has, states of dropped
    checkpoints, and what no entry names. Entries, evidence, datasets, and the files of standing or
    held versions and of those they go on from always stay. The entry is written before anything is
    removed; repeating an interrupted collection finishes it.
    """
    from oneseek.cli.wiring import collecting

    days = app.settings.retention.grace_days if grace_days is None else grace_days
    if explain is not None:
        told = collecting.explain(app, explain, days, without_backup=without_backup)
        app.out.table(
            ("object", "stays", "why"),
            [(digest[:12], "yes" if stays else "no", why) for digest, stays, why in told],
            [{"sha256": digest, "stays": stays, "why": why} for digest, stays, why in told],
            "",
        )
        return
    run = collecting.look_here if dry_run else collecting.collect_here
    found = run(app, days, without_backup=without_backup)
    _show(app, found, days, dry_run=dry_run)


def _show(app: App, found: "Collectable", days: int, *, dry_run: bool) -> None:
    from oneseek.cli.wiring.collecting import groups

    every = [*found.left_over, *found.objects]
    verb = "Would remove" if dry_run else "Removed"
    done = f"{verb} {count_text(len(every), 'object')}, {bytes_text(found.size)}"
    if not app.out.json and every:
        rows = [(what, entry, n, bytes_text(b), why) for what, entry, n, b, why in groups(every)]
        app.out.table(("of", "entry", "objects", "bytes", "why nothing keeps it"), rows, None, "")
    recorded = f" (entry {found.entry})" if found.entry is not None else ""
    young = (
        (f"{count_text(found.young, 'object')} of the last {days} days, kept by nothing, stay.",)
        if found.young
        else ()
    )
    app.out.result(
        {
            "dry_run": dry_run,
            "grace_days": days,
            "entry": found.entry,
            "objects": len(every),
            "bytes": found.size,
            "left_over": len(found.left_over),
            "young": found.young,
            "removed": [_value(item) for item in every],
        },
        (
            f"{done}{recorded}." if every else "Everything is kept by something.",
            *young,
        ),
    )


def _value(item: "Removed") -> dict[str, object]:
    return {
        "sha256": item.digest,
        "size": item.size,
        "what": item.what,
        "entry": item.entry,
        "why": item.why,
    }


command = gc
