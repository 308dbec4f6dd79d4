"""``oneseek backup list``: every backup that the ledger knows of."""

from msgspec import to_builtins

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.commands.backup.run import TO


@make(examples=("oneseek backup list", "oneseek backup list --to local --json"))
@TO
def list_(app: App, targets: tuple[str, ...]) -> None:
    """List the backups that were taken and not let go, as the ledger knows them.

    Nothing is asked of the places themselves: that is what oneseek backup verify is for.
    """
    from oneseek.cli.output import bytes_text
    from oneseek.cli.wiring.backup_list import bases_left_out, known_backups

    known = known_backups(app, targets)
    app.out.table(
        ("what", "version", "name", "target", "taken", "size", "last confirmed", "damaged"),
        [
            (
                item.backup.what,
                item.version,
                item.backup.dna or item.backup.name,
                item.backup.target,
                item.taken,
                bytes_text(item.backup.size),
                item.confirmed,
                item.damaged or "no",
            )
            for item in known
        ],
        [
            {
                **to_builtins(item.backup),
                "version": item.version,
                "taken_at": item.taken,
                "confirmed_at": item.confirmed,
                "damaged_since": item.damaged,
            }
            for item in known
        ],
        "No backups yet. Take them: oneseek backup run",
    )
    for sentence in bases_left_out(app, known):
        app.out.note(sentence)


command = list_
