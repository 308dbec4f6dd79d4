"""``oneseek init --join``: a workspace on a machine more, for a ledger that exists."""

import os
from pathlib import Path
from shlex import quote

from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.ledger.location import Location, locate
from oneseek.adapters.objects.shared.address import VARIABLE as OBJECTS_VARIABLE
from oneseek.adapters.objects.shared.address import parse_address
from oneseek.adapters.workspace.join import make_workspace, refuse_unfit
from oneseek.adapters.workspace.settings import (
    LedgerSettings,
    ObjectsSettings,
    Settings,
    settings_text,
)
from oneseek.cli.app import App
from oneseek.cli.progress import count_bar
from oneseek.domain.errors import InvalidInput, NotFound
from oneseek.domain.note.signed_note import VerifierKey
from oneseek.domain.usecases.join import Acquaintance, get_acquainted

_ON_TRUST = (
    "This key was taken on trust, from the ledger itself: whoever rules the database could have",
    "put another there. Compare it with .oneseek/checkpoint.vkey of a machine that you know.",
)


def join(app: App, folder: Path, url: str, trust: VerifierKey | None) -> None:
    """Verify the ledger at ``url`` and make a workspace for it in ``folder``.

    Raises:
        InvalidInput: ``url`` names no database.
        NotFound: there is no ledger.
        LedgerBroken: it cannot be verified; nothing was made.
    """
    paths = refuse_unfit(folder)
    shared = parse_address(os.environ.get(OBJECTS_VARIABLE))
    if shared is not None:
        shared.open()  # a place that cannot be used is told of before anything is made
    location = locate(paths.ledger, url, "--join")
    if location.url is None:
        raise InvalidInput("--join needs the URL of a ledger", hint="postgresql://host/database")
    if not location.exists():
        raise NotFound(
            f"there is no ledger at {location.url}",
            hint="the first machine makes it: oneseek init, with OQT_LEDGER_URL set",
        )
    known = _examine(location, trust, show=not app.out.json)
    objects = shared.url if shared else None
    own = make_workspace(paths, known.pinned, settings_text(known.origin, location.url, objects))
    settings = Settings(
        ledger=LedgerSettings(origin=known.origin, url=location.url),
        objects=ObjectsSettings(url=objects),
    )
    new = App.at(paths, settings, actor=app.actor, out=app.out, location=location)
    try:
        new.heal()
    finally:
        new.close()
    announce = f"oneseek keys add {quote(str(own))}"
    app.out.result(
        {
            "workspace": str(paths.root),
            "origin": known.origin,
            "public_key": str(own),
            "trusted": [str(key) for key in known.pinned],
            "taken_on_trust": trust is None,
            "entries": known.size,
            "announce": announce,
        },
        (
            f"Workspace  {paths.root}",
            f"Origin     {known.origin}, {known.size} entries verified",
            *(f"Trusted    {key}" for key in known.pinned),
            *(("", *_ON_TRUST, "") if trust is None else ()),
            f"Public key {own}",
            "",
            "This machine can read and verify. To let it write, run on a machine that may:",
            f"  {announce}",
        ),
    )


def _examine(location: Location, trust: VerifierKey | None, *, show: bool) -> Acquaintance:
    ledger = location.open(_sign_nothing)
    try:
        with count_bar("Verifying entries", ledger.head().size, show=show) as advance:
            return get_acquainted(ledger, trust, check_ed25519, advance)
    finally:
        ledger.close()


def _sign_nothing(_: int, __: bytes) -> bytes:
    raise AssertionError("whoever only looks signs nothing")
