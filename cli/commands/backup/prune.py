"""``oneseek backup prune``: let old backups go, by the retention policy."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.commands.backup.run import TO


@make(
    examples=("oneseek backup prune --dry-run --explain", "oneseek backup prune --to local"),
    codes=(0, 2, 3, 4, 5, 10),
    writes=True,
)
@TO
@click.option("--dry-run", is_flag=True, help="Say what would go, and remove nothing.")
@click.option("--explain", is_flag=True, help="Also say why the others stay.")
def prune(app: App, targets: tuple[str, ...], dry_run: bool, explain: bool) -> None:
    """Let go the backups that the policy in oneseek.toml ([retention]) no longer keeps.

    Each is recorded before anything is removed. What is active or held stays, and so does the last
    whole copy of a version: another backup that is not damaged, or its files in this workspace,
    which are read again for that. Of the ledger the last 10 whole backups at a place stay, of the
    vault the last whole one, as older ones could open what was erased since. A pruning that was
    interrupted is finished by the next one. Checkpoints of trainings that are beyond the policy are
    dropped with them.
    """
    from oneseek.cli.wiring.backup_care import prune_places

    prune_places(app, targets, dry_run=dry_run, explain=explain)


command = prune
