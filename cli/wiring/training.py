"""Running a training: find and verify the materials, make the recipe, train, certify."""

import time
from collections.abc import Callable
from dataclasses import replace

from oneseek.adapters.certified.verifier import verifier_script
from oneseek.cli.app import App
from oneseek.cli.progress import training_bar
from oneseek.cli.wiring.bases import base_folder
from oneseek.cli.wiring.checkpoints import HOURLY, keeping
from oneseek.cli.wiring.inspection import inspect_version
from oneseek.cli.wiring.libraries import training_libraries
from oneseek.cli.wiring.recipe_options import RecipeOptions, build_recipe
from oneseek.cli.wiring.signing import ready_signer
from oneseek.cli.wiring.writing import TRAINING_LABEL
from oneseek.domain.checkpoint_names import Often
from oneseek.domain.decisions.lookup import find_base, find_dataset, find_version
from oneseek.domain.decisions.registry import known_base
from oneseek.domain.decisions.training import require_continuable
from oneseek.domain.errors import Conflict, InvalidInput
from oneseek.domain.ports import ModelSigner, Ports
from oneseek.domain.state.documents import Version
from oneseek.domain.training_job import LoraOutcome, TrainProgress
from oneseek.domain.usecases.certify import certify
from oneseek.domain.usecases.record import new_id
from oneseek.domain.usecases.registry import require_intact
from oneseek.domain.usecases.train import Order, train


def run_training(
    app: App,
    ports: Ports,
    *,
    base_name: str,
    dataset_name: str,
    evaluation_name: str | None,
    language: str | None,
    continue_from: str | None,
    with_bin: bool,
    options: RecipeOptions,
    allow_withdrawn: bool = False,
    often: Often = HOURLY,
    report: Callable[[TrainProgress], None] | None = None,
) -> tuple[str, LoraOutcome]:
    """Train and certify; return the DNA name and what was measured."""
    with ports.ledger.view() as view:
        base = find_base(view, base_name)
        dataset = find_dataset(view, dataset_name)
        evaluation = find_dataset(view, evaluation_name) if evaluation_name else None
        parent = find_version(view, continue_from) if continue_from else None
    if parent is not None:
        require_continuable(parent, allow_withdrawn)
        if known_base(parent) != base.manifest:
            raise InvalidInput(f"{parent.dna} stands on another base model than {base.name}")
        with ports.ledger.view() as view:
            require_intact(parent, inspect_version(app, view, parent))
    signer = ready_signer(app)
    base_dir = base_folder(app, base)
    with training_libraries():
        from oneseek.adapters.training.devices import (
            choose_device,
            choose_precision,
            default_targets,
        )
        from oneseek.adapters.training.trainer import LoraTrainer
    device = choose_device(options.device)
    trainer = LoraTrainer(with_bin=with_bin)
    recipe = build_recipe(
        options,
        targets=default_targets(base.architecture),
        device=device,
        precision=choose_precision(options.precision, device),
        threads=options.threads or trainer.threads(),
    )
    training = new_id(ports)
    order = Order(
        training=training,
        base=base,
        base_dir=base_dir,
        dataset=dataset,
        evaluation=evaluation,
        parent=parent,
        parent_dir=app.paths.certified / parent.dna if parent else None,
        language=language or dataset.language,
        recipe=recipe,
        output_dir=app.scratch.folder(f"{TRAINING_LABEL}{training}-"),
        allow_withdrawn=allow_withdrawn,
    )
    with app.leases.hold(training):
        title = f"Training on {dataset.name}"
        with (
            training_bar(title, show=not app.out.json) as bar,
            keeping(app, ports, training, often) as keeper,
        ):
            order = replace(order, checkpoints=keeper)
            outcome = train(ports, trainer, order, report or narrate(app, bar))
        return certify_or_find(ports, training, signer), outcome


def certify_or_find(ports: Ports, training: str, signer: ModelSigner) -> str:
    """Certify ``training``; where another machine was first, return the name that it gave."""
    try:
        return certify(ports, training, verifier_script(), signer)
    except Conflict:
        with ports.ledger.view() as view:
            for _, version in view.scan(Version):
                if version.training == training:
                    return version.dna
        raise


def narrate(app: App, bar: Callable[[int, int, str], None]) -> Callable[[TrainProgress], None]:
    """Return what moves ``bar`` with a training, and tells what each epoch measured."""
    begun = time.monotonic()

    def show(progress: TrainProgress) -> None:
        bar(
            progress.step,
            progress.steps,
            f"epoch {progress.epoch}/{progress.epochs}  loss {progress.loss:.3f}",
        )
        if progress.metrics is not None:
            metrics = progress.metrics
            app.out.note(
                f"epoch {progress.epoch}/{progress.epochs}  held-out loss "
                f"{float(metrics.loss):.3f}  token accuracy {float(metrics.token_accuracy):.3f}  "
                f"({time.monotonic() - begun:.0f} s)"
            )

    return show
