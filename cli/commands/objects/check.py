"""``oneseek objects check``: read every object and compare it with its name."""

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.progress import byte_bar


@make(examples=("oneseek objects check",), codes=(0, 1, 2, 3, 5))
def check(app: App) -> None:
    """Read every object in the content store and compare it with its SHA-256.

    Where objects are shared, every one is read there (a download) and in this machine's cache.
    """
    from oneseek.cli.wiring.findings import report

    sizes = [size for _, size in app.objects.digests()]
    with byte_bar("Reading objects", sum(sizes), show=not app.out.json) as advance:
        findings = list(app.objects.check(None, advance))
    report(
        app.out,
        findings,
        {"objects": len(sizes), "bytes": sum(sizes)},
        f"{len(sizes)} objects, {sum(sizes)} bytes: all as their names say.",
    )


command = check
