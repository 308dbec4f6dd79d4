"""``oneseek keys rotate``: a new key in the place of an old one."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=(
        'oneseek keys rotate --reason "every year"',
        'oneseek keys rotate --purpose model --reason "every year" --json',
    ),
    codes=(0, 2, 3, 4, 5, 6, 10),
    writes=True,
)
@click.option(
    "--purpose",
    type=click.Choice(["checkpoint", "model"]),
    default="checkpoint",
    show_default=True,
    help="The key that signs checkpoints, or the one that signs versions.",
)
@click.option("--reason", required=True, help="Why; it is recorded for ever.")
def rotate(app: App, purpose: str, reason: str) -> None:
    """Give this machine a new key; the old one is retired, and what it signed stays good.

    The old key announces the new one, the new one retires the old: whoever trusts the old key can
    go on verifying. The old private key is kept in `.oneseek/keys/retired`. A rotation that was cut
    off is finished by the next. Keep a safe copy of `.oneseek/keys` afterwards.
    """
    from oneseek.cli.wiring.key_changes import rotate_checkpoint, rotate_model
    from oneseek.cli.wiring.writing import writing

    if not reason.strip():
        raise click.BadParameter("it is empty", param_hint="--reason")
    work = rotate_checkpoint if purpose == "checkpoint" else rotate_model
    with writing(app) as ports:
        retired, new = work(app, ports, reason.strip())
    lines = [f"The {purpose} key of this machine is {new} now; retired: {', '.join(retired)}."]
    if purpose == "model":
        lines.append("Versions stay signed by the old key; to sign them anew: oneseek sign --all")
    app.out.result({"purpose": purpose, "key": new, "retired": retired}, lines)


command = rotate
