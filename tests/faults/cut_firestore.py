"""A command about collections in Firestore, whose connection is cut at its n-th request."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from e2e.workspaces import Workspace
from faults.cut_storage import run
from faults.rows_of_firebase import TEXT, ask_something
from oneseek.cli.wiring.firebase import chosen, open_runner, open_store
from oneseek.domain.documents import Write
from oneseek.domain.state.documents import Query

if TYPE_CHECKING:
    from firestore_server.faults import Fault
    from firestore_server.service import SmallFirestore

FAULTS: "dict[str, tuple[Fault, Fault]]" = {
    "is cut before it took effect": ("cut", "none"),
    "is cut after it took effect": ("cut after", "none"),
    "is the first without a service": ("unavailable", "unavailable"),
    "is the last with a service, and not answered": ("lost", "unavailable"),
}
"""What happens to the n-th request, and to all that follow."""

_PUSH = ("firebase", "push")


@dataclass(frozen=True, slots=True)
class Scene:
    """A command, and where it begins."""

    name: str
    words: tuple[str, ...]
    pushed: bool = True
    """Whether all is shown when it begins; else a question was asked since."""
    drifted: bool = False


SCENES = (
    Scene("a push", _PUSH, pushed=False),
    Scene("a rebuild", ("firebase", "rebuild"), drifted=True),
    Scene("an erasure", ("erase", "QUERY")),
)


@dataclass(slots=True)
class Stage:
    """A scene that is set: it can be played any number of times, each time from its beginning."""

    scene: Scene
    server: "SmallFirestore"
    root: Path
    work: Path
    words: tuple[str, ...] = ()
    documents: list[Any] = field(default_factory=list)

    @classmethod
    def set(cls, scene: Scene, server: "SmallFirestore", stock: Path, folder: Path) -> "Stage":
        """Prepare the workspace and the project in which ``scene`` begins."""
        stage = cls(scene, server, folder / "begin", folder / "w")
        shutil.copytree(stock, stage.root, symlinks=True)
        settings = stage.root / "oneseek.toml"
        text = settings.read_text("utf-8").replace("[firebase]", '[firebase]\nproject = "demo-x"')
        settings.write_text(text, "utf-8")
        query = ask_something(stage.root)
        assert run(_PUSH, stage.root) == ""
        if not scene.pushed:
            ask_something(stage.root)
        if scene.drifted:
            app = Workspace(stage.root).app()
            store = open_store(app)
            store.commit([Write("oqt_ledger", "2", None), Write("oqt_queries", "z", {"n": 1})])
            app.close()
        stage.words = tuple(query if word == "QUERY" else word for word in scene.words)
        stage.documents = server.database.kept()
        return stage

    def play(self) -> str:
        """Do the command; return what it said when it failed, empty when it did not."""
        return run(self.words, self.work)

    def rewind(self) -> None:
        """Go back to the beginning."""
        self.server.faults.forget()
        self.server.database.become(self.documents)
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.copytree(self.root, self.work, symlinks=True)

    def wrong(self, *, ended: bool) -> Iterator[str]:
        """Say what a reader finds wrong now, in the middle or at the end."""
        if self.scene.drifted and not ended:
            return
        app = Workspace(self.work).app()
        try:
            with app.ledger.view() as view:
                erased = [query for _, query in view.scan(Query) if query.erased is not None]
            if not ended and erased:
                return  # it said that the text may still be there
            runner = open_runner(app)
            for collection in chosen(()):
                found = runner.verify(collection)
                yield from (f"{item.check}: {item.where}: {item.found}" for item in found.findings)
                standing = runner.standing(collection)
                if standing.problem or (ended and standing.rebuilding):
                    yield f"{collection.name}: {standing}"
            if erased and any(TEXT.encode() in d.SerializeToString() for d in self._shown()):
                yield "the text is there yet"
        finally:
            app.close()

    def end(self) -> object:
        """Return what the end is compared by; an erasure is of another time each time."""
        shown = {document.name.split("/documents/")[1]: document for document in self._shown()}
        if self.words[0] == "erase":
            return sorted(shown)
        return {name: sorted(map(str, document.fields.items())) for name, document in shown.items()}

    def _shown(self) -> list[Any]:
        kept = self.server.database.kept()
        return [d for d in kept if any(f"/{c.name}/" in d.name for c in chosen(()))]


def play_all(
    stage: Stage, fault: str, some: Callable[[list[int]], list[int]]
) -> tuple[int, list[str]]:
    """Let each of ``some`` requests meet ``fault``; return how many, and what is wrong."""
    stage.rewind()
    begin = len(stage.server.faults.seen)
    assert stage.play() == ""
    requests = stage.server.faults.seen[begin:]
    wrong, numbers = list(stage.wrong(ended=True)), some(list(range(len(requests))))
    wanted = stage.end()
    for number in numbers:
        stage.rewind()
        stage.server.faults.at(number, *FAULTS[fault])
        said = stage.play()
        stage.server.faults.forget()
        found = list(stage.wrong(ended=False))
        if said and FAULTS[fault][1] == "none":
            found.append(f"one cut was not passed over: {said}")
        if not found and (again := stage.play() if said else ""):
            found.append(f"cannot be repeated: {again}")
        found = found or list(stage.wrong(ended=True))
        if not found and stage.end() != wanted:
            found.append("ends otherwise than undisturbed")
        wrong += [f"request {number} ({requests[number]}) {fault}: {text}" for text in found]
    return len(numbers), wrong
