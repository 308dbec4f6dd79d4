"""``oneseek status``: where things stand, on one page."""

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.output import count_text
from oneseek.cli.wiring.documents_behind import remembered_behind
from oneseek.domain.decisions.checkpoints import resumable
from oneseek.domain.state.documents import (
    BaseModel,
    Dataset,
    OpenTraining,
    RecordedVersion,
    Training,
    Version,
    stands,
)
from oneseek.domain.state.registry import registry_state


@make(examples=("oneseek status", "oneseek status --json"))
def status(app: App) -> None:
    """Show the workspace: ledger, what is active, counts, and what is not up to date."""
    with app.ledger.view() as view:
        head, registry = view.head, registry_state(view)
        versions = [version for _, version in view.scan(Version)]
        counts = {
            "base_models": sum(1 for _ in view.scan(BaseModel)),
            "datasets": sum(1 for _ in view.scan(Dataset)),
            "trainings": sum(1 for _ in view.scan(Training)),
            "versions": len(versions),
            "imported": sum(version.imported is not None for version in versions),
            "recorded": sum(1 for _ in view.scan(RecordedVersion)),
            "standing": sum(stands(version, registry) for version in versions),
            "resets": registry.resets,
        }
        open_trainings = [key for key, _ in view.scan(OpenTraining)]
        cut_off = [
            item
            for item in resumable(view)
            if item.training.status == "failed" or not app.leases.held(item.training.training)
        ]
    behind = {
        projection.name: app.runner.behind(projection, head.size) for projection in app.projections
    }
    documents = remembered_behind(app, head.size)
    shared, closed = app.shared_address, app.ledger.closed()
    app.out.result(
        {
            "workspace": str(app.paths.root),
            "origin": app.settings.ledger.origin,
            "size": head.size,
            "root": head.root.hex(),
            "time": head.time,
            "active": registry.active,
            "counts": counts,
            "open_trainings": open_trainings,
            "resumable": [
                {"training": item.training.training, "step": item.kept[0].step} for item in cut_off
            ],
            "behind": behind,
            "documents": documents,
            "objects": shared.url if shared else None,
            "closed": closed.sentence if closed else None,
        },
        (
            f"Workspace  {app.paths.root}",
            f"Ledger     {app.settings.ledger.origin}, {head.size} entries, newest {head.time}",
            f"Root       {head.root.hex()}",
            *((f"Closed     {closed.sentence}",) if closed else ()),
            *((f"Objects    {shared.url}",) if shared else ()),
            f"Active     {registry.active or 'nothing'}",
            f"Versions   {counts['versions'] - counts['imported']} certified, "
            f"{_imported(counts['imported'], counts['recorded'])}"
            f"{counts['standing']} standing, {count_text(counts['resets'], 'reset')}",
            f"Materials  {count_text(counts['base_models'], 'base model')}, "
            f"{count_text(counts['datasets'], 'dataset')}, "
            f"{count_text(counts['trainings'], 'training')}",
            *(f"Open       training {key}" for key in open_trainings),
            *(
                f"Cut off    at step {item.kept[0].step}: "
                f"oneseek train --resume {item.training.training}"
                for item in cut_off
            ),
            *(
                f"Behind     {name}: {count_text(count, 'entry', 'entries')} "
                f"(oneseek rebuild {name})"
                for name, count in behind.items()
                if count
            ),
            *(
                f"Behind     {name}: {count_text(count, 'entry', 'entries')} "
                "(oneseek firebase push)"
                for name, count in documents.items()
                if count
            ),
        ),
    )


def _imported(imported: int, recorded: int) -> str:
    """Return what was imported in words; nothing where nothing was."""
    found = f"{imported} imported, " if imported else ""
    return found + (f"{recorded} only recorded, " if recorded else "")


command = status
