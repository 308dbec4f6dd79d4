"""One version in the historic layout: what programs from before the certified tree read.

A version is rendered in both trees that the founding documents describe. (One that was imported is
not: its old files are given back as they were, see ``migrations/giving_back.py``.)
"""

from collections.abc import Mapping
from functools import partial

from oneseek.domain.digest import Digest
from oneseek.domain.exports.export import FolderExport
from oneseek.domain.historic.metadata import weights_file
from oneseek.domain.historic.names import GENERATIONS, HistoricName
from oneseek.domain.projections.legacy_tree import SKELETON, part_node, parts
from oneseek.domain.projections.nodes import MadeFile, Node, TextFile

FORMAT = FolderExport(
    name="legacy-tree",
    title="historic layout: models/oneseek-7b-zero, models/oqt",
    verified_by="PEFT, torch.load(weights_only=True)",
)
ADAPTER_FILE = "adapter.pth"
"""The torch file that the founding document 003 lets programs look for in an adapter folder."""


def version_nodes(
    dna: str, name: HistoricName, manifest: Digest, *, adapter_file: bool = False
) -> Mapping[str, Node]:
    """Return what stands for a version of ours, by path below the root of an old checkout.

    ``adapter_file``: its adapter folders hold the torch file, too.
    """
    nodes: dict[str, Node] = {}
    for generation in GENERATIONS:
        for unit, files in SKELETON.items():
            for file in files:
                nodes["/".join(filter(None, (generation.folder, unit, file)))] = TextFile("")
        for path, part in parts(generation, dna, name, manifest):
            nodes[f"{generation.folder}/{path}"] = part_node(generation, part)
            if adapter_file and part.what == "adapter":
                made = MadeFile(partial(weights_file, manifest))
                nodes[f"{generation.folder}/{path}/{ADAPTER_FILE}"] = made
    return nodes
