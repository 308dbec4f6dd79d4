"""Rebuilding a projection, with a record of what was put right."""

from oneseek.cli.app import App
from oneseek.cli.progress import byte_bar
from oneseek.domain.certification.metadata import render_json
from oneseek.domain.decisions import Decision
from oneseek.domain.events import DriftRepaired
from oneseek.domain.ports import Ports
from oneseek.domain.projections.difference import Difference
from oneseek.domain.projections.projection import Projection
from oneseek.domain.usecases.record import record


def rebuild_projection(
    app: App, ports: Ports, projection: Projection
) -> tuple[Projection, list[Difference]]:
    """Make the target equal to the fold; differences are recorded as a drift-repaired entry."""
    with byte_bar(f"Comparing {projection.folder}", None, show=not app.out.json) as advance:
        found = app.runner.rebuild(projection, advance)
    if found:
        listed = [
            {"kind": d.kind, "path": d.path, "expected": d.expected, "found": d.found}
            for d in found
        ]
        event = DriftRepaired(
            projection=projection.name,
            findings=ports.objects.put(render_json(listed)),
            count=len(found),
        )
        record(ports, lambda _: Decision((event,)))
    return projection, found


def rebuild_state(app: App) -> None:
    """Fold the ledger's state documents again from its entries."""
    app.location.refold()
