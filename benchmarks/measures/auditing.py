"""``oneseek audit`` of a workspace with two versions and a long history of answered questions."""

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from e2e.workspaces import make_stocked
from measures import fixtures
from measures.events import answered, batches
from oneseek.cli.app import App
from oneseek.cli.output import Output
from oneseek.cli.wiring.auditing import run_audit
from oneseek.cli.wiring.auditor import Auditor, Wanted
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import Version
from oneseek.domain.values import format_time


def questions(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """Every question, the comparison of the certified tree included; no byte of an object read."""
    app = _app(fixtures.made_once(folder / f"workspace-{size}", lambda fresh: _fill(fresh, size)))

    def job() -> dict[str, float]:
        report = run_audit(app, Auditor.of(app, (), None, None), Wanted())
        assert (report.size, report.verdict) == (size, "clean"), report.sentence
        return {}

    return job


def _fill(folder: Path, size: int) -> None:
    """Make a workspace whose ledger has ``size`` entries: its making, then answers."""
    workspace = make_stocked(folder / "w")
    workspace.run("activate", "2.0")
    app = _app(folder)
    try:
        with app.ledger.view() as view:
            (manifest,) = [v.manifest for _, v in view.scan(Version) if v.major == 2]
            begun = view.head.size
        for first, last in batches(size - begun):
            events = [replace(answered(n), version=manifest) for n in range(first, last)]
            now = format_time(app.ports.clock.now())
            app.ledger.append(
                [REGISTRY.entry(e, stream_version=1, time=now, actor="bench") for e in events],
                {event.stream: 0 for event in events},
            )
        app.catch_up()
    finally:
        app.close()


def _app(folder: Path) -> App:
    return App(workspace=folder / "w", actor="bench", out=Output(json=True))
