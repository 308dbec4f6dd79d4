"""Publishing and mirroring, as the commands do it."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from oneseek.adapters.static_log.folder import LogFolder
from oneseek.adapters.static_log.mirroring import mirror
from oneseek.adapters.static_log.publishing import Outcome, publish
from oneseek.adapters.static_log.refused import LogRefused
from oneseek.adapters.static_log.source import open_source
from oneseek.cli.output import Output, count_text
from oneseek.cli.progress import count_bar
from oneseek.cli.wiring.findings import report
from oneseek.cli.wiring.given_keys import given_keys
from oneseek.cli.wiring.localising import remember_place
from oneseek.domain.errors import Conflict, InvalidInput, NotFound, ServiceFailed

if TYPE_CHECKING:
    from oneseek.cli.app import App
    from oneseek.domain.stored import Head


def publish_ledger(app: "App", path: Path) -> Outcome:
    """Publish the ledger of ``app`` into the folder ``path``.

    Raises: see :func:`oneseek.adapters.static_log.publishing.publish`.
    """
    from oneseek.adapters.keys.ed25519 import check_ed25519
    from oneseek.cli.wiring.published import refuse_second_history
    from oneseek.domain.usecases.keys import require_trusted_head

    if path.absolute().is_relative_to(app.paths.hidden):
        raise InvalidInput(
            f"{path} is within {app.paths.hidden}, which nobody may see",
            hint="name a folder of its own",
        )
    ring = refuse_second_history(app)
    head = app.ledger.head()
    require_trusted_head(head, ring, check_ed25519)
    folder = LogFolder(path)
    # A rolled-back ledger has forgotten who was announced since: this machine may remember.
    keys = tuple(dict.fromkeys((*ring.keys, *app.known_keys())))
    with count_bar("Publishing entries", head.size, show=not app.out.json) as advance:
        done = publish(app.ledger, checkpoint_to_publish(app, head), folder, keys, advance)
    remember_place(app, path)
    return done


def checkpoint_to_publish(app: "App", head: "Head") -> bytes:
    """Return the note of ``head`` as others shall see it, with what trusted witnesses said."""
    from oneseek.cli.wiring.proving import cosigned_head

    return cosigned_head(app, head).note


def mirror_log(out: Output, place: str, path: Path, keys: Sequence[str]) -> Outcome:
    """Bring the mirror in ``path`` up to the log at ``place``.

    What the log does not prove is printed as a finding and ends the command with its exit code.
    """
    source, pinned, folder = open_source(place), given_keys(keys), LogFolder(path)
    try:
        with count_bar("Verifying entries", None, show=not out.json) as advance:
            return mirror(source, folder, pinned, lambda count, _: advance(count))
    except LogRefused as refused:
        _tell(out, place, path, refused)


def follow_log(out: Output, place: str, path: Path, keys: Sequence[str], every: float) -> NoReturn:
    """Mirror again and again; an outage is waited out, a finding ends it."""
    size = -1
    out.note("following; Ctrl-C ends it")
    while True:
        try:
            done = mirror_log(out, place, path, keys)
        except (ServiceFailed, Conflict, NotFound) as error:
            if size < 0 and isinstance(error, NotFound):
                raise  # there never was a log
            out.note(f"note: {error.message}")
        else:
            if done.size != size:
                size = done.size
                if out.json:
                    out.line_json({"size": size, "root": done.root.hex(), "new": done.new})
                else:
                    new = count_text(done.new, "new entry", "new entries")
                    out.result(None, [f"✓ {size} entries verified, {new}"])
        time.sleep(every)


def _tell(out: Output, place: str, path: Path, refused: LogRefused) -> NoReturn:
    if refused.evidence and not out.json:
        out.note(f"kept in {path}: {', '.join(refused.evidence)}")
    value = {"source": place, "folder": str(path), "evidence": list(refused.evidence)}
    report(out, [refused.finding], value, "")
    raise AssertionError  # a report with findings ends the command
