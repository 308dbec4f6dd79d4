"""The checks of ``oneseek doctor``, each with what to do about it."""

import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from oneseek.adapters.ledger import checkpoint_file
from oneseek.adapters.ledger.location import PostgresLocation
from oneseek.cli.app import App
from oneseek.cli.output import bytes_text, count_text
from oneseek.domain.errors import Conflict, NotFound, OneSeekError
from oneseek.domain.model_keys import key_digest
from oneseek.domain.state.documents import ModelKey, OpenTraining

_LOW_SPACE = 1_000_000_000
_LIBRARIES = ("torch", "transformers", "peft", "tokenizers", "safetensors")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: ``good``, worth a ``note``, or ``bad`` with how to mend it."""

    what: str
    state: Literal["good", "note", "bad"]
    found: str
    mend: str = ""


def examine(app: App) -> list[Check]:
    """Run every check; a check never raises."""
    checks = list(_machine())
    try:
        checks.extend(_workspace(app))
    except NotFound as error:
        checks.append(Check("workspace", "note", error.message, error.hint or ""))
    except OneSeekError as error:
        checks.append(Check("workspace", "bad", error.message, error.hint or ""))
    except OSError as error:
        checks.append(Check("workspace", "bad", str(error), "look as their owner"))
    return checks


def _machine() -> Iterator[Check]:
    yield Check("Python", "good", f"{sys.version.split()[0]} at {sys.executable}")
    yield Check("SQLite", "good", sqlite3.sqlite_version)
    missing = []
    found = []
    for name in _LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        yield Check(
            "training libraries",
            "note",
            f"not installed: {', '.join(missing)}",
            'to train and ask: pip install "oneseek-provenance[train]"',
        )
    else:
        yield Check("training libraries", "good", ", ".join(found))
    openssl = shutil.which("openssl")
    yield Check("openssl", "good" if openssl else "note", openssl or "not found; not needed here")


def _workspace(app: App) -> Iterator[Check]:
    paths = app.paths
    yield Check("workspace", "good", str(paths.root))
    yield Check("settings", "good", app.settings.ledger.origin)
    writable = os.access(paths.hidden, os.W_OK)
    yield Check(
        "folder",
        "good" if writable else "bad",
        "can be written" if writable else f"{paths.hidden} cannot be written by this user",
        "" if writable else "give this user the right to write there, or only read",
    )
    free = shutil.disk_usage(paths.root).free
    yield Check(
        "disk",
        "good" if free > _LOW_SPACE else "bad",
        f"{bytes_text(free)} free",
        "" if free > _LOW_SPACE else "free some space before training",
    )
    yield from _keys(app)
    yield from _model_key(app)
    yield from _ledger(app)
    yield from _sharing(app)
    yield from _documents(app)
    yield from _leftovers(app)


def _sharing(app: App) -> Iterator[Check]:
    """Look whether the shared place answers, and whether keys are where all machines find them."""
    if app.shared_address is not None:
        url = app.shared_address.url
        try:
            app.shared_address.open()
        except OneSeekError as error:
            yield Check("shared objects", "bad", error.message, error.hint or "")
        else:
            yield Check("shared objects", "good", f"{url}, reached")
    if isinstance(app.location, PostgresLocation) and app.paths.vault.is_file():
        yield Check(
            "vault",
            "bad",
            f"the keys in {app.paths.vault} are not beside the ledger: nobody finds them there",
            "oneseek objects push",
        )


def _documents(app: App) -> Iterator[Check]:
    """Look whether the target of the collections answers, and how far they are."""
    project = app.settings.firebase.project
    if project is None and not app.paths.mirror.exists():
        return
    from oneseek.cli.wiring.firebase import chosen, open_runner

    try:
        runner = open_runner(app)
        seen = [(item.name, runner.standing(item)) for item in chosen(())]
    except OneSeekError as error:
        yield Check("collections", "bad", error.message, error.hint or "")
        return
    for name, at in seen:
        if at.problem:
            yield Check(name, "bad", at.problem, "oneseek firebase push says what to do")
        elif at.behind or at.rebuilding:
            behind = f"{count_text(at.behind, 'entry', 'entries')} behind"
            found = "a rebuild has not ended" if at.rebuilding else behind
            yield Check(name, "note", f"{found} in {runner.store.name}", "oneseek firebase push")
        else:
            yield Check(name, "good", f"up to date in {runner.store.name}")


def _keys(app: App) -> Iterator[Check]:
    path = app.paths.signing_key
    if not path.is_file():
        yield Check("signing key", "bad", f"{path} is missing", "put it back from your safe copy")
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        yield Check(
            "signing key", "bad", f"others can read it (mode {mode:o})", f"chmod 600 {path}"
        )
        return
    from oneseek.adapters.keys.ed25519 import public_key

    ours = public_key(path, app.settings.ledger.origin)
    from oneseek.domain.decisions.keys import require_may_sign

    try:
        with app.ledger.view() as view:
            require_may_sign(view, app.pinned, ours, view.head.size + 1)
    except Conflict as error:
        what = error.message.removesuffix("; nothing was recorded")
        yield Check("signing key", "bad", what, error.hint or "")
    else:
        yield Check("signing key", "good", f"{ours.key_id:08x}, readable by its owner alone")


def _model_key(app: App) -> Iterator[Check]:
    """Look at the key that signs versions, where there is one, and at a rotation cut off."""
    file = app.model_signer.file
    if file.exists():
        mode = stat.S_IMODE(file.path.stat().st_mode)
        name = key_digest(file.public_der())
        with app.ledger.view() as view:
            known = view.get(ModelKey, name)
        if mode & 0o077:
            mend = f"chmod 600 {file.path}"
            yield Check("model key", "bad", f"others can read it (mode {mode:o})", mend)
        elif known is not None and known.retired is not None:
            mend = "oneseek keys rotate --purpose model --reason TEXT"
            yield Check("model key", "bad", f"{name[:8]}, retired by entry {known.retired}", mend)
        else:
            yield Check("model key", "good", f"{name[:8]}, readable by its owner alone")
    if app.paths.next_key("checkpoint").exists():
        mend = "oneseek keys rotate --reason TEXT"
        yield Check("rotation of the signing key", "note", "cut off; both keys are good", mend)


def _ledger(app: App) -> Iterator[Check]:
    head = app.ledger.head()
    yield Check("ledger", "good", f"{head.size} entries, newest {head.time}")
    if (closed := app.ledger.closed()) is not None:
        yield Check("ledger", "bad", closed.sentence, closed.hint)
    if gone := app.location.missing_guards():
        yield Check(
            "triggers of the ledger",
            "bad",
            f"gone or changed: {', '.join(gone)}",
            "look with: oneseek verify --deep; then put them back: oneseek rebuild state",
        )
    published = checkpoint_file.published_size(app.paths.checkpoint)
    if published > head.size:
        yield Check(
            "checkpoint file",
            "bad",
            f"it speaks of {published} entries: the ledger was rolled back",
            "restore the newest ledger from a backup",
        )
    for projection in app.projections:
        behind = app.runner.behind(projection, head.size)
        yield Check(
            projection.folder,
            "note" if behind else "good",
            f"{count_text(behind, 'entry', 'entries')} behind" if behind else "up to date",
            f"oneseek rebuild {projection.name}" if behind else "",
        )


def _leftovers(app: App) -> Iterator[Check]:
    dead = app.scratch.dead("")
    if dead:
        yield Check(
            "staging",
            "note",
            f"{len(dead)} folders of processes that died",
            "the next command that writes removes them",
        )
    with app.ledger.view() as view:
        open_ids = [key for key, _ in view.scan(OpenTraining)]
    for training in open_ids:
        running = app.leases.held(training)
        yield Check(
            f"training {training}",
            "note",
            "running" if running else "cut off",
            "" if running else "the next command that writes records its end",
        )
    if app.paths.displaced.is_dir() and any(app.paths.displaced.iterdir()):
        yield Check(
            "displaced files",
            "note",
            f"files that did not belong into a target lie in {app.paths.displaced}",
            "look at them, keep what you need, delete the rest",
        )
