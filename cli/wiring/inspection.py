"""Looking at the certified tree: one version's folder, or everything for an inventory."""

from collections.abc import Mapping

from oneseek.adapters.objects.tree import hash_tree
from oneseek.adapters.projections.folder import FolderTarget
from oneseek.adapters.projections.paths import native_path
from oneseek.cli.app import App
from oneseek.domain.ports import OnBytes
from oneseek.domain.projections.certified_tree import CERTIFIED_TREE, folder_nodes
from oneseek.domain.projections.difference import Actual, Difference
from oneseek.domain.projections.nodes import expand
from oneseek.domain.state.documents import Signature, Version
from oneseek.domain.state.store import Reading
from oneseek.domain.usecases.prove_entry import prove_entry


def inspect_version(
    app: App, view: Reading, version: Version, on_bytes: OnBytes | None = None
) -> list[Difference]:
    """Compare the folder of ``version`` in the certified tree with what it must hold."""
    target = FolderTarget(app.paths.root / CERTIFIED_TREE.folder, app.objects, app.scratch)
    signed = view.get(Signature, version.manifest)
    nodes = folder_nodes(version.manifest, version.index, signed.signature if signed else None)
    wanted = expand(nodes, app.objects.read, lambda index: prove_entry(app.ledger, index).format())
    return target.compare({version.dna: wanted}, whole=False, on_bytes=on_bytes)


def keep_and_list(app: App) -> Mapping[str, Actual]:
    """List the certified tree as it is; files that no object holds are put into the store."""
    root = app.paths.certified
    if not root.is_dir():
        return {}
    listing: dict[str, Actual] = {}
    for path, entry in hash_tree(root).items():
        if entry.digest is not None and not app.objects.has(entry.digest):
            app.objects.put_file(root / native_path(path))
        listing[path] = Actual(entry.kind, entry.digest, entry.target, entry.mode)
    return listing
