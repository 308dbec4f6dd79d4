"""Who meets in an attack: the attacked workspace, and an auditor who kept two small files."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from e2e.harm import answered
from e2e.workspaces import Done, Workspace, copy_workspace, make_stocked
from oneseek.cli.wiring.writing import writing
from oneseek.domain.decisions import Decision
from oneseek.domain.decisions.lookup import find_version
from oneseek.domain.events import Event, VersionActivated
from oneseek.domain.usecases.record import record

TURNS = 300
"""Activations in one group: enough that the tree has a full tile."""


@dataclass(frozen=True)
class Scene:
    """``workspace`` can be written by the attacker, ``auditor`` (a folder) cannot."""

    workspace: Workspace
    auditor: Path

    @property
    def key(self) -> Path:
        """The public key of the log, as the auditor was given it."""
        return self.auditor / "log.vkey"

    @property
    def kept(self) -> Path:
        """A checkpoint of long ago, which the auditor kept."""
        return self.auditor / "kept.checkpoint"

    def audit(self, *words: str, expect: int | None = None) -> Done:
        """Run the audit of somebody who trusts the auditor's two files alone."""
        words = ("audit", "--trust", str(self.key), "--since", str(self.kept), *words)
        return self.workspace.run(*words, expect=expect)

    def copy(self, folder: Path) -> "Scene":
        """Return the same scene in other folders."""
        shutil.copytree(self.auditor, folder / "auditor")
        return Scene(copy_workspace(self.workspace.root, folder / "workspace"), folder / "auditor")


def make_scene(folder: Path) -> Scene:
    """Make a workspace with two versions that took turns, an answer, and the auditor's files."""
    workspace = make_stocked(folder / "workspace")
    auditor = folder / "auditor"
    auditor.mkdir()
    workspace.run("activate", "1.0")
    scene = Scene(workspace, auditor)
    scene.key.write_text((workspace.root / ".oneseek" / "checkpoint.vkey").read_text())
    scene.kept.write_text(workspace.run("ledger", "head", "--note").out, "utf-8")
    _take_turns(workspace)
    answered(workspace)
    workspace.run("withdraw", "2.0", "--reason", "trained on the wrong rows")
    return scene


def _take_turns(workspace: Workspace) -> None:
    app = workspace.app()
    try:
        with writing(app) as ports, ports.ledger.view() as view:
            versions = [find_version(view, number) for number in ("1.0", "2.0")]
        events: list[Event] = []
        for turn in range(TURNS):
            now, before = versions[(turn + 1) % 2], versions[turn % 2]
            events.append(
                VersionActivated(manifest=now.manifest, dna=now.dna, previous=before.manifest)
            )
        with writing(app) as ports:
            record(ports, lambda _: Decision(tuple(events)))
    finally:
        app.close()


@dataclass(frozen=True)
class Seen:
    """What an audit said: findings as (check, where), and where it says that trust ends."""

    findings: tuple[tuple[str, str], ...]
    first_damaged: int | None
    places: tuple[str, ...]

    def has(self, check: str, where: str) -> bool:
        """Return whether a finding of this check names the place."""
        return any(check == name and where in place for name, place in self.findings)


def seen(done: Done) -> Seen:
    """Read what an audit printed as JSON."""
    report = json.loads(done.out)
    damage = report["damage"] or {"first_damaged": None, "places": []}
    return Seen(
        tuple(
            (item["check"], item["where"])
            for question in report["questions"]
            for item in question["findings"]
        ),
        damage["first_damaged"],
        tuple(item["where"] for item in damage["places"]),
    )
