"""The rows of imports: old trees that come in, are reported, moved away, put back and forgotten.

Each row's workspace holds what an undisturbed run of it told, made beside it beforehand. Whatever
the fault, the ledger tells nothing of it or the same, entry by entry, and the old tree is whole in
one place.
"""

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# What the commands load when they are called: every cell is a fork that would load it again.
import oneseek.adapters.reports.migration
import oneseek.adapters.training.legacy_weights
import oneseek.cli.wiring.migration_cleanup
import oneseek.cli.wiring.migration_reports
import oneseek.cli.wiring.migration_run  # noqa: F401
from e2e.workspaces import Workspace
from faults.row import Row, cli
from migrations.trees import QUESTION, make_small_tree, small_base
from oneseek.adapters.objects.tree import hash_tree
from oneseek.cli.app import App
from oneseek.domain.errors import NotFound
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import LegacyErasure

OLD = "old"
TEXT = (
    "models/oneseek-7b-zero/OneSeek-7B-Zero-sv/training_samples/stage1_20251120_190000_000001.json"
)
Action = Callable[[Path], object]

ELSEWHERE = "elsewhere.txt"
"""Names the place of an old tree outside: a source is known by where it lies, and cells move."""


def _import(root: Path) -> object:
    named = root / ELSEWHERE
    place = named.read_text("utf-8") if named.exists() else OLD
    return cli("migrate", "run", place, "--json")(root)


_AWAY = cli("migrate", "cleanup", "--yes-i-typed", OLD, "--json")
_BACK = cli("migrate", "restore", "--json")


def _ledger(app: App) -> list[str]:
    """Return what the ledger tells, without what differs from one undisturbed run to another.

    That is the identity of a source, which is its place, and whatever is named by a sealed object.
    """
    told = []
    for stored in app.ledger.records():
        entry = REGISTRY.decode(stored.raw)
        body = entry.body
        stream = entry.stream
        if source := getattr(body, "source", None):
            stream = stream.replace(source, "SOURCE")
        what = f"{getattr(body, 'manifest', '')} {getattr(body, 'path', '')}".strip()
        told.append(f"{entry.kind} {stream} {what}".strip())
    return told


def _places(root: Path) -> list[Path]:
    named = root / ELSEWHERE
    found = [Path(named.read_text("utf-8"))] if named.exists() else root.glob(f"{OLD}*")
    return [path for path in found if path.is_dir()]


def _tree(place: Path) -> dict[str, str]:
    return {name: str(entry.digest) for name, entry in hash_tree(place).items()}


def _beginning(act: Action, *before: Action) -> Action:
    """Return the preparation of a row that does ``act`` after ``before``, with an old tree."""

    def prepare(root: Path) -> None:
        make_small_tree(root / OLD)
        for each in before:
            each(root)
        (place,) = _places(root)
        twin = root.with_name("undisturbed")
        shutil.copytree(root, twin, symlinks=True)
        with contextlib.chdir(twin):
            act(twin)
        told = {"before": _in(root), "after": _in(twin), "tree": _tree(place)}
        shutil.rmtree(twin)
        (root / "undisturbed.json").write_text(json.dumps(told), "utf-8")

    return prepare


def _in(root: Path) -> list[str]:
    app = Workspace(root).app()
    try:
        return _ledger(app)
    finally:
        app.close()


def _told(app: App) -> Any:
    return json.loads((app.paths.root / "undisturbed.json").read_text("utf-8"))


def _is_as_undisturbed(app: App) -> Iterator[str]:
    """The ledger is the old one or the new one, and the tree is whole in one place."""
    told, now = _told(app), _ledger(app)
    if now not in (told["before"], told["after"]):
        yield f"the ledger tells something else: {now[len(told['before']) :]}"
    places = _places(app.paths.root)
    if [_tree(place) for place in places] != [told["tree"]]:
        yield f"the old tree is not whole in one place: {places}"
    needle = QUESTION.encode()
    for path in (app.paths.root / ".oneseek").rglob("*"):
        if path.is_file() and needle in path.read_bytes():
            yield f"a text of somebody is in the clear: {path.name}"


def _is_done(app: App, _: Any) -> bool:
    return _ledger(app) == _told(app)["after"]


