"""Verifying collections, and saying what was seen."""

from collections.abc import Iterator, Sequence
from typing import Any

from oneseek.adapters.documents.runner import CollectionRunner, Pushed
from oneseek.adapters.documents.verifying import Verified
from oneseek.cli.app import App
from oneseek.cli.output import count_text
from oneseek.cli.progress import count_bar
from oneseek.domain.errors import Conflict
from oneseek.domain.findings import Finding
from oneseek.domain.projections.collections.collection import Collection

_SHOWN = 20
"""Findings of one collection for people; the JSON has more."""


def verify_all(
    app: App, runner: CollectionRunner, collections: Sequence[Collection]
) -> list[tuple[Collection, Verified]]:
    """Compare every collection with the ledger; one that is not ours is a finding."""
    seen = []
    for collection in collections:
        title = f"Comparing {collection.name}"
        with count_bar(title, None, show=not app.out.json) as advance:
            try:
                found = runner.verify(collection, lambda _, documents: advance(documents))
            except Conflict as error:
                found = _not_ours(collection, runner, error)
        seen.append((collection, found))
    return seen


def _not_ours(collection: Collection, runner: CollectionRunner, error: Conflict) -> Verified:
    where, hint = f"{collection.name} in {runner.store.name}", error.hint or ""
    found = Verified(None, 0)
    found.add(Finding("not-ours", where, "documents of this ledger", error.message, hint))
    return found


def tell_of_unopened(app: App, done: Sequence[tuple[Collection, Pushed]]) -> None:
    """Say once how many texts could not be opened, where any could not."""
    if count := sum(made.unopened for _, made in done):
        app.out.note(
            f"note: {count_text(count, 'text')} cannot be opened here and stay as they are in the "
            "target, or null; restore the vault (oneseek restore --vault PLACE), then: "
            "oneseek firebase rebuild"
        )


def verified_json(collection: Collection, seen: Verified) -> dict[str, Any]:
    """Return what was seen of one collection, for machines."""
    return {
        "collection": collection.name,
        "ok": not seen.count,
        "size": seen.size,
        "behind": seen.behind,
        "documents": seen.documents,
        "count": seen.count,
        "unopened": seen.unopened,
        "findings": [
            {"check": f.check, "where": f.where, "expected": f.expected, "found": f.found,
             "hint": f.hint}
            for f in seen.findings
        ],
    }  # fmt: skip


def verified_lines(collection: Collection, seen: Verified) -> Iterator[str]:
    """Yield what was seen of one collection, for people."""
    if seen.size is None and not seen.count:
        yield f"· {collection.name}: nothing was ever pushed"
        return
    mark = "✗" if seen.count else "✓"
    compared = f"{count_text(seen.documents, 'document')} compared"
    yield f"{mark} {collection.name}: {compared}, {count_text(seen.count, 'finding')}"
    if seen.behind:
        behind = count_text(seen.behind, "entry", "entries")
        yield f"  note: it is {behind} behind the ledger (oneseek firebase push)"
    if seen.unopened:
        texts = count_text(seen.unopened, "text")
        yield f"  note: {texts} cannot be compared: this vault has no keys for them"
    for finding in seen.findings[:_SHOWN]:
        yield f"  {finding.check}: {finding.where}"
        yield f"      expected  {finding.expected}"
        yield f"      found     {finding.found}"
        yield f"      → {finding.hint}"
    if seen.count > _SHOWN:
        yield f"  … and {seen.count - _SHOWN} more; --json shows more"
