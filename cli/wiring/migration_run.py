"""``oneseek migrate run``: plan and import one source after the other, each whole or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any

from oneseek.cli.app import App
from oneseek.cli.output import bytes_text, count_text, one_line
from oneseek.cli.progress import staged_bar
from oneseek.cli.wiring.files import read_input
from oneseek.cli.wiring.migrating import checked_sources
from oneseek.cli.wiring.migration_plans import plan_all, weight_reader
from oneseek.cli.wiring.migration_text import marked
from oneseek.domain.errors import Conflict, InvalidInput
from oneseek.domain.ports import Ports
from oneseek.domain.projections.certified_tree import README_NAME
from oneseek.migrations.foreign import is_foreign
from oneseek.migrations.plan import SourcePlan
from oneseek.migrations.plan_file import KeptSource, changes, is_plan_file, read_plan
from oneseek.migrations.report import report_of
from oneseek.migrations.running import Steps, run_source

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of one source."""

    path: str
    entry: int | None
    """Of the source-scanned entry; None where an earlier run had recorded all of it."""
    entries: int
    """That were appended."""
    renamed: tuple[tuple[str, str], ...]
    """Names that were taken, and what the versions are called instead."""
    report: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        told = self.report
        return {
            "path": self.path,
            "source": told["source"],
            "new": self.entry is not None,
            "entry": self.entry,
            "entries": self.entries,
            "renamed": [{"name": old, "dna": new} for old, new in self.renamed],
            "files": told["files"],
            "size": told["size"],
            "totals": told["totals"],
            "gaps": told["gaps"]["count"],
            "quarantined": told["quarantined"]["count"],
            "findings": told["findings"]["count"],
            "questions": told["questions"]["rows"],
        }


def import_all(
    app: App, ports: Ports, paths: Sequence[Path], trusted: frozenset[str]
) -> list[Imported]:
    """Import what ``paths`` name: sources, and plans of sources.

    Raises:
        Conflict: a source is not what a plan says; nothing was recorded.
        InvalidInput: a source is no old tree at all; nothing was recorded.
    """
    kept: list[KeptSource] = []
    given: list[Path] = []
    for path in paths:
        if is_plan_file(path):
            plan_file = read_plan(read_input(path), str(path))
            trusted |= frozenset(plan_file.trust)
            kept += plan_file.sources
            given += [source.place for source in plan_file.sources]
        else:
            given.append(path)
    plans = plan_all(app, checked_sources(app, given), trusted)
    for source in kept:
        for plan in plans:
            if plan.source == source.source:
                _require_unchanged(source, plan)
    planned = {source.source for source in kept}
    for plan in plans:
        if plan.source not in planned:
            require_known(plan)
    return [_import(app, ports, plan) for plan in plans]


def require_known(plan: SourcePlan) -> None:
    """Refuse a source that is no old tree at all: what is recorded stays for good.

    Whoever wants it all the same makes a plan first: that is no typing error any more.

    Raises:
        InvalidInput: nothing in it is of a kind that the old programs wrote.
    """
    if not is_foreign(plan):
        return
    what = "it is empty" if not plan.entries else "no file is of a kind that the old programs wrote"
    archives = any(item.findings for item in plan.items)
    raise InvalidInput(
        f"{plan.path} is no old tree: {what}; nothing was recorded",
        hint="unpack the archive, and name the folder that comes out"
        if archives
        else f"check the path; see what lies there: oneseek migrate scan {quote(plan.path)} --list",
    )


def _require_unchanged(kept: KeptSource, plan: SourcePlan) -> None:
    found = list(changes(kept, plan))
    if found:
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        raise Conflict(
            f"{plan.path} is not as it was planned: {', '.join(found[:_NAMED])}{more}; "
            "nothing was recorded",
            hint=f"make a new plan: oneseek migrate plan {quote(plan.path)} -o plan.json",
        )


def _import(app: App, ports: Ports, plan: SourcePlan) -> Imported:
    readme = app.paths.certified / README_NAME
    if readme.is_file():
        ports.objects.put_file(readme)  # a first import changes it; what no store has is moved away
    with staged_bar(plan.size, show=not app.out.json) as (advance, stage):
        outcome = run_source(
            ports,
            plan,
            weight_reader(),
            lambda: app.scratch.folder("import-"),
            Steps(bytes=advance, stage=stage),
        )
    indices = outcome.receipt.indices if outcome and outcome.receipt else range(0)
    new_names = outcome.relabelled if outcome else ()
    return Imported(
        plan.path,
        indices[0] if indices else None,
        len(indices),
        tuple((each.asked, each.dna) for each in new_names),
        report_of(plan),
    )


def came_out(
    outcomes: Sequence[Imported],
    bases: Sequence[Mapping[str, Any]],
    active: Mapping[str, Any] | None,
) -> Iterator[str]:
    """Yield what came out, and what to type next."""
    for each in outcomes:
        yield from _source(each)
    for base in bases:
        yield f"{one_line(base['dna'])} stands on {base['base']}{_entry(base)}"
    if active is not None:
        yield f"Active: {one_line(active['dna'])}{_entry(active)}"
    yield "Read it: oneseek migrate report, or as a page: oneseek migrate report --html report.html"


def _source(each: Imported) -> Iterator[str]:
    told = each.report
    if each.entry is None:
        yield f"{one_line(each.path)}: nothing new, all of it was imported before"
        return
    entries = count_text(each.entries, "entry", "entries")
    yield f"{one_line(each.path)}: imported, {entries} from entry {each.entry} on"
    yield f"  {count_text(told['files'], 'file')} kept byte for byte, {bytes_text(told['size'])}"
    for total in told["totals"]:
        counts = {verdict: count for verdict, count in total["counts"].items() if count}
        if counts:
            listed = ", ".join(f"{marked(name)} {count} {name}" for name, count in counts.items())
            yield f"  {total['of']}: {listed}"
    for what, one, many in (
        ("gaps", "gap in the history", "gaps in the history"),
        ("quarantined", "file in quarantine", "files in quarantine"),
        ("findings", "finding", "findings"),
        ("questions", "question for a person", "questions for a person"),
    ):
        if count := told[what]["count"]:
            yield f"  {count_text(count, one, many)}"

    for old, new in each.renamed[:_NAMED]:
        yield f"  the name {one_line(old)} is taken: one more of it is called {one_line(new)}"
    if len(each.renamed) > _NAMED:
        yield f"  … and {len(each.renamed) - _NAMED} more of them: oneseek versions"


def _entry(value: Mapping[str, Any]) -> str:
    return "" if value["entry"] is None else f" (entry {value['entry']})"
