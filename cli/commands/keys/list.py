"""``oneseek keys list``: which keys may sign."""

from dataclasses import asdict

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(examples=("oneseek keys list", "oneseek keys list --json"), name="list")
def list_(app: App) -> None:
    """List the keys of this ledger, the oldest first: who may sign, since when, until when.

    A key may sign once an entry announces it that a key trusted before has signed. `pinned` is what
    this workspace was told to trust: trust begins there. Keys of the purpose `checkpoint` sign what
    is recorded, those of `model` sign versions. Whether a passphrase protects a key is known of
    this machine's own.
    """
    from oneseek.cli.wiring.keys import list_keys
    from oneseek.domain.keys import CHECKPOINT

    found = list_keys(app)
    app.out.table(
        ("id", "purpose", "state", "announced", "retired", "note", "public key"),
        [
            (key.id, key.purpose, key.state, key.announced, key.retired, key.note, key.public_key)
            for key in found
        ],
        [asdict(key) for key in found],
        "No keys: the ledger is empty.",
    )
    for key in found:
        if key.purpose == CHECKPOINT and key.this_machine and key.state == "not announced":
            app.out.note("This machine cannot write yet. On a machine that can:")
            app.out.note(f"  oneseek keys add {key.public_key}")


command = list_
