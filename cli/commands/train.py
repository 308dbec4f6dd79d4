"""``oneseek train``: train a LoRA adapter and certify it as a new major version."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.wiring.recipe_options import RecipeOptions, recipe_options
from oneseek.domain.names import LANGUAGES
from oneseek.domain.state.documents import KeptCheckpoint, Version
from oneseek.domain.state.store import prefix_range

ONLY = "only"
"""``--resume`` without a name: the only training that can go on."""
_WITH_RESUME = frozenset(
    {
        "resume", "force", "checkpoint_every", "allow_withdrawn", "with_bin", "then_activate",
        "workspace", "actor", "as_json",
    }
)  # fmt: skip


class Needed(click.Option):
    """An option that a new training needs; one that goes on has it on record."""

    def handle_parse_result(
        self, ctx: click.Context, opts: Mapping[str, Any], args: list[str]
    ) -> tuple[Any, list[str]]:
        if "resume" in opts and self.name is not None and self.name not in opts:
            ctx.params[self.name] = None
            return None, args
        return super().handle_parse_result(ctx, opts, args)


@make(
    examples=(
        "oneseek train --base tiny --dataset oneseek_identity_v1",
        "oneseek train --base tiny --dataset oneseek_identity_sv_v1 --language sv --epochs 5",
        "oneseek train --base tiny --dataset oneseek_identity_v1 --continue-from 1.0 --activate",
        "oneseek train --resume",
    ),
    codes=(0, 1, 2, 3, 4, 5, 10, 130),
    writes=True,
)
@click.option("--base", "base_name", cls=Needed, required=True, help="Registered base model.")
@click.option(
    "--dataset", "dataset_name", cls=Needed, required=True, help="Registered dataset to train on."
)
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
@click.option(
    "--checkpoint-every",
    metavar="STEPS|MINUTESm",
    default="60m",
    show_default=True,
    help="Keep the state so often, to go on from; also as a day begins, and at Ctrl-C.",
)
@click.option(
    "--resume",
    metavar="[TRAINING]",
    is_flag=False,
    flag_value=ONLY,
    help="Go on with a training that was cut off; the recipe is the recorded one.",
)
@click.option("--force", is_flag=True, help="Resume even if machine or libraries are others.")
@click.option("--with-bin", is_flag=True, help="Also write adapter_model.bin for old readers.")
@click.option("--activate", "then_activate", is_flag=True, help="Activate the new version.")
@recipe_options
def train(
    app: App,
    base_name: str | None,
    dataset_name: str | None,
    evaluation_name: str | None,
    language: str | None,
    continue_from: str | None,
    allow_withdrawn: bool,
    checkpoint_every: str,
    resume: str | None,
    force: bool,
    with_bin: bool,
    then_activate: bool,
    options: RecipeOptions,
) -> None:
    """Train a LoRA adapter on a registered base model and certify the result.

    Start and end are recorded. A training that was cut off goes on with --resume, and the same
    recipe gives the same bytes on the same machine and library versions, interrupted or not.
    """
    from oneseek.cli.wiring.inspection import inspect_version
    from oneseek.cli.wiring.resuming import resume_training
    from oneseek.cli.wiring.training import run_training
    from oneseek.cli.wiring.writing import writing
    from oneseek.domain.checkpoint_names import parse_often
    from oneseek.domain.usecases import registry

    _check_options(click.get_current_context())
    often = parse_often(checkpoint_every)
    with writing(app) as ports:
        if resume is not None:
            dna, outcome = resume_training(
                app,
                ports,
                None if resume == ONLY else resume,
                with_bin=with_bin,
                allow_withdrawn=allow_withdrawn,
                force=force,
                often=often,
            )
        else:
            assert base_name is not None  # it was checked
            assert dataset_name is not None
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
                often=often,
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
    kept = _kept(app, dna)
    lines += [f"Checkpoint {item.name} of step {item.step} ({item.period})" for item in kept]
    lines.append("Active now." if then_activate else f"Next: oneseek activate {dna}")
    app.out.result(
        {
            "dna": dna,
            "steps": outcome.steps,
            "epochs": len(outcome.epochs),
            "stopped_early": outcome.stopped_early,
            "metrics_before": before,
            "metrics": metrics,
            "checkpoints": [
                {"name": item.name, "period": item.period, "step": item.step, "state": item.state}
                for item in kept
            ],
            "activated": then_activate,
        },
        lines,
    )


def _check_options(context: click.Context) -> None:
    """Refuse what does not go with ``--resume``, and what goes with nothing else."""
    command_line = click.core.ParameterSource.COMMANDLINE
    given = [
        parameter
        for parameter in context.command.params
        if context.get_parameter_source(parameter.name or "") is command_line
    ]
    names = {parameter.name for parameter in given}
    if "resume" not in names:
        if "force" in names:
            raise click.UsageError("--force goes with --resume.")
        return
    for parameter in given:
        if parameter.name not in _WITH_RESUME:
            raise click.UsageError(
                f"{parameter.opts[0]} does not go with --resume: the recorded recipe goes on."
            )


def _kept(app: App, dna: str) -> list[KeptCheckpoint]:
    """Return the checkpoints that are kept of the training that made ``dna``."""
    with app.ledger.view() as view:
        version = view.get(Version, dna)
        start, stop = prefix_range(f"{version.training if version else ''} ")
        return [kept for _, kept in view.scan(KeptCheckpoint, start=start, stop=stop)]


command = train
