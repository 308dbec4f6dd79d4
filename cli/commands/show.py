"""``oneseek show``: one version, everything that is known of it."""

import click
from msgspec import to_builtins

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.commands.versions import facts, status
from oneseek.cli.output import one_line
from oneseek.domain.decisions.lookup import find_any_version
from oneseek.domain.manifest import Manifest
from oneseek.domain.recipe import Metrics
from oneseek.domain.state.documents import (
    Hold,
    LegacySource,
    RecordedVersion,
    Reproduction,
    Signature,
    Training,
    Version,
)
from oneseek.domain.state.registry import registry_state
from oneseek.domain.state.store import Reading
from oneseek.domain.state.versions import version_base, version_dataset, version_training


@make(
    examples=("oneseek show current", "oneseek show 1.0 --json"),
    codes=(0, 1, 2, 3, 5, 10),
)
@click.argument("dna")
def show(app: App, dna: str) -> None:
    """Show the version DNA: its name, a digest or the beginning of either, 1.0, or current."""
    app.heal()
    with app.ledger.view() as view:
        version = find_any_version(view, dna)
        state = status(version, registry_state(view))
        lines = [
            f"DNA        {version.dna}",
            f"Manifest   {version.manifest}   (its identity)",
            *(_ours(view, version, state) if isinstance(version, Version) else ()),
            *(_imported(view, version, state) if version.imported is not None else ()),
            *_held(view.get(Hold, version.manifest)),
        ]
        found = _beside(view, version)
    manifest = Manifest.from_bytes(app.objects.read(version.manifest))
    app.out.result(
        {**facts(version), "status": state, **found, "files": to_builtins(manifest)["files"]},
        (
            *lines,
            "",
            *(f"{file.digest}  {file.size:>10}  {file.path}" for file in manifest.files),
        ),
    )


def _beside(view: Reading, version: Version | RecordedVersion) -> dict[str, object]:
    """Return what the records of other things say of a version."""
    known = version if isinstance(version, Version) else None
    training = version_training(view, known) if known else None
    base = version_base(view, known) if known else None
    dataset = version_dataset(view, known) if known else None
    return {
        "metrics": to_builtins(training.metrics) if training else None,
        "hold": to_builtins(view.get(Hold, version.manifest)),
        "signature": to_builtins(view.get(Signature, version.manifest)),
        "reproduction": to_builtins(view.get(Reproduction, version.manifest)),
        "base_name": base.name if base else version.base_name,
        "dataset_name": dataset.name if dataset else None,
    }


def _ours(view: Reading, version: Version, state: str) -> list[str]:
    signed = _signed(view.get(Signature, version.manifest))
    if version.imported is not None:
        return [f"Weights    {version.weights}   ({version.form})", signed]
    training, base = version_training(view, version), version_base(view, version)
    dataset = version_dataset(view, version)
    return [
        f"Weights    {version.weights}",
        f"Status     {state}",
        f"Certified  {version.certified_at}, ledger entry {version.index}",
        f"Base       {base.name if base else '?'}  {version.base}",
        f"Dataset    {dataset.name if dataset else '?'}  {version.dataset}",
        f"Continues  {version.parent or 'from the base model'}",
        f"Training   {version.training}{_resumed(training)}",
        *_measured(training.metrics if training else None),
        signed,
        _reproduced(view.get(Reproduction, version.manifest)),
    ]


def _imported(view: Reading, version: Version | RecordedVersion, state: str) -> list[str]:
    """Tell of an imported version; what its records do not say is called not recorded."""
    found = version.imported
    assert found is not None
    source = view.get(LegacySource, found.source)
    base = version_base(view, version) if isinstance(version, Version) else None
    named = f"not identified; its records call it {one_line(version.base_name or 'nothing')}"
    made = f"{one_line(found.created)} ({found.created_zone})" if found.created else "not recorded"
    return [
        f"Status     {state}",
        f"Imported   ledger entry {version.index}, {version.evidence}",
        f"Verdict    {found.verdict}: {one_line(found.reason)}",
        f"Claimed    {one_line(found.claimed or 'no name')}",
        f"Made       {made}",
        f"Source     {one_line(found.path)} of {one_line(source.path if source else '?')}",
        f"Record     {found.record}",
        f"Base       {f'{base.name}  {base.manifest}' if base else named}",
        "Training   not recorded",
    ]


def _resumed(training: Training | None) -> str:
    entry = training.resumed if training else None
    return "" if entry is None else f", resumed from a checkpoint by entry {entry}"


def _measured(metrics: Metrics | None) -> list[str]:
    if metrics is None:
        return ["Measured   nothing"]
    return [
        f"Measured   loss {metrics.loss}, token accuracy {metrics.token_accuracy}, exact answers "
        f"{metrics.exact_match or 'not measured'} on {metrics.rows} held-out rows"
    ]


def _held(found: Hold | None) -> list[str]:
    return [] if found is None else [f"Held       by entry {found.index}: {one_line(found.reason)}"]


def _signed(found: Signature | None) -> str:
    if found is None:
        return "Signed     no   (oneseek sign)"
    return f"Signed     with model key {found.key[:8]}, ledger entry {found.index}"


def _reproduced(found: Reproduction | None) -> str:
    if found is None:
        return "Repeated   no   (oneseek reproduce)"
    return f"Repeated   {found.verdict.replace('-', ' ')}, ledger entry {found.index}"


command = show
