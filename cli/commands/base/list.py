"""``oneseek base list``: all registered base models."""

from msgspec import to_builtins

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.output import bytes_text
from oneseek.domain.state.documents import BaseModel


@make(examples=("oneseek base list", "oneseek base list --json"), name="list")
def list_(app: App) -> None:
    """List the registered base models, the oldest first."""
    with app.ledger.view() as view:
        found = sorted((base for _, base in view.scan(BaseModel)), key=lambda base: base.index)
    app.out.table(
        ("name", "architecture", "size", "files", "licence", "entry", "manifest"),
        [
            (
                base.name,
                base.architecture,
                bytes_text(base.size),
                base.files,
                base.licence or "",
                base.index,
                base.manifest[:12],
            )
            for base in found
        ],
        [to_builtins(base) for base in found],
        "No base models yet. Make one: oneseek base create tiny --arch llama --seed 1",
    )


command = list_
