"""The rows of what auditors, witnesses and mirrors are given: what leaves the house.

A row's ``beside`` looks at the files that it makes for others: at any moment they are whole, or as
they were.
"""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from msgspec import structs

from builders import repaired
from e2e.harm import forging
from e2e.stands import LEAVES, ORIGIN, Log
from e2e.workspaces import SmallTrainer, Workspace
from faults.row import Row, cli, with_app
from oneseek.adapters.keys.ed25519 import create_key
from oneseek.adapters.keys.witness_key import check_cosignature
from oneseek.adapters.static_log.folder import LogFolder
from oneseek.adapters.static_log.reference import open_reference
from oneseek.adapters.witness.folder import WitnessFolder
from oneseek.cli.app import App
from oneseek.cli.wiring.proof_files import note_of, read_proof
from oneseek.cli.wiring.reproducing import reproduce
from oneseek.cli.wiring.witnessing import cosign_file, trust_witness
from oneseek.cli.wiring.writing import writing
from oneseek.domain.decisions import Decision
from oneseek.domain.errors import OneSeekError
from oneseek.domain.events import AuditRecorded
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.cosignature import verify_cosignatures
from oneseek.domain.note.signed_note import format_note
from oneseek.domain.registry import REGISTRY
from oneseek.domain.reproduction import SAME_BYTES
from oneseek.domain.usecases.record import record

OLD, NEW = 7, 12
"""Tree sizes: what the witness has cosigned before the fault, and what it is shown."""

# One entry less than a tile holds: growing gives full files in the place of partial ones.
FULL = 256


def _grow(to: int) -> Callable[[Path], object]:
    """Return the action that appends entries until there are ``to``."""

    def act(app: App) -> object:
        with writing(app) as ports:
            found = ports.objects.put(b"[]\n")
            missing = range(to - ports.ledger.head().size)
            events = [structs.replace(repaired(f"p{n}"), findings=found) for n in missing]
            record(ports, lambda _: Decision(tuple(events)))
        return to

    return with_app(act)


def _first(*actions: Callable[[Path], object]) -> Callable[[Path], object]:
    """Return the action that does all of these, one after the other."""

    def act(root: Path) -> None:
        for action in actions:
            action(root)

    return act


def _log_in(name: str, *sizes: int) -> Callable[[App], Iterator[str]]:
    """Return the check of the static log in the folder ``name``: of no size that is not given.

    ``0`` stands for a folder in which nothing was published yet; ``-1`` for the whole ledger.
    """

    def look(app: App) -> Iterator[str]:
        size = _size_in(app, name)
        if size not in [app.ledger.head().size if wanted < 0 else wanted for wanted in sizes]:
            yield f"{name} holds {size} entries"

    return look


def _size_in(app: App, name: str) -> int:
    """Verify every entry, tile and key of a static log; return how many entries it has."""
    folder = LogFolder(app.paths.root / name)
    if folder.checkpoint() is None:
        return 0
    return open_reference(folder.source, app.pinned, app.settings.ledger.origin).size


def _all_in(name: str) -> Callable[[App, Any], bool]:
    return lambda app, done: done["size"] == _size_in(app, name)


def _damaged(root: Path) -> None:
    """Change the first byte of the last entry but one."""
    with forging(Workspace(root)) as connection:
        connection.execute(
            "UPDATE entries SET state = x'00' || substr(state, 2) WHERE position = "
            "(SELECT max(position) - 1 FROM entries)"
        )


def _bundle_is_whole(app: App) -> Iterator[str]:
    """The file is the old one or the new one: the same ledger gives the same bytes."""
    found = (app.paths.root / "version.zip").read_bytes()
    if found not in (b"old", (app.paths.root / "other.zip").read_bytes()):
        yield f"half a bundle of {len(found)} bytes"


def _bundle_is_there(app: App, done: Any) -> bool:
    return (app.paths.root / done["bundle"]).stat().st_size == int(done["bytes"])


def _page_is_whole(app: App) -> Iterator[str]:
    page = (app.paths.root / "report.html").read_text("utf-8")
    if page != "old" and not page.rstrip().endswith("</html>"):
        yield f"half a page of {len(page)} characters"


def _operator(root: Path) -> None:
    """Make a log, a witness that has cosigned its beginning, and two ways to go on from there."""
    key = create_key(root / "log.pem", ORIGIN)
    (root / "log.vkey").write_text(f"{key}\n")
    log = Log(root)
    WitnessFolder(root / "w").create("witness.example/w1", "ed25519")
    (root / "beginning").write_bytes(log.note(OLD))
    (root / "shown").write_bytes(log.proof(OLD, NEW))
    other = [*LEAVES[: NEW - 1], leaf_hash(b"another")]
    (root / "fork").write_bytes(log.proof(OLD, NEW, other))
    cosign_file(root / "w", root / "beginning", (str(root / "log.vkey"),), None)


def _remembered(root: Path) -> int:
    last = WitnessFolder(root / "w").last(ORIGIN)
    return Checkpoint.parse(last.text).size if last else 0


def _witness_remembers(app: App) -> Iterator[str]:
    """What left the house is remembered, and after it no other history is cosigned."""
    root, size = app.paths.root, _remembered(app.paths.root)
    if size not in (OLD, NEW):
        yield f"the witness remembers {size} entries"
    if not (root / "cosigned").exists():
        return
    note = note_of(read_proof(root / "cosigned"))
    if not verify_cosignatures(note, (WitnessFolder(root / "w").key(),), check_cosignature):
        yield "the file is not cosigned"
    if size != NEW or _cosigns_fork(root):
        yield f"a cosignature of {NEW} entries has left, and another history can be cosigned"


