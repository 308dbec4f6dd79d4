"""``oneseek backup vault``: the keys of sealed texts, encrypted, in another place."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=("oneseek backup vault --to file:///mnt/safe/oneseek",),
    codes=(0, 2, 3, 4, 5, 6, 10),
    writes=True,
)
@click.option("--to", "target", metavar="PLACE", required=True, help="Where to.")
def vault(app: App, target: str) -> None:
    """Copy what opens sealed texts (questions, answers), and the salts of datasets' rows.

    It is encrypted with a passphrase of its own, which is asked for or taken from
    OQT_BACKUP_PASSPHRASE; without the passphrase it is worthless. Whatever was erased since is
    left out when it is restored: oneseek restore --all --vault PLACE. Old copies can still be
    opened with the passphrase, so keep few of them: oneseek erase does not reach them.
    """
    from oneseek.cli.output import bytes_text, count_text
    from oneseek.cli.wiring.ledger_backup import back_up_vault

    done = back_up_vault(app, target)
    app.out.result(
        {
            "target": done.url,
            "name": done.name,
            "bytes": done.size,
            "keys": done.kept.keys,
            "erased": done.kept.erased,
            "salts": done.kept.salts,
            "entry": done.entry,
        },
        (
            f"Backed up  {count_text(done.kept.keys, 'key')} of sealed texts and the salts of "
            f"{count_text(done.kept.salts, 'dataset')} to {done.url}",
            f"           {done.name}, {bytes_text(done.size)}",
            "Keep the passphrase elsewhere: nobody can open it without.",
        ),
    )


command = vault
