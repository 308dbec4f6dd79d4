"""A command about backups in Firebase Storage, whose connection is cut at its n-th request."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from e2e.workspaces import Workspace
from faults.promises import is_workspace
from faults.seen import place_at, recorded, wrong_at
from oneseek.cli.main import oneseek
from oneseek.cli.wiring.verification import run_verification
from oneseek.domain.errors import ServiceFailed
from oneseek.domain.registry import REGISTRY
from storage_server.faults import Fault

if TYPE_CHECKING:
    from storage_server.server import Running
    from storage_server.stored import Stored

PLACE = "gs://things/models/oneseek-7b-zero"
_CUT = Fault(unseen=True)

FAULTS: dict[str, tuple[Fault, Fault | None]] = {
    "is cut before it took effect": (_CUT, None),
    "is cut half-way": (Fault(cut=100), None),
    "is cut after it took effect": (Fault(lost=True), None),
    "is answered 503": (Fault(status=503), None),
    "is the first without a connection": (_CUT, _CUT),
    "is the last with a connection, and not answered": (Fault(lost=True), _CUT),
}
"""What happens to the n-th request, and to all that follow."""


HARM = ("harm",)
"""No command: a bit of the largest object changes."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A command, and where it begins."""

    name: str
    words: tuple[str, ...]
    before: tuple[tuple[str, ...], ...] = ()
    """What is run first."""
    settings: str = ""
    """Lines for the section ``[retention]``."""
    empties: bool = False
    """Whether the workspace is gone then, but for its keys."""
    after: tuple[str, ...] = ()
    """What ends it all where it begins with damage; before that a reader finds something wrong."""
    always: bool = False
    """Whether ``make test`` tries it; ``make faults`` tries all."""


SCENES = (
    Scene("backup run", ("backup", "run", "--to", "firebase"), always=True),
    Scene("backup ledger", ("backup", "ledger", "--to", "firebase")),
    Scene("backup vault", ("backup", "vault", "--to", "firebase"), always=True),
    Scene(
        "backup verify",
        ("backup", "verify", "--from", "firebase"),
        (("backup", "run", "--to", "firebase"),),
    ),
    Scene(
        "backup prune",
        ("backup", "prune", "--to", "firebase"),
        (("backup", "run", "--to", "firebase"),),
        "local_major = 1\n",
        always=True,
    ),
    Scene(
        "backup run that mends",
        ("backup", "run", "--to", "firebase"),
        (("backup", "run", "--to", "firebase"), HARM, ("backup", "verify", "--from", "firebase")),
        after=("backup", "prune", "--to", "firebase"),
    ),
    Scene(
        "restore of a version",
        ("restore", "1.0", "--from", "firebase"),
        (
            ("backup", "run", "--to", "firebase"),
            ("reset", "--confirm", "RESET"),
            ("gc", "--grace-days", "0"),
        ),
    ),
    Scene(
        "restore of all",
        ("restore", "--all", "--ledger", PLACE, "--vault", PLACE),
        (
            ("backup", "run", "--to", "firebase"),
            ("backup", "vault", "--to", "firebase"),
            ("backup", "ledger", "--to", "firebase"),
        ),
        empties=True,
    ),
)


