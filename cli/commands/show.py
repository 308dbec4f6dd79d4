"""``oneseek show``: one version, everything that is known of it."""

import click
from msgspec import to_builtins

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.commands.versions import status
from oneseek.domain.decisions.lookup import find_version
from oneseek.domain.manifest import Manifest
from oneseek.domain.recipe import Metrics
from oneseek.domain.state.documents import BaseModel, Dataset, Reproduction, Signature, Training
from oneseek.domain.state.registry import registry_state


@make(
    examples=("oneseek show current", "oneseek show 1.0 --json"),
    codes=(0, 1, 2, 3, 5, 10),
)
@click.argument("dna")
def show(app: App, dna: str) -> None:
    """Show the version DNA: its name, a digest or the beginning of either, 1.0, or current."""
    app.heal()
    with app.ledger.view() as view:
        version = find_version(view, dna)
        state = status(version, registry_state(view))
        training = view.get(Training, version.training)
        base = view.get(BaseModel, version.base)
        dataset = view.get(Dataset, version.dataset)
        signature = view.get(Signature, version.manifest)
        reproduction = view.get(Reproduction, version.manifest)
    manifest = Manifest.from_bytes(app.objects.read(version.manifest))
    metrics = training.metrics if training else None
    app.out.result(
        {
            **to_builtins(version),
            "status": state,
            "metrics": to_builtins(metrics),
            "signature": to_builtins(signature),
            "reproduction": to_builtins(reproduction),
            "base_name": base.name if base else None,
            "dataset_name": dataset.name if dataset else None,
            "files": to_builtins(manifest)["files"],
        },
        (
            f"DNA        {version.dna}",
            f"Manifest   {version.manifest}   (its identity)",
            f"Weights    {version.weights}",
            f"Status     {state}",
            f"Certified  {version.certified_at}, ledger entry {version.index}",
            f"Base       {base.name if base else '?'}  {version.base}",
            f"Dataset    {dataset.name if dataset else '?'}  {version.dataset}",
            f"Continues  {version.parent or 'from the base model'}",
            f"Training   {version.training}",
            *_measured(metrics),
            _signed(signature),
            _reproduced(reproduction),
            "",
            *(f"{file.digest}  {file.size:>10}  {file.path}" for file in manifest.files),
        ),
    )


def _measured(metrics: Metrics | None) -> list[str]:
    if metrics is None:
        return ["Measured   nothing"]
    return [
        f"Measured   loss {metrics.loss}, token accuracy {metrics.token_accuracy}, exact answers "
        f"{metrics.exact_match or 'not measured'} on {metrics.rows} held-out rows"
    ]


def _signed(found: Signature | None) -> str:
    if found is None:
        return "Signed     no   (oneseek sign)"
    return f"Signed     with model key {found.key[:8]}, ledger entry {found.index}"


def _reproduced(found: Reproduction | None) -> str:
    if found is None:
        return "Repeated   no   (oneseek reproduce)"
    return f"Repeated   {found.verdict.replace('-', ' ')}, ledger entry {found.index}"


command = show
