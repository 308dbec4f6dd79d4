"""``oneseek log``: the entries, the newest last; ``--follow`` waits for more."""

from collections.abc import Iterator

import click
from msgspec import to_builtins

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.output import one_line
from oneseek.cli.streams import reader_gone
from oneseek.cli.wiring.summary import summarize
from oneseek.domain.entry import Entry
from oneseek.domain.registry import REGISTRY
from oneseek.domain.stored import Record
from oneseek.domain.usecases.timeline import parse_moment


@make(
    examples=(
        "oneseek log",
        "oneseek log -n 100 --kind version-activated",
        "oneseek log --since 2026-11-20 --json",
        "oneseek log --follow",
    ),
    codes=(0, 2, 3, 5, 10, 130),
)
@click.option("-n", "--number", type=click.IntRange(min=1), default=20, show_default=True,
              help="How many of the newest entries.")  # fmt: skip
@click.option("--kind", "kinds", multiple=True, help="Only this kind; may be repeated.")
@click.option("--since", metavar="TIME|SIZE", help="All entries from there on.")
@click.option("-f", "--follow", is_flag=True, help="Wait for new entries until interrupted.")
def log(app: App, number: int, kinds: tuple[str, ...], since: str | None, follow: bool) -> None:
    """List the entries of the ledger. With --json one object per line."""
    wanted = frozenset(_kind(kind) for kind in kinds)
    size = app.ledger.head().size
    if since is not None:
        found: Iterator[tuple[Record, Entry]] = _matching(
            app, parse_moment(app.ledger, since), size, wanted
        )
    else:
        found = iter(_newest(app, size, number, wanted))
    for record, entry in found:
        _show(app, record, entry)
        if reader_gone():
            return
    if follow:
        for new in app.ledger.follow(size):
            for record, entry in _matching(app, new.start, new.stop, wanted):
                _show(app, record, entry)
                if reader_gone():
                    return


def _kind(text: str) -> str:
    """Return the full name of a kind; ``version-activated`` means every version of it."""
    names = [name for name in REGISTRY.kinds if text in (name, name.split("/")[0])]
    if not names:
        known = ", ".join(sorted(name.split("/")[0] for name in REGISTRY.kinds))
        raise click.BadParameter(f"unknown kind {text!r}; known are {known}", param_hint="--kind")
    return names[0].split("/")[0]


def _matching(
    app: App, start: int, stop: int, kinds: frozenset[str]
) -> Iterator[tuple[Record, Entry]]:
    for record in app.ledger.records(start, stop):
        entry = REGISTRY.decode(record.raw, where=f"entry {record.index}")
        if not kinds or entry.kind.split("/")[0] in kinds:
            yield record, entry


def _newest(app: App, size: int, number: int, kinds: frozenset[str]) -> list[tuple[Record, Entry]]:
    """Look backwards in growing pieces until enough entries match."""
    found: list[tuple[Record, Entry]] = []
    stop, step = size, max(number, 100)
    while stop > 0 and len(found) < number:
        start = max(0, stop - step)
        found = [*_matching(app, start, stop, kinds), *found]
        stop, step = start, step * 2
    return found[-number:]


def _show(app: App, record: Record, entry: Entry) -> None:
    if app.out.json:
        app.out.line_json(
            {
                "index": record.index,
                "leaf_hash": record.leaf_hash.hex(),
                "kind": entry.kind,
                "stream": entry.stream,
                "stream_version": entry.stream_version,
                "time": entry.time,
                "actor": entry.actor,
                "body": to_builtins(entry.body),
            }
        )
        return
    click.echo(f"{record.index:>6}  ", nl=False)
    click.secho(f"{entry.time[:19]}Z  ", dim=True, nl=False)
    click.secho(f"{entry.kind.split('/')[0]:<24}", fg="cyan", nl=False)
    click.echo(f"{one_line(summarize(entry.body))}  ", nl=False)
    click.secho(f"({one_line(entry.actor)})", dim=True)


command = log