def _cosigns_fork(root: Path) -> bool:
    """Show the witness, a copy of it, another history after the same beginning."""
    with TemporaryDirectory() as folder:
        shutil.copytree(root / "w", Path(folder) / "w")
        try:
            cosign_file(Path(folder) / "w", root / "fork", (str(root / "log.vkey"),), None)
        except OneSeekError:
            return False
    return True


def _is_cosigned(app: App, done: Any) -> bool:
    root = app.paths.root
    return _remembered(root) == done["size"] == NEW and not _cosigns_fork(root)


def _witnessed(root: Path) -> None:
    """Have a witness cosign the head of the ledger, and trust it."""
    key = WitnessFolder(root / "w").create("witness.example/w1", "ed25519")
    app = Workspace(root).app()
    try:
        (root / "head").write_bytes(app.ledger.head().checkpoint)
        trust_witness(app, key)
        log = str(app.paths.public_key)
    finally:
        app.close()
    note, _, _ = cosign_file(root / "w", root / "head", (log,), None)
    (root / "cosigned").write_bytes(format_note(note))


def _attached(app: App, done: Any) -> bool:
    kept = {found.size for found in app.ledger.cosignatures()}
    return len(done["cosignatures"]) == 1 and done["size"] in kept


def _audit_is_there(app: App, done: Any) -> bool:
    entries = (REGISTRY.decode(stored.raw).body for stored in app.ledger.records())
    sizes = [body.size for body in entries if isinstance(body, AuditRecorded)]
    return done["ledger"]["size"] in sizes


def _reproduce(app: App) -> object:
    """Repeat a training; only the mathematics is left out."""
    package = "oneseek.adapters.training"
    modules = {
        f"{package}.trainer": SimpleNamespace(LoraTrainer=lambda **_: SmallTrainer(1)),
        f"{package}.repetition": SimpleNamespace(measure_repetition=lambda *_: ()),
        f"{package}.devices": SimpleNamespace(choose_device=str),
        f"{package}.recipe_check": SimpleNamespace(check_recipe=lambda _: None),
    }
    with patch.dict(sys.modules, modules):
        done = reproduce(app, "1.0")
    return {"verdict": done.report.verdict, "entry": done.entry}


def _is_judged(app: App, done: Any) -> bool:
    return done["verdict"] == SAME_BYTES and done["entry"] < app.ledger.head().size


_PUBLISH = cli("ledger", "publish", "public", "--json")
_MIRROR = cli("ledger", "mirror", "public", "copy", "--key", ".oneseek/checkpoint.vkey", "--json")

# Many of their steps are an append or a whole file, which other rows try at more points.
_PART = 0.6

ROWS_OF_AUDITORS = (
    Row(
        "a root of the index",
        cli("ledger", "index", "--json"),
        lambda app, done: done["entry"] is None or done["entry"] < app.ledger.head().size,
        tried=_PART,
    ),
    Row(
        "a first publishing",
        _PUBLISH,
        _all_in("public"),
        commits=0,
        until_repeated=("left-over",),
        beside=_log_in("public", 0, -1),
        tried=_PART,
    ),
    Row(
        "a publishing of what is new",
        _PUBLISH,
        _all_in("public"),
        _first(_grow(FULL - 1), _PUBLISH, _grow(FULL + 2)),
        commits=0,
        until_repeated=("left-over",),
        beside=_log_in("public", FULL - 1, -1),
        tried=_PART,
    ),
    Row(
        "a mirroring of what is new",
        _MIRROR,
        _all_in("copy"),
        _first(_grow(FULL - 1), _PUBLISH, _MIRROR, _grow(FULL + 2), _PUBLISH),
        commits=0,
        until_repeated=("left-over",),
        beside=_log_in("copy", FULL - 1, -1),
        tried=_PART,
    ),
    Row(
        "a repair from a mirror",
        cli("ledger", "repair", "--from", "public", "--json"),
        lambda app, done: done["entry"] is None or done["entry"] < app.ledger.head().size,
        _first(_PUBLISH, _damaged),
        mends=True,
        tried=_PART,
    ),
    Row(
        "a bundle",
        cli("bundle", "export", "1.0", "-o", "version.zip", "--json"),
        _bundle_is_there,
        _first(
            cli("bundle", "export", "1.0", "-o", "other.zip"),
            lambda root: (root / "version.zip").write_bytes(b"old"),
        ),
        commits=0,
        until_repeated=("left-over",),
        beside=_bundle_is_whole,
        tried=_PART,
    ),
    Row(
        "a cosignature of a witness",
        cli(
            "witness", "cosign", "shown", "--log", "log.vkey", "--state", "w", "-o", "cosigned",
            "--json",
        ),
        _is_cosigned,
        _operator,
        commits=0,
        until_repeated=("left-over",),
        beside=_witness_remembers,
        tried=_PART,
    ),
    Row(
        "a cosignature that is kept",
        cli("witness", "attach", "cosigned", "--json"),
        _attached,
        _witnessed,
        commits=0,
        tried=_PART,
    ),
    Row(
        "an audit that is recorded, with a page",
        cli("audit", "--record", "--html", "report.html", "--json"),
        _audit_is_there,
        lambda root: (root / "report.html").write_text("old"),
        until_repeated=("left-over",),
        beside=_page_is_whole,
        tried=_PART,
    ),
    Row("a training that is repeated", with_app(_reproduce), _is_judged, tried=_PART),
)  # fmt: skip
