"""``oneseek dataset list``: all registered datasets."""

from msgspec import to_builtins

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.domain.state.documents import Dataset


@make(examples=("oneseek dataset list", "oneseek dataset list --json"), name="list")
def list_(app: App) -> None:
    """List the registered datasets, the oldest first."""
    with app.ledger.view() as view:
        found = sorted((item for _, item in view.scan(Dataset)), key=lambda item: item.index)
    app.out.table(
        ("name", "rows", "language", "categories", "licence", "entry", "sha256"),
        [
            (
                item.name,
                item.rows,
                item.language,
                " ".join(item.categories),
                item.licence or "",
                item.index,
                item.dataset[:12],
            )
            for item in found
        ],
        [to_builtins(item) for item in found],
        "No datasets yet. Add one: oneseek dataset add oneseek_identity_v1.jsonl",
    )


command = list_
