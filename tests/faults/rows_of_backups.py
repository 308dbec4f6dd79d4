"""The rows of backups: at any moment, what stands on the shelf of a place is whole."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

# What the commands load when they are called: every cell is a fork that would load it again.
import oneseek.adapters.objects.vault_backup
import oneseek.cli.wiring.backup_care
import oneseek.cli.wiring.backup_run
import oneseek.cli.wiring.ledger_backup  # noqa: F401
from faults.row import Row, cli
from faults.seen import place_at, recorded, unknown_at, wrong_at
from oneseek.cli.app import App
from oneseek.domain.state.documents import Backup

_KILLED = frozenset({"killed"})
_COST = "oneseek.adapters.objects.vault_backup._COST"
BACK_UP = cli("backup", "run", "--json")


def cheaply(act: Callable[[Path], object]) -> Callable[[Path], object]:
    """Return an action that makes the key of a vault's backup in no time."""

    def cheap(root: Path) -> object:
        with patch(_COST, 2):
            return act(root)

    return cheap


def _taken(app: App, done: Any) -> bool:
    # Nothing that a run has found on the shelf stays unknown to the ledger.
    names = {item["name"] for item in done["taken"]}
    return names <= recorded(app, place_at(app)) and not unknown_at(app)


def _ledger_taken(app: App, done: Any) -> bool:
    return {item["name"] for item in done} <= recorded(app, place_at(app)) and not unknown_at(app)


def _vault_taken(app: App, done: Any) -> bool:
    return done["name"] in recorded(app, place_at(app)) and not unknown_at(app)


def _verified(app: App, done: Any) -> bool:
    size = app.ledger.head().size
    with app.ledger.view() as view:
        known = [backup for _, backup in view.scan(Backup)]
    new = sum(backup.confirmed > backup.index for backup in known)
    return size > 0 and all(place["recorded"] <= new for place in done["places"])


def _pruned(app: App, done: Any) -> bool:
    gone = {item["name"] for place in done for item in place["gone"]}
    place = place_at(app)
    there = set(place.names("versions/"))
    objects = {digest for digest, _ in place.objects()}
    # One backup is left: no object of another one.
    return not gone & (recorded(app, place) | there) and len(there) == 1 and len(objects) < _MANY


_MANY = 30
"""More objects than one backup has, fewer than two have."""


def _two_backups(root: Path) -> None:
    """Back up both versions, and keep one major from now on."""
    BACK_UP(root)
    with (root / "oneseek.toml").open("a", encoding="utf-8") as settings:
        settings.write("local_major = 1\n")


ROWS_OF_BACKUPS = (
    Row(
        "a backup of a version", cli("backup", "run", "1.0", "--json"), _taken,
        beside=wrong_at, until_repeated=("left-over",), tried=0.5, columns=_KILLED,
    ),
    Row(
        "a backup of the ledger", cli("backup", "ledger", "--json"), _ledger_taken,
        beside=wrong_at, until_repeated=("left-over",), tried=0.5, columns=_KILLED,
    ),
    Row(
        "a backup of the vault",
        cheaply(cli("backup", "vault", "--to", "local", "--json")), _vault_taken,
        beside=wrong_at, until_repeated=("left-over",), tried=0.5, columns=_KILLED,
    ),
    Row(
        "a verifying of backups", cli("backup", "verify", "--json"), _verified, BACK_UP,
        commits=2, beside=wrong_at, tried=0.5, columns=_KILLED,
    ),
    Row(
        "a pruning of backups", cli("backup", "prune", "--json"), _pruned, _two_backups,
        beside=wrong_at, until_repeated=("left-over",), tried=0.5, columns=_KILLED,
    ),
)  # fmt: skip
