"""``oneseek objects pull``: bring what the ledger names to this machine."""

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(examples=("oneseek objects pull", "oneseek objects pull --json"), codes=(0, 1, 2, 3, 5, 10))
def pull(app: App) -> None:
    """Fetch every object that the ledger names and this machine lacks.

    For working without the shared place afterwards, and for a copy of everything. Every object is
    compared with its SHA-256 on the way. Interrupted, it goes on where it ended when repeated.
    """
    from oneseek.cli.output import bytes_text, count_text
    from oneseek.cli.wiring.findings import report
    from oneseek.cli.wiring.transfers import pull, shared_store

    store = shared_store(app)
    done = pull(app)
    report(
        app.out,
        done.findings,
        {
            "url": store.shared.url,
            "named": done.looked_at,
            "fetched": done.objects,
            "bytes": done.bytes,
        },
        f"{count_text(done.objects, 'object')} fetched ({bytes_text(done.bytes)}); all "
        f"{done.looked_at} that the ledger names are here",
    )


command = pull
