"""Going on with a training that was cut off: find it, verify its materials, train, certify."""

from dataclasses import replace

from oneseek.cli.app import App
from oneseek.cli.progress import training_bar
from oneseek.cli.wiring.bases import base_folder
from oneseek.cli.wiring.checkpoints import keeping
from oneseek.cli.wiring.libraries import training_libraries
from oneseek.cli.wiring.signing import ready_signer
from oneseek.cli.wiring.training import certify_or_find, narrate
from oneseek.cli.wiring.writing import TRAINING_LABEL
from oneseek.domain.checkpoint_names import Often
from oneseek.domain.decisions.training import require_continuable
from oneseek.domain.ports import Ports
from oneseek.domain.training_job import LoraOutcome
from oneseek.domain.usecases.resume import (
    find_cut_off,
    require_environment,
    resume,
    whole_checkpoint,
)
from oneseek.domain.usecases.train import Order


def resume_training(
    app: App,
    ports: Ports,
    text: str | None,
    *,
    with_bin: bool,
    allow_withdrawn: bool,
    force: bool,
    often: Often,
) -> tuple[str, LoraOutcome]:
    """Go on with the training that ``text`` names (None: the only one), and certify it.

    Raises:
        NotFound, InvalidInput, Conflict: there is none, or several, or it may not go on; or the
            machine or its libraries are others than at its start, and it was not forced.
        FoundDamage: the base model or every checkpoint is not what was recorded.
    """
    with ports.ledger.view() as view:
        found = find_cut_off(view, ports.ledger, text)
    training, recipe = found.started.training, found.started.recipe
    if found.parent is not None:
        require_continuable(found.parent, allow_withdrawn)
    kept = whole_checkpoint(ports.objects, found.kept, app.out.note)
    signer = ready_signer(app)
    base_dir = base_folder(app, found.base)
    with training_libraries():
        from oneseek.adapters.training.devices import choose_device
        from oneseek.adapters.training.trainer import LoraTrainer
    choose_device(recipe.device)
    trainer = LoraTrainer(with_bin=with_bin)
    now = trainer.environment(recipe.device)
    if warning := require_environment(found.started, now, force=force):
        app.out.note(warning)
    order = Order(
        training=training,
        base=found.base,
        base_dir=base_dir,
        dataset=found.dataset,
        evaluation=found.evaluation,
        parent=found.parent,
        parent_dir=None,  # the checkpoint holds what came of it
        language=found.started.language,
        recipe=recipe,
        output_dir=app.scratch.folder(f"{TRAINING_LABEL}{training}-"),
        allow_withdrawn=allow_withdrawn,
    )
    app.out.note(f"training {training} goes on from {kept.name}, step {kept.step}")
    with app.leases.hold(training):
        title = f"Training on {found.dataset.name}"
        with (
            training_bar(title, show=not app.out.json) as bar,
            keeping(app, ports, training, often) as keeper,
        ):
            order = replace(order, checkpoints=keeper)
            outcome = resume(ports, trainer, order, kept, narrate(app, bar))
        return certify_or_find(ports, training, signer), outcome
