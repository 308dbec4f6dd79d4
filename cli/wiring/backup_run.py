"""Taking backups: which versions, where to, and what is told of it."""

from collections.abc import Sequence

from msgspec import to_builtins

from oneseek.cli.app import App
from oneseek.cli.output import bytes_text, count_text
from oneseek.cli.wiring.backups import (
    ScratchMaker,
    alone_at,
    bar,
    places,
    reader_of,
    to_take,
)
from oneseek.cli.wiring.findings import report
from oneseek.cli.wiring.writing import writing
from oneseek.domain.backup_place import BackupPlace
from oneseek.domain.decisions.backups import current_backup, due
from oneseek.domain.decisions.lookup import find_version
from oneseek.domain.errors import FoundDamage, NotFound, ServiceFailed
from oneseek.domain.findings import Finding
from oneseek.domain.ports import Ports
from oneseek.domain.state.documents import Version
from oneseek.domain.usecases.backup import Taken, back_up, lacking


def preview(app: App, names: Sequence[str], targets: Sequence[str]) -> None:
    """Print what a run would send; nothing is changed."""
    rows: list[tuple[object, ...]] = []
    values: list[dict[str, object]] = []
    for place in places(app, targets):
        for version in _wanted(app, place, names):
            try:
                objects, size = lacking(app.ports, place, version)
            except NotFound as error:
                if names:
                    raise
                app.out.note(f"note: {error.message}")
                continue
            rows.append((version.dna, place.url, objects, bytes_text(size)))
            values.append(
                {"dna": version.dna, "target": place.url, "objects": objects, "bytes": size}
            )
    app.out.table(
        ("DNA", "target", "objects to send", "bytes"), rows, values, "Nothing new to back up."
    )


def run_backups(app: App, names: Sequence[str], targets: Sequence[str]) -> None:
    """Take the backups, print them, and leave with 1 where something here is damaged."""
    taken: list[Taken] = []
    findings: list[Finding] = []
    opened = places(app, targets)
    with writing(app) as ports:
        try:
            for place in opened:
                with alone_at(app, place):
                    wanted = _wanted(app, place, names)
                    _run_at(app, ports, place, wanted, taken, findings, named=bool(names))
        except ServiceFailed as error:
            if taken:
                done = count_text(len(taken), "backup")
                error.message += f"; {done} were confirmed and recorded before"
            raise
    lines = [_line(item) for item in taken] or [
        "Nothing new: every backup that is wanted is there."
    ]
    value = {
        "targets": [place.url for place in opened],
        "taken": [
            {
                **to_builtins(item.event),
                "sent": item.sent,
                "absent": item.absent,
                "entry": item.entry,
            }
            for item in taken
        ],
    }
    if findings and not app.out.json:
        app.out.result(value, (_line(item) for item in taken))
    report(app.out, findings, value, "\n".join(lines))


def _run_at(
    app: App,
    ports: Ports,
    place: BackupPlace,
    versions: Sequence[Version],
    taken: list[Taken],
    findings: list[Finding],
    *,
    named: bool,
) -> None:
    read, show = reader_of(place), bar(app)
    for version in versions:
        maker = ScratchMaker(app)
        try:
            done = back_up(ports, place, version, maker, read, show)
        except FoundDamage as error:
            where = f"{version.dna} for {place.url}"
            findings.append(
                Finding("backup-refused", where, "whole objects", error.message, error.hint or "")
            )
            continue
        except NotFound as error:
            if named:
                raise
            # Its objects were collected here: another place has them, or nobody.
            app.out.note(f"note: {error.message}")
            continue
        finally:
            maker.close()
        if done is not None:
            taken.append(done)


def _wanted(app: App, place: BackupPlace, names: Sequence[str]) -> list[Version]:
    with app.ledger.view() as view:
        if not names:
            return due(view, place.url, to_take(app, place))
        found = {version.dna: version for version in (find_version(view, name) for name in names)}
        return [
            version
            for version in found.values()
            if current_backup(view, place.url, version) is None
        ]


def _line(taken: Taken) -> str:
    event = taken.event
    text = (
        f"{event.dna} → {event.target}: {count_text(event.objects, 'object')}, "
        f"{bytes_text(event.size)} ({bytes_text(taken.sent)} sent), confirmed by "
        f"{'its checksums' if event.confirmed == 'checksum' else 'reading it back'}, "
        f"entry {taken.entry}"
    )
    if taken.absent:
        text += f"; {count_text(taken.absent, 'object')} of it were not kept here any more"
    return text
