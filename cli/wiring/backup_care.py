"""Looking after backups: verifying and pruning, place by place, and what is told of it."""

from collections.abc import Sequence
from contextlib import ExitStack

from oneseek.cli.app import App
from oneseek.cli.output import bytes_text, count_text
from oneseek.cli.progress import byte_bar
from oneseek.cli.wiring.backups import alone_at, places, reader_of, to_keep, whole_here
from oneseek.cli.wiring.checkpoints import retention_rule
from oneseek.cli.wiring.findings import report
from oneseek.cli.wiring.writing import writing
from oneseek.domain.backup_place import BackupPlace, OnBytes
from oneseek.domain.decisions.backups import Fate, backups_at
from oneseek.domain.decisions.lookup import find_version
from oneseek.domain.errors import NotFound
from oneseek.domain.findings import Finding
from oneseek.domain.ports import Ports
from oneseek.domain.state.documents import Backup
from oneseek.domain.usecases.drop_checkpoints import drop_checkpoints
from oneseek.domain.usecases.prune_backups import Pruned, plan_pruning, prune_backups
from oneseek.domain.usecases.verify_backup import Report, verify_backups


def verify_places(
    app: App, names: Sequence[str], targets: Sequence[str], *, quick: bool, keep_record: bool
) -> None:
    """Verify the backups at every place; leave with 1 where something is not as it should be."""
    opened = places(app, targets)
    seen: list[tuple[BackupPlace, Report]] = []
    if keep_record and not quick:
        with writing(app) as ports:
            for place in opened:
                with alone_at(app, place):
                    seen.append((place, _verify(app, ports, place, names, quick, keep_record)))
    else:
        seen = [(p, _verify(app, app.ports, p, names, quick, keep_record)) for p in opened]
    findings: list[Finding] = [finding for _, found in seen for finding in found.findings]
    value = {
        "places": [
            {
                "target": place.url,
                "backups": found.backups,
                "objects": found.objects,
                "bytes_read": found.read,
                "damaged": found.damaged,
                "of_other_ledgers": found.strangers,
                "recorded": found.recorded,
            }
            for place, found in seen
        ]
    }
    report(app.out, findings, value, "\n".join(_seen(place, found) for place, found in seen))


def prune_places(app: App, targets: Sequence[str], *, dry_run: bool, explain: bool) -> None:
    """Let backups go at every place, and checkpoints of trainings; or say what would go."""
    opened = places(app, targets)
    whole, ledgers = whole_here(app), app.settings.retention.ledger
    done: list[tuple[BackupPlace, Pruned]] = []
    if dry_run:
        for place in opened:
            keep, read = to_keep(app, place), reader_of(place)
            done.append((place, plan_pruning(app.ports, place, keep, whole, read, ledgers=ledgers)))
        gone = drop_checkpoints(app.ports, retention_rule(app), dry_run=True)
    else:
        with writing(app) as ports:
            for place in opened:
                with alone_at(app, place):
                    keep, read = to_keep(app, place), reader_of(place)
                    done.append(
                        (place, prune_backups(ports, place, keep, whole, read, ledgers=ledgers))
                    )
            gone = drop_checkpoints(ports, retention_rule(app))
    for item in gone:
        verb = "would be dropped" if dry_run else "dropped"
        app.out.note(f"{item.kept.name} of training {item.kept.training} {verb}: {item.reason}")
    _tell_of_pruning(app, done, dry_run=dry_run, explain=explain)


def _verify(
    app: App, ports: Ports, place: BackupPlace, names: Sequence[str], quick: bool, keep_record: bool
) -> Report:
    wanted = _wanted(app, place, names)
    with ExitStack() as stack:

        def begin(total: int) -> OnBytes:
            title = f"Reading {place.url}"
            return stack.enter_context(byte_bar(title, total, show=not app.out.json))

        return verify_backups(
            ports,
            place,
            wanted,
            reader_of(place),
            origin=app.settings.ledger.origin,
            quick=quick,
            strangers=not names,
            keep_record=keep_record,
            begin=begin,
        )


def _wanted(app: App, place: BackupPlace, names: Sequence[str]) -> list[Backup]:
    with app.ledger.view() as view:
        kinds = ("version", "ledger", "vault")
        there = [backup for what in kinds for backup in backups_at(view, place.url, what)]
        if not names:
            return there
        versions = [find_version(view, name) for name in names]
    for version in versions:
        if not any(backup.manifest == version.manifest for backup in there):
            raise NotFound(
                f"there is no backup of {version.dna} at {place.url}",
                hint=f"take one: oneseek backup run {version.dna} --to {place.url}",
            )
    manifests = {version.manifest for version in versions}
    return [backup for backup in there if backup.manifest in manifests]


def _seen(place: BackupPlace, found: Report) -> str:
    how = f"{bytes_text(found.read)} read" if found.read else "only their lengths compared"
    text = (
        f"{place.url}: {count_text(found.backups, 'backup')} whole, "
        f"{count_text(found.objects, 'object')}, {how}"
    )
    if found.strangers:
        text += f"; {count_text(found.strangers, 'backup')} there belong to other ledgers"
    return text


def _tell_of_pruning(
    app: App, done: Sequence[tuple[BackupPlace, Pruned]], *, dry_run: bool, explain: bool
) -> None:
    rows = [_row(fate, dry_run) for _, found in done for fate in found.fates if not fate.keep]
    if explain:
        rows += [_row(fate, dry_run) for _, found in done for fate in found.fates if fate.keep]
    value = [
        {
            "target": place.url,
            "gone": [_facts(fate) for fate in found.gone],
            "kept": [_facts(fate) for fate in found.fates if fate.keep],
            "left_over": found.left_over,
            "objects": found.objects,
            "bytes": found.size,
            "blocked": found.blocked,
            "entry": found.entry,
            "dry_run": dry_run,
        }
        for place, found in done
    ]
    app.out.table(
        ("", "DNA", "target", "why", "whole copies besides"), rows, value, "Nothing is let go."
    )
    for place, found in done:
        if found.blocked is not None:
            app.out.note(f"note: no object was removed from {place.url}: {found.blocked}")
        elif found.objects:
            verb = "would be removed" if dry_run else "removed"
            app.out.note(
                f"{count_text(found.objects, 'object')} ({bytes_text(found.size)}) {verb} from "
                f"{place.url}"
            )


def _row(fate: Fate, dry_run: bool) -> tuple[str, ...]:
    word = "stays" if fate.keep else "would go" if dry_run else "gone"
    backup = fate.backup
    return word, backup.dna or backup.name, backup.target, fate.reason, ", ".join(fate.copies)


def _facts(fate: Fate) -> dict[str, object]:
    return {
        "dna": fate.backup.dna,
        "name": fate.backup.name,
        "reason": fate.reason,
        "copies": fate.copies,
    }
