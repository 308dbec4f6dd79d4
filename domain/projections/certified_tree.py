"""The certified tree: one folder per version that stands, the CURRENT link, and a README.

A version's folder holds exactly what its manifest names, the manifest, and two side-cars:
``ledger.proof``, the proof that the entry that certified or imported it is in the ledger, and
``model.sig``, the newest signature of the folder, where there is one. Nothing here is rendered
again from code: files come from the content store by digest.
"""

from collections.abc import Mapping
from typing import ClassVar

from msgspec.structs import replace

from oneseek.domain.digest import Digest
from oneseek.domain.entry import Entry
from oneseek.domain.events import (
    LedgerOpened,
    RegistryReset,
    VersionActivated,
    VersionCertified,
    VersionImported,
    VersionRestored,
    VersionSigned,
    VersionWithdrawn,
)
from oneseek.domain.manifest import PROOF_FILE, SIGNATURE_FILE
from oneseek.domain.names import CURRENT_NAME
from oneseek.domain.projections.nodes import (
    Link,
    ManifestFiles,
    Node,
    ObjectFile,
    ProofFile,
    TextFile,
)
from oneseek.domain.projections.projection import Projection
from oneseek.domain.projections.versions import VERSIONS
from oneseek.domain.state.store import Document, State

README_NAME = "README.md"
FOLDER = "models/oneseek-certified"


class CertifiedFolder(Document, frozen=True):
    """A version that stands in the tree, by DNA name."""

    table: ClassVar[str] = "folder"
    manifest: Digest
    index: int
    """Leaf index of its version-certified or version-imported entry."""
    signature: Digest | None = None
    """The object that is ``model.sig``."""


class Removed(Document, frozen=True):
    """A version that a reset took away, by DNA name; kept so that a restore finds its entry."""

    table: ClassVar[str] = "removed"
    manifest: Digest
    index: int
    signature: Digest | None = None


class Current(Document, frozen=True):
    """The link to the active version."""

    table: ClassVar[str] = "current"
    dna: str


class Readme(Document, frozen=True):
    """What the README says."""

    table: ClassVar[str] = "readme"
    origin: str
    resets: tuple[tuple[int, str, str, str], ...]
    """The last resets: index, time, actor, reason."""
    imported: bool = False
    """Whether a version of an older system was ever imported."""


_SHOWN_RESETS = 10


def _step(state: State, index: int, entry: Entry) -> None:
    match entry.body:
        case LedgerOpened(origin=origin):
            state.put(README_NAME, Readme(origin=origin, resets=()))
        case VersionCertified(dna=dna, manifest=manifest):
            state.put(dna, CertifiedFolder(manifest=manifest, index=index))
        case VersionImported(weights=str()):  # without weights it has no folder
            _import(state, index, entry.body)
        case VersionSigned(dna=dna, manifest=manifest, signature=signature):
            _sign(state, dna, manifest, signature)
        case VersionActivated(dna=dna):
            state.put(CURRENT_NAME, Current(dna=dna))
        case VersionWithdrawn(was_active=True):
            state.delete(Current, CURRENT_NAME)
        case VersionRestored(dna=dna):
            if removed := state.get(Removed, dna):
                state.delete(Removed, dna)
                state.put(dna, _standing(removed))
        case RegistryReset(reason=reason):
            _empty(state, (index, entry.time, entry.actor, reason))


def _import(state: State, index: int, event: VersionImported) -> None:
    state.put(event.dna, CertifiedFolder(manifest=event.manifest, index=index))
    readme = state.get(Readme, README_NAME)
    if readme is not None and not readme.imported:
        state.put(README_NAME, replace(readme, imported=True))


def _sign(state: State, dna: str, manifest: Digest, signature: Digest) -> None:
    folder = state.get(CertifiedFolder, dna) or state.get(Removed, dna)
    if folder is not None and folder.manifest == manifest:
        state.put(dna, replace(folder, signature=signature))


def _standing(removed: Removed) -> CertifiedFolder:
    return CertifiedFolder(
        manifest=removed.manifest, index=removed.index, signature=removed.signature
    )


def _empty(state: State, reset: tuple[int, str, str, str]) -> None:
    state.delete(Current, CURRENT_NAME)
    for dna, folder in list(state.scan(CertifiedFolder)):
        state.delete(CertifiedFolder, dna)
        removed = Removed(manifest=folder.manifest, index=folder.index, signature=folder.signature)
        state.put(dna, removed)
    if readme := state.get(Readme, README_NAME):
        resets = (*readme.resets, reset)[-_SHOWN_RESETS:]
        state.put(README_NAME, replace(readme, resets=resets))


def _render(document: Document) -> Mapping[str, Node]:
    if isinstance(document, CertifiedFolder):
        return folder_nodes(document.manifest, document.index, document.signature)
    if isinstance(document, Current):
        return {"": Link(document.dna)}
    assert isinstance(document, Readme)
    return {"": TextFile(_readme(document))}


def folder_nodes(manifest: Digest, index: int, signature: Digest | None) -> Mapping[str, Node]:
    """Return what stands in the folder of a version that begins with the entry ``index``."""
    nodes: dict[str, Node] = {"": ManifestFiles(manifest), PROOF_FILE: ProofFile(index)}
    if signature is not None:
        nodes[SIGNATURE_FILE] = ObjectFile(signature)
    return nodes


def _readme(readme: Readme) -> str:
    lines = [
        "# OneSeek certified versions",
        "",
        "Each folder is one certified version; its name is a label, its identity is the SHA-256 of",
        f"`manifest.json`. `{CURRENT_NAME}` links to the version that answers now.",
        "",
        f"This tree is a projection of the ledger `{readme.origin}`: do not edit it.",
        "Delete it, and `oneseek rebuild` makes it again, byte for byte. Without OneSeek:",
        "`python verify_integrity.py` in its folder.",
    ]
    if readme.imported:
        lines += [
            "",
            "## Imported versions",
            "",
            "Folders with a `legacy` folder in them were imported from an older system: nobody",
            "here certified them. Their old files stand in `legacy` as they were; what of their",
            "records could be verified is said by `oneseek versions`. They hold no",
            "`verify_integrity.py`; `oneseek verify DNA` checks them.",
        ]
    if readme.resets:
        lines += ["", "## Resets", "", "| entry | time | by | why |", "|---|---|---|---|"]
        lines += [
            f"| {index} | {time} | {_cell(actor)} | {_cell(reason)} |"
            for index, time, actor, reason in readme.resets
        ]
        lines += [
            "",
            "The history before a reset is still in the ledger (`oneseek log`), and each version",
            "can be brought back: `oneseek restore DNA`.",
        ]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


CERTIFIED_TREE = Projection(
    name="certified-tree",
    version=VERSIONS["certified-tree"],
    folder=FOLDER,
    events=frozenset(
        {
            LedgerOpened,
            VersionCertified,
            VersionImported,
            VersionActivated,
            VersionWithdrawn,
            VersionRestored,
            VersionSigned,
            RegistryReset,
        }
    ),
    units=(CertifiedFolder, Current, Readme),
    sweeps=frozenset({RegistryReset}),
    step=_step,
    render=_render,
)
