"""``oneseek keys protect``: a passphrase for the private keys of this machine."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        "oneseek keys protect",
        "oneseek keys protect --purpose model",
        "oneseek keys protect --remove --json",
    ),
    codes=(0, 2, 3, 4, 5, 6, 10),
    writes=True,
)
@click.option(
    "--purpose",
    type=click.Choice(["checkpoint", "model"]),
    help="Only this key.  [default: every key of this machine]",
)
@click.option("--remove", is_flag=True, help="Store the key without a passphrase from now on.")
def protect(app: App, purpose: str | None, remove: bool) -> None:
    """Set or change the passphrase of this machine's keys, or remove it.

    The passphrase comes from OQT_KEY_PASSPHRASE, from the file that OQT_KEY_PASSPHRASE_FILE names,
    or from the terminal; a new one from OQT_KEY_NEW_PASSPHRASE or OQT_KEY_NEW_PASSPHRASE_FILE. It
    is never stored. That it was changed is recorded, as a claim: nobody can prove it from outside.
    """
    from oneseek.cli.wiring.key_changes import PURPOSES
    from oneseek.cli.wiring.key_changes import protect as change
    from oneseek.cli.wiring.writing import writing

    with writing(app) as ports:
        model = app.model_signer.file.exists()
        wanted = (purpose,) if purpose else PURPOSES if model else PURPOSES[:1]
        done = [change(app, ports, each, remove=remove) for each in wanted]
    app.out.result(
        {
            "changed": [
                {"purpose": event.purpose, "key": event.key, "protection": event.protection}
                for event in done
            ]
        },
        [
            f"The {event.purpose} key of this machine "
            + ("needs its passphrase from now on." if not remove else "has no passphrase any more.")
            for event in done
        ],
    )


command = protect
