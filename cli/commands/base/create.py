"""``oneseek base create``: a tiny, real, deterministic base model."""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.progress import training_bar


@make(
    examples=(
        "oneseek base create tiny --arch llama --seed 1",
        "oneseek base create small --arch gpt2 --seed 7 --steps 300 --text my-corpus.txt",
    ),
    codes=(0, 2, 4, 5, 10, 130),
    writes=True,
)
@click.argument("name")
@click.option(
    "--arch",
    type=click.Choice(("mistral", "llama", "qwen2", "gpt2")),
    default="llama",
    show_default=True,
    help="Architecture.",
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed.")
@click.option(
    "--steps",
    type=click.IntRange(min=1),
    default=300,
    show_default=True,
    help="Optimizer steps of pre-training.",
)
@click.option(
    "--text",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="UTF-8 text to pre-train on.  [default: the shipped Swedish and English text]",
)
def create(app: App, name: str, arch: str, seed: int, steps: int, text: Path | None) -> None:
    """Make a tiny base model NAME: real architecture, tokenizer and pre-training, in a minute.

    The same arguments give the same bytes on the same machine. It is for trying out and for
    tests; nobody will mistake it for a 7B model.
    """
    from oneseek.cli.wiring.make_base import make_base
    from oneseek.cli.wiring.writing import writing

    with writing(app) as ports, training_bar(f"Pre-training {name}", show=not app.out.json) as bar:
        made = make_base(
            app,
            ports,
            name=name,
            architecture=arch,
            seed=seed,
            steps=steps,
            text=text,
            on_progress=lambda done, total, loss: bar(done, total, f"loss {loss:.3f}"),
        )
    app.out.result(
        {
            "name": name,
            "manifest": made.manifest,
            "parameters": made.report.parameters,
            "first_loss": made.report.first_loss,
            "last_loss": made.report.last_loss,
            "entry": made.receipt.indices[0] if made.receipt else None,
        },
        (
            f"{name}: {made.report.parameters:,} parameters, loss "
            f"{made.report.first_loss:.2f} → {made.report.last_loss:.2f}",
            f"Folder   {app.paths.base_models / name}",
            f"Manifest {made.manifest}",
        ),
    )


command = create
