"""``oneseek objects push``: bring what this machine has to the shared place."""

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(examples=("oneseek objects push", "oneseek objects push --json"), codes=(0, 1, 2, 3, 4, 5))
def push(app: App) -> None:
    """Upload every object of this machine that the shared place lacks.

    For switching a workspace over to a shared place, and for mending one: an object that has
    another length there is replaced. Where the ledger is in PostgreSQL, the keys of this machine's
    vault move into the same database, and vault.db is removed. Interrupted, it goes on where it
    ended when it is repeated.
    """
    from oneseek.cli.output import bytes_text, count_text
    from oneseek.cli.wiring.findings import report
    from oneseek.cli.wiring.transfers import push, share_vault, shared_store

    store = shared_store(app)
    done = push(app)
    keys = share_vault(app)
    report(
        app.out,
        done.findings,
        {
            "url": store.shared.url,
            "here": done.looked_at,
            "uploaded": done.objects,
            "bytes": done.bytes,
            "vault_rows_moved": keys,
        },
        f"{count_text(done.objects, 'object')} uploaded ({bytes_text(done.bytes)}); all "
        f"{done.looked_at} of this machine are in {store.shared.url}"
        + (f"\n{count_text(keys, 'key')} moved into {app.location.url}" if keys else ""),
    )


command = push
