"""Everything about one item of a plan: ``oneseek migrate plan --explain ITEM``."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import to_builtins
from msgspec.structs import replace

from oneseek.cli.output import bytes_text, count_text, one_line
from oneseek.cli.wiring.migration_text import marked, title
from oneseek.domain.errors import InvalidInput, NotFound
from oneseek.domain.findings import Finding
from oneseek.migrations.item import FILE, Item
from oneseek.migrations.plan import PlannedVersion, SourcePlan
from oneseek.migrations.report import what
from oneseek.migrations.verdicts import Claim

_NAMED = 5


def explained(plans: Sequence[SourcePlan], text: str) -> tuple[Any, list[str]]:
    """Return what is known of the item that ``text`` means, as JSON and as lines.

    Raises:
        NotFound: nothing is called so.
        InvalidInput: several things are, and none of them exactly so.
    """
    exact, close = _Matches(), _Matches()
    for plan in plans:
        for version in plan.versions:
            names = (version.label, version.claimed or "", version.path)
            exact.see(plan, version, text in names)
            close.see(plan, version, any(name.startswith(text) for name in names))
        for item in plan.items:
            exact.see(plan, item, text == item.path)
            close.see(plan, item, item.path.startswith(text))
    meant = exact if exact.found else close
    if not meant.found:
        raise NotFound(
            f"nothing there is called {text}", hint="see all: oneseek migrate scan PATH --list"
        )
    if meant is close and meant.number > 1:
        likely = ", ".join(map(_name, (thing for _, thing in meant.found)))
        more = f" and {meant.number - len(meant.found)} more" if meant.number > _NAMED else ""
        raise InvalidInput(f"{text} may be {likely}{more}", hint="give more of the name")
    lines: list[str] = []
    values: list[dict[str, Any]] = []
    for plan, thing in meant.found:
        if lines:
            lines.append("")
        lines += _told(plan, thing)
        values.append({"source": plan.path, **to_builtins(_guarded(thing))})
    return values, lines


class _Matches:
    """The first things that match, and how many there are."""

    def __init__(self) -> None:
        self.found: list[tuple[SourcePlan, PlannedVersion | Item]] = []
        self.number = 0

    def see(self, plan: SourcePlan, thing: PlannedVersion | Item, matches: bool) -> None:
        if matches:
            self.number += 1
            if len(self.found) < _NAMED:
                self.found.append((plan, thing))


def _guarded(thing: PlannedVersion | Item) -> PlannedVersion | Item:
    return replace(thing, digest=None) if isinstance(thing, Item) and thing.personal else thing


def _digest(item: Item) -> str:
    if item.personal:
        return "not told: it holds texts of people, and short ones could be guessed from it"
    return item.digest or "none: it could not be read"


def _name(thing: PlannedVersion | Item) -> str:
    return thing.label if isinstance(thing, PlannedVersion) else thing.path


def _told(plan: SourcePlan, thing: PlannedVersion | Item) -> Iterator[str]:
    if isinstance(thing, PlannedVersion):
        yield from _version(thing)
    else:
        yield from _item(plan, thing)


def _version(version: PlannedVersion) -> Iterator[str]:
    yield title(f"Version {one_line(version.label)}")
    yield f"  {marked(version.verdict)} {version.verdict}: {one_line(version.reason)}"
    yield f"  named     {one_line(version.claimed or 'not by its records')}"
    yield f"  record    {one_line(version.path)}"
    weights = f"{version.form}: {version.form_reason}" if version.form_reason else version.form
    yield f"  weights   {one_line(weights)}"
    yield f"  base      {one_line(version.base_name or 'not recorded')}"
    created = one_line(version.created or "not recorded")
    yield f"  made      {created} ({version.created_zone or 'no zone'})"
    for number, adapter in enumerate(version.chain, 1):
        yield f"  adapter {number} {one_line(adapter)}"
    yield from _claims(version.claims)
    yield from _findings(version.findings)
    yield title("  Files")
    for part in version.parts:
        size = bytes_text(part.size)
        yield f"    {part.role:<15} {size:>9}  {part.digest[:16]}…  {one_line(part.path)}"
    yield title("  What an import makes of it")
    yield "    an entry version-imported/v1, with the verdict and the reason above"
    files = count_text(len(version.parts), "file")
    yield f"    the bytes of {files}, a manifest, and a record of every claim, as objects"


def _item(plan: SourcePlan, item: Item) -> Iterator[str]:
    yield title(f"{item.type.capitalize()} {one_line(item.path)}")
    yield f"  class     {item.kind}: {what(item.kind)}"
    if item.type == FILE:
        yield f"  size      {bytes_text(item.size)}"
        yield f"  sha-256   {_digest(item)}"
    if item.target:
        yield f"  leads to  {one_line(item.target)}"
    if item.says:
        yield f"  says      {one_line(item.says)}"
    told = [(each.verdict, each.reason) for each in plan.ledgers if each.path == item.path]
    told += [(each.verdict, each.reason) for each in plan.told if each.path == item.path]
    for verdict, reason in told or [(item.verdict, item.reason)]:
        yield f"  {marked(verdict)} {verdict}: {one_line(reason or 'nothing to check')}"
    beside = (found for found in plan.findings if found.where.split(": ")[0] == item.path)
    yield from _findings((*item.findings, *beside))
    yield title("  What an import makes of it")
    yield from (f"    {line}" for line in _made_of(plan, item))


def _made_of(plan: SourcePlan, item: Item) -> Iterator[str]:
    if item.type == FILE and item.personal:
        yield "a sealed object with its bytes: erasing destroys the key, and the proofs stay"
    elif item.type == FILE and item.digest:
        yield "an object with its bytes"
    yield "a line of the inventory, which the entry source-scanned/v1 names"
    yield from _entries(plan, item.path)
    for version in plan.versions:
        if any(part.path == item.path for part in version.parts):
            yield f"a part of the version {one_line(version.label)}"


def _entries(plan: SourcePlan, path: str) -> Iterator[str]:
    """Yield the entries that would be made of what lies at ``path``."""
    made = [
        *(("ledger-imported/v1", old.path, f"a verdict for each of {old.blocks} blocks")
          for old in plan.ledgers),
        *(("legacy-item-imported/v1", each.path, f"{each.what}, {each.verdict}")
          for each in plan.told),
        *(("history-gap/v1", each.path, f"{each.what}: {each.evidence}") for each in plan.gaps),
        *(("file-quarantined/v1", each.path, each.reason) for each in plan.quarantined),
    ]  # fmt: skip
    for kind, where, what_of_it in made:
        if where == path:
            yield f"an entry {kind}: {one_line(what_of_it)}"


def _claims(claims: Iterable[Claim]) -> Iterator[str]:
    listed = list(claims)
    if listed:
        yield title("  What its records claim")
    for claim in listed:
        yield f"    {marked(claim.verdict)} {one_line(claim.about)}: {one_line(claim.says)}"
        yield f"        {claim.verdict}: {one_line(claim.reason)}"


def _findings(findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        yield f"  ✗ {finding.check}: {one_line(finding.where)}"
        yield f"      expected  {one_line(finding.expected)}"
        yield f"      found     {one_line(finding.found)}"
