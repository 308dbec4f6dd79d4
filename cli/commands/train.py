"""``oneseek train``: train a LoRA adapter and certify it as a new major version."""

from functools import partial

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.wiring.recipe_options import RecipeOptions, recipe_options
from oneseek.domain.names import LANGUAGES


@make(
    examples=(
        "oneseek train --base tiny --dataset oneseek_identity_v1",
        "oneseek train --base tiny --dataset oneseek_identity_sv_v1 --language sv --epochs 5",
        "oneseek train --base tiny --dataset oneseek_identity_v1 --continue-from 1.0 --activate",
    ),
    codes=(0, 1, 2, 3, 4, 5, 10, 130),
    writes=True,
)
@click.option("--base", "base_name", required=True, help="Registered base model.")
@click.option("--dataset", "dataset_name", required=True, help="Registered dataset to train on.")
@click.option(
    "--eval-dataset",
    "evaluation_name",
    help="Registered dataset to measure on.  [default: held-out rows of --dataset]",
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    help="Language line.  [default: the dataset's language]",
)
@click.option("--continue-from", metavar="DNA", help="Go on from this version's adapter.")
@click.option(
    "--allow-withdrawn", is_flag=True, help="Go on from it even if that version was withdrawn."
)
@click.option("--with-bin", is_flag=True, help="Also write adapter_model.bin for old readers.")
@click.option("--activate", "then_activate", is_flag=True, help="Activate the new version.")
@recipe_options
def train(
    app: App,
    base_name: str,
    dataset_name: str,
    evaluation_name: str | None,
    language: str | None,
    continue_from: str | None,
    allow_withdrawn: bool,
    with_bin: bool,
    then_activate: bool,
    options: RecipeOptions,
) -> None:
    """Train a LoRA adapter on a registered base model and certify the result.

    Start and end are recorded; Ctrl-C leaves a training-failed entry and nothing else. The same
    recipe gives the same bytes on the same machine and library versions.
    """
    from oneseek.cli.wiring.inspection import inspect_version
    from oneseek.cli.wiring.training import run_training
    from oneseek.cli.wiring.writing import writing
    from oneseek.domain.usecases import registry

    with writing(app) as ports:
        dna, outcome = run_training(
            app,
            ports,
            base_name=base_name,
            dataset_name=dataset_name,
            evaluation_name=evaluation_name,
            language=language,
            continue_from=continue_from,
            allow_withdrawn=allow_withdrawn,
            with_bin=with_bin,
            options=options,
        )
        if then_activate:
            app.catch_up()
            registry.activate(ports, dna, partial(inspect_version, app))
    metrics, before = outcome.metrics, outcome.metrics_before
    lines = [f"Certified {dna}", f"{outcome.steps} steps, {len(outcome.epochs)} epochs"]
    if metrics is not None and before is not None:
        lines.append(
            f"Held-out loss {float(before.loss):.3f} → {float(metrics.loss):.3f}, token accuracy "
            f"{float(before.token_accuracy):.3f} → {float(metrics.token_accuracy):.3f}"
        )
    lines.append("Active now." if then_activate else f"Next: oneseek activate {dna}")
    app.out.result(
        {
            "dna": dna,
            "steps": outcome.steps,
            "epochs": len(outcome.epochs),
            "stopped_early": outcome.stopped_early,
            "metrics_before": before,
            "metrics": metrics,
            "activated": then_activate,
        },
        lines,
    )


command = train
