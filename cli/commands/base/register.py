"""``oneseek base register``: take a Hugging Face model folder into the ledger."""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.output import bytes_text


@make(
    examples=(
        "oneseek base register ~/models/Mistral-7B-v0.3 --licence apache-2.0",
        "oneseek base register mistral-7b-instruct",
    ),
    codes=(0, 2, 3, 4, 5, 10),
    writes=True,
)
@click.argument("path", required=False)
@click.option("--name", help="Name in the ledger.  [default: the folder's name]")
@click.option("--licence", help="Licence of the weights, for instance apache-2.0.")
def register(app: App, path: str | None, name: str | None, licence: str | None) -> None:
    """Register the model folder PATH: every file by digest. The files stay where they are.

    PATH is a folder with config.json, a tokenizer and weights (safetensors or pytorch_model.bin,
    sharded or not), or the name of a folder in models/. Without PATH the historic places are
    looked through in their old order.
    """
    from oneseek.adapters.workspace.base_models import find_folder
    from oneseek.cli.wiring.bases import register_folder
    from oneseek.cli.wiring.writing import writing

    folder = find_folder(app.paths, path)
    with writing(app) as ports:
        digest, receipt = register_folder(
            app, ports, folder, name or Path(folder).absolute().name, licence=licence
        )
    size = sum(entry.stat().st_size for entry in folder.rglob("*") if entry.is_file())
    app.out.result(
        {"manifest": digest, "entry": receipt.indices[0] if receipt else None},
        (
            f"Registered {folder} ({bytes_text(size)})"
            if receipt
            else f"{folder} was registered before",
            f"Manifest {digest}",
        ),
    )


command = register
