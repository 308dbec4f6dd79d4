"""The integrity manifests: one checksum file per version in the tree, in the form of coreutils.

``cd models/oneseek-certified && sha256sum -c ../oneseek-integrity/<DNA>.sha256`` checks a version
with a tool that every machine has. A withdrawn version keeps its file; a reset removes them, as it
removes the folders that they speak of.
"""

from collections.abc import Mapping
from typing import ClassVar

from oneseek.domain.digest import Digest
from oneseek.domain.entry import Entry
from oneseek.domain.events import RegistryReset, VersionCertified, VersionImported, VersionRestored
from oneseek.domain.projections.nodes import Checksums, Node
from oneseek.domain.projections.projection import Projection
from oneseek.domain.projections.versions import VERSIONS
from oneseek.domain.state.store import Document, State

FOLDER = "models/oneseek-integrity"


class Sums(Document, frozen=True):
    """The checksum file of a version that stands, by file name."""

    table: ClassVar[str] = "sums"
    dna: str
    manifest: Digest


def _name(dna: str) -> str:
    return f"{dna}.sha256"


def _step(state: State, _: int, entry: Entry) -> None:
    body = entry.body
    if isinstance(body, RegistryReset):
        for name, _sums in list(state.scan(Sums)):
            state.delete(Sums, name)
    else:
        assert isinstance(body, VersionCertified | VersionImported | VersionRestored)
        if isinstance(body, VersionImported) and body.weights is None:
            return  # it has no folder
        state.put(_name(body.dna), Sums(dna=body.dna, manifest=body.manifest))


def _render(document: Sums) -> Mapping[str, Node]:
    return {"": Checksums(document.manifest, document.dna)}


INTEGRITY_MANIFESTS = Projection(
    name="integrity-manifests",
    version=VERSIONS["integrity-manifests"],
    folder=FOLDER,
    events=frozenset({VersionCertified, VersionImported, VersionRestored, RegistryReset}),
    units=(Sums,),
    sweeps=frozenset({RegistryReset}),
    step=_step,
    render=_render,
)
