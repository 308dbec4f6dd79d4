"""Importing a source as it was planned: every object first, then all entries in one group.

A crash before the group leaves objects that nothing names; running it again finds them and goes on.
A crash after it leaves a finished import. There is nothing in between.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from msgspec import Struct

from oneseek.domain import events as e
from oneseek.domain.certification.metadata import render_json
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.legacy_weights import WeightReader
from oneseek.domain.ports import Ports
from oneseek.domain.state.documents import LegacySource
from oneseek.domain.usecases.import_source import ImportOutcome, SourceImport, import_source
from oneseek.migrations.importing.events import Kept, other_events, version_event
from oneseek.migrations.importing.folders import FolderMaker, Made
from oneseek.migrations.importing.keeping import keep_all
from oneseek.migrations.importing.lists import keep_lines
from oneseek.migrations.importing.previous import Previous
from oneseek.migrations.item import Item
from oneseek.migrations.plan import SourcePlan
from oneseek.migrations.report import report_of
from oneseek.migrations.spool import Spool
from oneseek.migrations.verdicts import Claim


class VersionRecord(Struct, frozen=True, kw_only=True):
    """A line of the records object: everything that is known of one imported version."""

    manifest: Digest
    label: str
    path: str
    claims: tuple[Claim, ...]
    chain: tuple[str, ...]
    files: tuple[str, ...]
    form_reason: str


@dataclass(frozen=True, slots=True)
class Steps:
    """Who wants to know how far the import is."""

    bytes: Callable[[int], None] = lambda _: None
    stage: Callable[[str], None] = lambda _: None


def run_source(
    ports: Ports,
    plan: SourcePlan,
    reader: WeightReader,
    scratch: Callable[[], Path],
    steps: Steps | None = None,
) -> ImportOutcome | None:
    """Import ``plan``; None when an earlier import of the same place had all of it.

    ``scratch`` gives a new empty folder on the file system of the objects.

    Raises:
        Conflict: a file is not what it was when the plan was made; nothing was recorded.
        ServiceFailed: the disk refused; nothing was recorded.
    """
    tell = steps or Steps()
    with ports.ledger.view() as view:
        known = view.get(LegacySource, plan.source)
    previous = Previous(ports.objects, ports.vault, known.inventory if known else None)
    same = previous.same(iter(plan.items))
    if same and not plan.trusting:
        return None
    report = render_json(report_of(plan))
    # Whoever says whose signatures count has the same files judged anew.
    if same and known is not None and known.report == sha256(report):
        return None
    folder = scratch()
    tell.stage("keeping every byte")
    kept: dict[str, Kept] = {}
    with ports.objects.together() as keeper:
        items = keep_all(ports, plan, previous, keeper, tell.bytes)
        inventory = keep_lines(keeper, folder, _noting(items, plan, kept))
    judged = {
        path: keep_lines(ports.objects, folder, rows) for path, rows in plan.judgements.items()
    }
    tell.stage("making version folders")
    made = Spool(Made)
    with ports.objects.together() as keeper:
        maker = FolderMaker(ports.objects, keeper, reader, scratch)
        record = keep_lines(keeper, folder, _making(plan, maker, made))
    tell.stage("recording")
    scanned = e.SourceScanned(
        source=plan.source,
        path=plan.path,
        inventory=inventory,
        report=ports.objects.put(report),
        entries=plan.entries,
        files=plan.files,
        size=plan.size,
        previous=previous.inventory,
    )
    versions = Spool(e.VersionImported)
    for version, folder_made in zip(plan.versions, made, strict=True):
        versions.add(version_event(plan, version, folder_made, record))
    others = other_events(plan, lambda path: kept.get(path, Kept()), judged)
    return import_source(ports, SourceImport(scanned, versions, others, again=plan.trusting))


def _making(plan: SourcePlan, maker: FolderMaker, made: Spool[Made]) -> Iterator[VersionRecord]:
    """Make the folder of every version and yield what is known of it."""
    for version in plan.versions:
        folder = maker.make(version)
        made.add(folder)
        yield VersionRecord(
            manifest=folder.manifest,
            label=version.label,
            path=version.path,
            claims=version.claims,
            chain=version.chain,
            files=tuple(part.path for part in version.parts),
            form_reason=folder.reason,
        )


def _noting(items: Iterator[Item], plan: SourcePlan, kept: dict[str, Kept]) -> Iterator[Item]:
    """Yield ``items`` and note where the bytes of those are that events will name."""
    wanted = {ledger.path for ledger in plan.ledgers} | {told.path for told in plan.told}
    wanted |= {hostile.path for hostile in plan.quarantined}
    for item in items:
        if item.path in wanted:
            kept[item.path] = Kept(item.sealed or item.digest, item.sealed is not None, item.size)
        yield item