def _lies_at(place: str) -> Callable[[App, Any], bool]:
    def kept(app: App, done: Any) -> bool:
        return _is_done(app, done) and Path(done[place]).is_dir()

    return kept


def _is_forgotten(app: App, done: Any) -> bool:
    with app.ledger.view() as view:
        if view.get(LegacyErasure, done["object"]) is None:
            return False
    try:
        app.vault.unseal(done["object"])
    except NotFound:
        return _is_done(app, done)
    return False


def _page_is_whole(app: App) -> Iterator[str]:
    yield from _is_as_undisturbed(app)
    page = (app.paths.root / "report.html").read_text("utf-8")
    if page != "an older page" and not page.rstrip().endswith("</html>"):
        yield f"half a page of {len(page)} characters"


def _change(root: Path) -> None:
    """Let somebody go on in the old tree: a model that is new, and a text that is another one."""
    old = Path((root / ELSEWHERE).read_text("utf-8"))
    made = next((old / "models" / "oneseek-certified").glob("OneSeek-*"))
    copied = made.with_name("OneSeek-7B-Zero.v1.1")
    shutil.copytree(made, copied)
    (copied / "README.md").write_text("# 1.1\n", "utf-8")
    sample = old / TEXT
    sample.write_bytes(sample.read_bytes().replace(b"2025-11-20", b"2025-11-21"))


def _outside(root: Path) -> None:
    place = root.with_name(OLD)
    (root / OLD).rename(place)
    (root / ELSEWHERE).write_text(str(place), "utf-8")


def _page(root: Path) -> None:
    (root / "report.html").write_text("an older page", "utf-8")


_REPORT = cli("migrate", "report", "--html", "report.html", "--json")
_BASE = cli("migrate", "base", "OneSeek-7B-Zero.v1.0.en", "fitting", "--json")


def _fitting(root: Path) -> None:
    """Register a base model that the small tree's adapters fit."""
    folder = root / "fitting"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "llama"}', "utf-8")
    (folder / "model.safetensors").write_bytes(small_base())
    cli("base", "register", "fitting", "--json")(root)


_ERASE = cli("migrate", "erase", TEXT, "--reason", "asked for", "--json")

# Most of their steps copy a file into the store or append a group, which other rows try at more
# points and in every column.
_PART = 0.5
_LARGE = frozenset({"killed", "once", "blocks", "power"})
_SMALL = frozenset({"killed"})

ROWS_OF_MIGRATOR = (
    Row(
        "an import of an old tree",
        _import,
        _is_done,
        _beginning(_import),
        commits=4,
        beside=_is_as_undisturbed,
        tried=_PART,
        columns=_LARGE,
    ),
    Row(
        "an import of an old tree that has changed",
        _import,
        _is_done,
        _beginning(_import, _outside, _import, _change),
        commits=2,
        beside=_is_as_undisturbed,
        tried=_PART,
        columns=_LARGE,
    ),
    Row(
        "a base model that is named for an import",
        _BASE,
        _is_done,
        _beginning(_BASE, _import, _fitting),
        beside=_is_as_undisturbed,
        tried=_PART,
        columns=_SMALL,
    ),
    Row(
        "an erasure of an imported text",
        _ERASE,
        _is_forgotten,
        _beginning(_ERASE, _import),
        until_repeated=("not-erased",),
        beside=_is_as_undisturbed,
        tried=_PART,
        columns=_SMALL,
    ),
    Row(
        "an old tree that is moved away",
        _AWAY,
        _lies_at("to"),
        _beginning(_AWAY, _import),
        repeated=(0, 4),
        beside=_is_as_undisturbed,
        tried=_PART,
        columns=_SMALL,
    ),
    Row(
        "an old tree that is put back",
        _BACK,
        _lies_at("path"),
        _beginning(_BACK, _import, _AWAY),
        beside=_is_as_undisturbed,
        tried=_PART,
        columns=_SMALL,
    ),
    Row(
        "a page about an import",
        _REPORT,
        _is_done,
        _beginning(_REPORT, _import, _page),
        commits=0,
        until_repeated=("left-over",),
        beside=_page_is_whole,
        tried=_PART,
        columns=_SMALL,
    ),
)
