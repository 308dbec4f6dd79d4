"""``oneseek doctor``: what is wrong with the machine or the workspace, and how to mend it."""

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(examples=("oneseek doctor", "oneseek doctor --json"), codes=(0, 1, 2, 5))
def doctor(app: App) -> None:
    """Examine this machine and the workspace; say what is wrong and how to mend it."""
    import click

    from oneseek.cli.wiring.examination import examine

    checks = examine(app)
    bad = [check for check in checks if check.state == "bad"]
    marks = {"good": "✓", "note": "·", "bad": "✗"}
    lines: list[str] = []
    for check in checks:
        lines.append(f"{marks[check.state]} {check.what}: {check.found}")
        if check.mend:
            lines.append(f"    → {check.mend}")
    app.out.result(
        {
            "ok": not bad,
            "checks": [
                {"what": c.what, "state": c.state, "found": c.found, "mend": c.mend} for c in checks
            ],
        },
        lines,
    )
    if bad:
        raise click.exceptions.Exit(1)


command = doctor