@dataclass(slots=True)
class Stage:
    """A scene that is set: it can be played any number of times, each time from its beginning."""

    scene: Scene
    server: "Running"
    root: Path
    work: Path
    objects: dict[str, "Stored"] = field(default_factory=dict)

    @classmethod
    def set(cls, scene: Scene, server: "Running", stock: Path, folder: Path) -> "Stage":
        """Prepare the workspace and the bucket in which ``scene`` begins."""
        stage = cls(scene, server, folder / "begin", folder / "w")
        shutil.copytree(stock, stage.root, symlinks=True)
        settings = stage.root / "oneseek.toml"
        text = settings.read_text("utf-8").replace("[firebase]", '[firebase]\nbucket = "things"')
        settings.write_text(f"{text}{scene.settings}", "utf-8")
        for words in scene.before:
            if words == HARM:
                _harm(server)
            else:
                assert run(words, stage.root) == "", words
        shutil.copytree(stage.root / ".oneseek" / "keys", folder / "keys")
        stage.objects = dict(server.bucket.objects)
        return stage

    def play(self) -> str:
        """Do the command; return what it said when it failed, empty when it did not."""
        if not self.scene.empties:
            return run(self.scene.words, self.work)
        keys = ("--keys", str(self.root.parent / "keys"), "--into", str(self.work))
        return run((*self.scene.words, *keys), None)

    def rewind(self) -> None:
        """Go back to the beginning."""
        self.server.script.forget()
        self.server.bucket.objects = dict(self.objects)
        self.server.bucket.sessions.clear()
        shutil.rmtree(self.work, ignore_errors=True)
        if not self.scene.empties:
            shutil.copytree(self.root, self.work, symlinks=True)

    def wrong(self, *, ended: bool = False) -> Iterator[str]:
        """Say what a reader finds wrong now, before or after the end."""
        if self.scene.after and not ended:
            return
        if self.scene.after and (said := run(self.scene.after, self.work)):
            yield said
        if self.scene.empties and not is_workspace(self.work):
            return
        app = Workspace(self.work).app()
        try:
            yield from wrong_at(app, "firebase")
            yield from (str(f) for f in run_verification(app, app.pinned, deep=True).findings)
        finally:
            app.close()

    def end(self) -> tuple[object, ...]:
        """Return what the end is compared by: digests and times are others each time."""
        app = Workspace(self.work).app()
        try:
            place = place_at(app, "firebase")
            kinds = Counter(REGISTRY.read(row.raw).kind for row in app.ledger.records())
            shelf, known = set(place.names("")), recorded(app, place)
            tree = sorted(path.name for path in app.paths.certified.iterdir())
            return _stems(shelf), _stems(known), sorted(kinds.items()), tree
        finally:
            app.close()


def play_all(
    stage: Stage, fault: str, some: Callable[[list[int]], list[int]]
) -> tuple[int, list[str]]:
    """Let each of ``some`` requests meet ``fault``; return how many, and what is wrong."""
    stage.rewind()
    begin = len(stage.server.script.requests)
    assert stage.play() == ""
    requests = stage.server.script.requests[begin:]
    wrong, numbers = list(stage.wrong(ended=True)), some(list(range(len(requests))))
    wanted = stage.end()
    for number in numbers:
        stage.rewind()
        stage.server.script.at(number, *FAULTS[fault])
        said = stage.play()
        stage.server.script.forget()
        found = list(stage.wrong())
        if said and FAULTS[fault][1] is None:
            found.append(f"one cut was not passed over: {said}")
        if not found and (again := stage.play() if said else ""):
            found.append(f"cannot be repeated: {again}")
        found = found or list(stage.wrong(ended=True))
        if not found and stage.end() != wanted:
            found.append(f"ends as {stage.end()}, not as {wanted}")
        wrong += [f"request {number} ({requests[number]}) {fault}: {text}" for text in found]
    return len(numbers), wrong


def run(words: tuple[str, ...], root: Path | None) -> str:
    """Run a command in this process; return what it said when the service failed it."""
    there = () if root is None else ("--workspace", str(root))
    done = CliRunner().invoke(oneseek, [*words, "--json", *there])
    if isinstance(done.exception, ServiceFailed):
        return done.exception.message
    # 1: something was found damaged, which is no failure of the command.
    if done.exception is not None and done.exit_code != 1:
        raise AssertionError(f"{words}: {done.output}") from done.exception
    return ""


def _harm(server: "Running") -> None:
    objects = server.bucket.objects
    stored = [name for name in objects if "/objects/" in name]
    name = max(stored, key=lambda name: len(objects[name].data))
    data = objects[name].data
    server.bucket.put(name, data[:-1] + bytes([data[-1] ^ 1]), None)


def _stems(names: set[str]) -> list[str]:
    return sorted(name.split("~")[0].split("-")[0] for name in names)
