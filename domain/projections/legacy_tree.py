"""The historic layout, for programs that read it: ``models/oneseek-7b-zero`` and ``models/oqt``.

A version is three things there: a torch file and a metadata file in ``weights/``, and a PEFT folder
in ``lora_adapters/``. Old programs take the highest number that they find and know nothing of a
withdrawal, so a withdrawn version leaves, as do all after a reset. Of each language line the last
3 majors and 50 micro versions are here, as the founding documents say, and the active one besides:
a fold knows no settings, so these numbers are the policy's own. Checkpoints of trainings are in
``checkpoints/``; the other folders are empty.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import ClassVar

from msgspec.structs import replace

from oneseek.domain.digest import Digest
from oneseek.domain.entry import Entry
from oneseek.domain.events import (
    CheckpointDropped,
    CheckpointKept,
    LedgerOpened,
    RegistryReset,
    VersionActivated,
    VersionCertified,
    VersionRestored,
    VersionWithdrawn,
)
from oneseek.domain.historic.metadata import (
    DESCRIBING,
    oqt_metadata,
    weights_file,
    weights_metadata,
)
from oneseek.domain.historic.names import ONESEEK, OQT, Generation, HistoricName
from oneseek.domain.projections import legacy_checkpoints
from oneseek.domain.projections.legacy_checkpoints import EMPTY, FOLDER, CheckpointFolder
from oneseek.domain.projections.nodes import Link, MadeFile, Node, PickedFiles, TextFile
from oneseek.domain.projections.projection import Projection
from oneseek.domain.projections.versions import OPTIONAL_VERSIONS
from oneseek.domain.retention import Held, Policy, plan
from oneseek.domain.state.store import Document, State

README_NAME = "README.md"
ACTIVE_KEY = "active"
SKELETON: Mapping[str, tuple[str, ...]] = {
    "weights/.gitkeep": ("",),
    "lora_adapters/.gitkeep": ("",),
    FOLDER: EMPTY,
    "backups": ("firebase-storage/.gitkeep", "local-backup/.gitkeep"),
    "base_models": (".gitkeep",),
}
"""Units that are always there: empty files, where the founding documents draw folders."""


class Known(Document, frozen=True):
    """A version that was certified, by DNA name, whether it stands or not."""

    table: ClassVar[str] = "known"
    manifest: Digest
    major: int
    minor: int
    language: str
    index: int
    """Leaf index of the version-certified entry."""
    withdrawn: bool = False

    @property
    def name(self) -> HistoricName:
        return HistoricName(self.major, self.minor, self.language)


class Part(Document, frozen=True):
    """One of the three things that a version is in the tree, by path."""

    table: ClassVar[str] = "part"
    what: str
    """``metadata``, ``weights`` or ``adapter``."""
    dna: str
    manifest: Digest
    major: int
    minor: int
    language: str


class Skeleton(Document, frozen=True):
    """Empty files, by path."""

    table: ClassVar[str] = "skeleton"
    files: tuple[str, ...]


class Current(Document, frozen=True):
    """The link to the adapter of the active version."""

    table: ClassVar[str] = "current"
    target: str


class Active(Document, frozen=True):
    """The active version, by :data:`ACTIVE_KEY`: also where no link shows it."""

    table: ClassVar[str] = "active"
    dna: str


class Readme(Document, frozen=True):
    """What the README says; by its first line the tree is known as ours."""

    table: ClassVar[str] = "readme"
    origin: str


def _step(generation: Generation, state: State, index: int, entry: Entry) -> None:
    match entry.body:
        case LedgerOpened(origin=origin):
            state.put(README_NAME, Readme(origin=origin))
            for path, files in SKELETON.items():
                state.put(path, Skeleton(files=files))
        case CheckpointKept() | CheckpointDropped():
            state.delete(Skeleton, FOLDER)  # from the first checkpoint on, the folder is another
            legacy_checkpoints.step(state, index, entry)
        case VersionCertified() as body:
            known = Known(
                manifest=body.manifest,
                major=body.major,
                minor=body.minor,
                language=body.language,
                index=index,
            )
            state.put(body.dna, known)
            _show(generation, state, body.dna, known)
        case VersionActivated(dna=dna):
            _point_at(generation, state, dna)
        case VersionWithdrawn(dna=dna, was_active=was_active):
            _withdraw(state, dna, was_active)
        case RegistryReset():
            _forget_current(state)
            _hide(state, lambda _: True)
        case body:
            assert isinstance(body, VersionRestored)
            back = state.get(Known, body.dna)
            if back is not None and not back.withdrawn:
                _show(generation, state, body.dna, back)


def parts(
    generation: Generation, dna: str, name: HistoricName, manifest: Digest
) -> Iterator[tuple[str, Part]]:
    """Yield what a version is in the tree of ``generation``, with its path there."""
    stem = generation.stem(name)
    for what, path in (
        ("metadata", f"weights/{stem}.json"),
        ("weights", f"weights/{stem}.pth"),
        ("adapter", f"lora_adapters/{stem}"),
    ):
        yield (
            path,
            Part(
                what=what,
                dna=dna,
                manifest=manifest,
                major=name.major,
                minor=name.minor,
                language=name.language,
            ),
        )


def _show(generation: Generation, state: State, dna: str, known: Known) -> None:
    for path, part in parts(generation, dna, known.name, known.manifest):
        state.put(path, part)
    _thin(state, known.language)


def _thin(state: State, language: str) -> None:
    """Keep the last majors and micro versions of a line, and the active one, as the policy says."""
    active = state.get(Active, ACTIVE_KEY)
    shown = {part.dna: part for _, part in state.scan(Part) if part.language == language}
    items = [
        Held(
            key=dna,
            dna=dna,
            major=part.major,
            minor=part.minor,
            language=language,
            index=found.index,
            active=active is not None and active.dna == dna,
        )
        for dna, part in shown.items()
        if (found := state.get(Known, dna)) is not None
    ]
    gone = {choice.item.dna for choice in plan(items, Policy().weights) if not choice.keep}
    if gone:
        _hide(state, lambda part: part.dna in gone)


def _point_at(generation: Generation, state: State, dna: str) -> None:
    """Link to the active version; an imported one has no folder here to link to."""
    _forget_current(state)
    active = state.get(Known, dna)
    if active is None:
        return
    state.put(ACTIVE_KEY, Active(dna=dna))
    _show(generation, state, dna, active)  # it may have left as one of too many
    if generation.current is not None:
        state.put(generation.current, Current(target=generation.stem(active.name)))


def _withdraw(state: State, dna: str, was_active: bool) -> None:
    if was_active:
        _forget_current(state)
    if (gone := state.get(Known, dna)) is not None:
        state.put(dna, replace(gone, withdrawn=True))
        _hide(state, lambda part: part.dna == dna)


def _forget_current(state: State) -> None:
    for path in [path for path, _ in state.scan(Current)]:
        state.delete(Current, path)
    state.delete(Active, ACTIVE_KEY)


def _hide(state: State, chosen: Callable[[Part], bool]) -> None:
    for path in [path for path, part in state.scan(Part) if chosen(part)]:
        state.delete(Part, path)


def _render(generation: Generation, document: Document) -> Mapping[str, Node]:
    if isinstance(document, Part):
        return {"": part_node(generation, document)}
    if isinstance(document, Skeleton):
        return {path: TextFile("") for path in document.files}
    if isinstance(document, CheckpointFolder):
        return legacy_checkpoints.render(document)
    if isinstance(document, Current):
        return {"": Link(document.target)}
    assert isinstance(document, Readme)
    return {"": TextFile(_readme(generation, document.origin))}


def part_node(generation: Generation, part: Part) -> Node:
    """Return what stands at the path of a part."""
    if part.what == "adapter":
        return PickedFiles(part.manifest, DESCRIBING)
    if part.what == "weights":
        return MadeFile(partial(weights_file, part.manifest))
    name = HistoricName(part.major, part.minor, part.language)
    render = weights_metadata if generation is ONESEEK else oqt_metadata
    return MadeFile(partial(render, part.dna, name, part.manifest))


def _readme(generation: Generation, origin: str) -> str:
    return "\n".join(
        (
            f"# The historic layout of `{origin}`",
            "",
            f"This folder, `{generation.folder}`, is for programs that read the layout from before",
            "the certified tree. It is a projection of the ledger: do not edit it. Delete it, and",
            "`oneseek rebuild` makes it again, byte for byte; `[projections] legacy_tree` in",
            "`oneseek.toml` switches it off.",
            "",
            "English versions have a bare number, other lines their language behind it: `-SV`.",
            "Withdrawn versions are not here. What was not measured is null. `dna` and `manifest`",
            "in the metadata name the certified version, where everything can be verified:",
            "`oneseek verify DNA`. The `.pth` files hold the adapter's tensors; read them with",
            "`torch.load(..., weights_only=True)`.",
            "",
        )
    )


def _legacy(name: str, generation: Generation) -> Projection:
    return Projection(
        name=name,
        version=OPTIONAL_VERSIONS[name],
        folder=generation.folder,
        events=frozenset(
            {
                LedgerOpened,
                CheckpointKept,
                CheckpointDropped,
                VersionCertified,
                VersionActivated,
                VersionWithdrawn,
                VersionRestored,
                RegistryReset,
            }
        ),
        units=(Readme, Skeleton, CheckpointFolder, Current, Part),
        sweeps=frozenset({RegistryReset}),
        step=partial(_step, generation),
        render=partial(_render, generation),
        depth=2,
        mark=README_NAME,
    )


LEGACY_TREE = _legacy("legacy-tree", ONESEEK)
LEGACY_OQT_TREE = _legacy("legacy-oqt-tree", OQT)
