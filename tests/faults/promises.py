"""What holds after every fault, whatever was being done: each function returns what is wrong."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from e2e.workspaces import Workspace
from faults.row import Row
from faults.watched import Outcome, run
from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.objects.hashing import hash_file
from oneseek.cli.app import App
from oneseek.cli.wiring.verification import run_verification
from oneseek.cli.wiring.writing import writing
from oneseek.domain.audit.ledger_audit import audit_ledger
from oneseek.domain.manifest import Manifest
from oneseek.domain.state.documents import OpenTraining

_DEBRIS = re.compile(r".\.partial$|\.new$|\.work$")


def is_workspace(root: Path) -> bool:
    """Say whether ``init`` came to its end; before that there is nothing to look at."""
    return (root / "oneseek.toml").is_file()


def size_of(root: Path) -> int:
    """Return the number of entries."""
    return int(_told(root, lambda app: [str(app.ledger.head().size)])[0])


def at_once(row: Row, root: Path, before: int, outcome: Outcome) -> list[str]:
    """Before anything heals: nothing half done is to be seen, nothing that was printed is lost."""

    def look(app: App) -> Iterator[str]:
        grown = app.ledger.head().size - before
        yield from _half_done(row, app, mended=bool(grown) or not row.mends)
        yield from _all_or_none(row, grown, outcome)
        yield from _lost(row, app, outcome)
        yield from row.beside(app)

    if not is_workspace(root):
        return [] if outcome.code else ["ended with 0 and made no workspace"]
    return _told(root, lambda app: list(look(app)))


def _half_done(row: Row, app: App, *, mended: bool) -> Iterator[str]:
    """Whole objects, whole versions or none, a valid link, a clean log."""
    yield from (f"object: {finding}" for finding in app.objects.check())
    report = audit_ledger(app.ledger, app.pinned, check_ed25519, origin=app.settings.ledger.origin)
    if mended:
        yield from (f"ledger: {finding}" for finding in report.findings)
    elif not report.findings:
        yield "mended, and no entry says so"
    if "drift-changed" in row.until_repeated:
        return  # the tree was damaged before
    for path in app.paths.certified.glob("OneSeek-*"):
        if (path / "manifest.json").is_file():
            yield from _incomplete(path)
        else:
            yield f"half a version is to be seen: {path.name}"


def _incomplete(folder: Path) -> Iterator[str]:
    for file in Manifest.from_bytes((folder / "manifest.json").read_bytes()).files:
        path = folder / file.path
        if not path.is_file() or hash_file(path) != (file.digest, file.size):
            yield f"{folder.name}/{file.path} is not what the manifest names"


def _lost(row: Row, app: App, outcome: Outcome) -> Iterator[str]:
    """What was printed as done is there."""
    try:
        done = json.loads(outcome.out)
    except ValueError:
        if outcome.code == 0:
            yield f"ended with 0 and printed {outcome.out!r}"
        return
    if not row.kept(app, done):
        yield "lost what was printed as done"


def _all_or_none(row: Row, grown: int, outcome: Outcome) -> Iterator[str]:
    """A group of entries is in the ledger or is not, and the exit code says which."""
    if row.commits is None:
        return
    if grown not in (0, row.commits):
        yield f"{grown} of {row.commits} entries were recorded"
    if outcome.code <= 0 or "not known whether it was recorded" in outcome.err:
        return
    if bool(grown) != ("recorded, but" in outcome.err):
        yield f"failed, with {grown} new entries, and said: {outcome.err!r}"


def one_sentence(outcome: Outcome) -> list[str]:
    """A command that could not do it says so in one sentence and ends with 5."""
    if outcome.code == 0:
        return []
    lines = outcome.err.splitlines()
    odd = [line for line in lines if not re.match(r"Error: |  → |note: |training ", line)]
    if outcome.code != 5 or odd or sum(line.startswith("Error: ") for line in lines) != 1:
        return [f"ended with {outcome.code} and said: {outcome.err!r}"]
    return ["is taken for a fault of the program: " + lines[0]] if "unexpected" in lines[0] else []


def healed(row: Row, root: Path) -> list[str]:
    """The next command finishes or forgets it, and so does doing it again; nothing is left over."""
    wrong: list[str] = []
    if is_workspace(root) and not row.mends:
        wrong += _does(root, settle, "the next command", (0,))
        wrong = wrong or _clean(root, row.until_repeated)
    if wrong:
        return wrong
    again = run(row.act, root)
    wrong = _ended(again, "doing it again", row.repeated)
    if row.mends:
        wrong = wrong or _does(root, settle, "the next command", (0,))
    return wrong or _clean(root, again=(row, again))


def settle(root: Path) -> None:
    """Do what every changing command begins with, and nothing more."""
    app = Workspace(root).app()
    try:
        with writing(app):
            pass
    finally:
        app.close()


def _does(
    root: Path, action: Callable[[Path], object], what: str, codes: tuple[int, ...]
) -> list[str]:
    return _ended(run(action, root), what, codes)


def _ended(outcome: Outcome, what: str, codes: tuple[int, ...]) -> list[str]:
    if outcome.code in codes:
        return []
    return [f"{what} ended with {outcome.code}: {outcome.out}{outcome.err}"]


def _clean(
    root: Path, allowed: tuple[str, ...] = (), again: tuple[Row, Outcome] | None = None
) -> list[str]:
    def look(app: App) -> Iterator[str]:
        for finding in run_verification(app, app.pinned, deep=True).findings:
            if finding.check not in allowed:
                yield str(finding)
        yield from _open_trainings(app)
        if again is not None and again[1].code == 0:
            yield from _lost(again[0], app, again[1])
            yield from again[0].beside(app)

    found = _told(root, lambda app: list(look(app)))
    if "left-over" in allowed:
        return found
    left = [path for path in root.rglob("*") if _DEBRIS.search(path.name)]
    left += (root / ".oneseek" / "staging").iterdir()
    left += (root / ".oneseek").glob("restoring")  # the mark of a restore that has no end
    # Integrity manifests are in no store, so a reset moves them there, fault or not.
    left += (p for p in (root / ".oneseek").glob("displaced/*") if p.suffix != ".sha256")
    return found + [f"left over: {path.relative_to(root)}" for path in left]


def _open_trainings(app: App) -> list[str]:
    """A training that was cut off has an end by now: a certificate, or a recorded failure."""
    with app.ledger.view() as view:
        return [f"training {name} has no end" for name, _ in view.scan(OpenTraining)]


def _told(root: Path, look: Callable[[App], list[str]]) -> list[str]:
    """Return what ``look`` says, seen by a process of its own: no fault may be in our caches."""

    def act(_: Path) -> None:
        app = Workspace(root).app()
        try:
            found = look(app)
        finally:
            app.close()
        print(json.dumps(found))

    outcome = run(act, root)
    if outcome.code:
        return [f"cannot be looked at: {outcome.err}"]
    told: list[str] = json.loads(outcome.out)
    return told
