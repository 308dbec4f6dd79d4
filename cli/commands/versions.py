"""``oneseek versions``: all certified versions."""

from msgspec import to_builtins

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.domain.state.documents import RegistryState, Training, Version, stands
from oneseek.domain.state.registry import registry_state


@make(examples=("oneseek versions", "oneseek versions --json"))
def versions(app: App) -> None:
    """List the certified versions, the newest last."""
    app.heal()
    with app.ledger.view() as view:
        registry = registry_state(view)
        found = sorted((item for _, item in view.scan(Version)), key=lambda item: item.index)
        trainings = {item.dna: view.get(Training, item.training) for item in found}
    rows = []
    for item in found:
        training = trainings[item.dna]
        metrics = training.metrics if training else None
        rows.append(
            (
                "●" if item.dna == registry.active else "",
                f"{item.major}.{item.minor}",
                item.dna,
                status(item, registry),
                _short(metrics.loss) if metrics else "",
                _short(metrics.token_accuracy) if metrics else "",
                item.certified_at[:19] + "Z",
                item.index,
            )
        )
    app.out.table(
        ("", "version", "DNA", "status", "loss", "accuracy", "certified", "entry"),
        rows,
        [
            {
                **to_builtins(item),
                "status": status(item, registry),
                "metrics": to_builtins(training.metrics)
                if (training := trainings[item.dna])
                else None,
            }
            for item in found
        ],
        "No versions yet. Train one: oneseek train --base NAME --dataset NAME",
    )


def status(version: Version, registry: RegistryState) -> str:
    """Return in a word what became of a version."""
    if version.withdrawn is not None:
        return "withdrawn"
    if not stands(version, registry):
        return "reset"
    return "active" if version.dna == registry.active else "certified"


def _short(number: str) -> str:
    return f"{float(number):.3f}"


command = versions
