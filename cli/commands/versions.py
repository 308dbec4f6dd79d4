"""``oneseek versions``: all versions, certified and imported."""

from msgspec import to_builtins

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.domain.state.documents import (
    Hold,
    RecordedVersion,
    RegistryState,
    Version,
    stands,
)
from oneseek.domain.state.imported import Imported
from oneseek.domain.state.registry import registry_state
from oneseek.domain.state.versions import how_it_came, version_number, version_training


@make(examples=("oneseek versions", "oneseek versions --json"))
def versions(app: App) -> None:
    """List the certified and the imported versions, the newest last.

    The evidence says how good the record is: observed when it happened, or imported and verified,
    asserted by the older record alone, or contradicted. Of some only a record was imported.
    What is held (oneseek hold) is kept whatever a policy says.
    """
    app.heal()
    with app.ledger.view() as view:
        registry = registry_state(view)
        found: list[Version | RecordedVersion] = [item for _, item in view.scan(Version)]
        found += (item for _, item in view.scan(RecordedVersion))
        found.sort(key=lambda item: item.index)
        holds = {hold.dna: hold.reason for _, hold in view.scan(Hold)}
        measured = {
            item.dna: training.metrics
            for item in found
            if isinstance(item, Version) and (training := version_training(view, item))
        }
    rows = []
    for item in found:
        metrics = measured.get(item.dna)
        rows.append(
            (
                "●" if item.dna == registry.active else "",
                version_number(item) or "",
                item.dna,
                status(item, registry) + (", held" if item.dna in holds else ""),
                item.evidence,
                _short(metrics.loss) if metrics else "",
                _short(metrics.token_accuracy) if metrics else "",
                _certified_at(item),
                item.index,
            )
        )
    app.out.table(
        ("", "version", "DNA", "status", "evidence", "loss", "accuracy", "certified", "entry"),
        rows,
        [
            {
                **facts(item),
                "status": status(item, registry),
                "held": holds.get(item.dna),
                "metrics": to_builtins(measured.get(item.dna)),
            }
            for item in found
        ],
        "No versions yet. Train one: oneseek train --base NAME --dataset NAME",
    )


def facts(version: Version | RecordedVersion) -> dict[str, object]:
    """Return all that is known of a version; what older records say of it stands beside."""
    found = to_builtins(version)
    imported = found.pop("imported", None) or dict.fromkeys(Imported.__struct_fields__)
    return {
        **found,
        "evidence": version.evidence,
        "form": version.form if isinstance(version, Version) else "none",
        "base_name": version.base_name,
        **imported,
    }


def status(version: Version | RecordedVersion, registry: RegistryState) -> str:
    """Return in a word what became of a version."""
    if isinstance(version, RecordedVersion):
        return "recorded, no weights"
    if version.withdrawn is not None:
        return "withdrawn"
    if not stands(version, registry):
        return "reset"
    return "active" if version.dna == registry.active else how_it_came(version)


def _certified_at(version: Version | RecordedVersion) -> str:
    if isinstance(version, RecordedVersion) or version.certified_at is None:
        return ""
    return version.certified_at[:19] + "Z"


def _short(number: str) -> str:
    return f"{float(number):.3f}"


command = versions
