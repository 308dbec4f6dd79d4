"""Writing one version in the historic layout, or an imported one as it was found."""

from dataclasses import dataclass
from pathlib import Path

from oneseek.adapters.projections.new_folder import write_new_folder
from oneseek.cli.app import App
from oneseek.cli.wiring.keeping_out import refuse_own_places
from oneseek.domain.decisions.lookup import find_version
from oneseek.domain.errors import LedgerBroken
from oneseek.domain.events import VersionCertified, VersionImported
from oneseek.domain.exports.legacy_tree import imported_nodes, version_nodes
from oneseek.domain.historic.names import HistoricName
from oneseek.domain.projections.nodes import expand
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import Version
from oneseek.domain.usecases.prove_entry import prove_entry


@dataclass(frozen=True, slots=True)
class LegacyExport:
    """What was written."""

    dna: str
    imported: bool
    files: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def export_legacy_tree(
    app: App, text: str, folder: Path, *, adapter_file: bool = False
) -> LegacyExport:
    """Write the version that ``text`` names into ``folder``, which is new or empty.

    Raises:
        NotFound: there is no such version, or an object of it is not kept.
        Conflict: the folder holds something.
        InvalidInput: it lies where the projections write.
        ServiceFailed: the disk refused.
    """
    refuse_own_places(app, folder)
    with app.ledger.view() as view:
        version = find_version(view, text)
    event = _event(app, version)
    if isinstance(event, VersionImported):
        nodes = imported_nodes(event.manifest)
    else:
        name = HistoricName(event.major, event.minor, event.language)
        nodes = version_nodes(event.dna, name, event.manifest, adapter_file=adapter_file)
    wanted = expand(nodes, app.objects.read, lambda index: prove_entry(app.ledger, index).format())
    write_new_folder(folder, wanted, app.objects)
    remarks: tuple[str, ...] = ()
    if version.withdrawn is not None:
        said = f"the version was withdrawn by entry {version.withdrawn}: nobody should use it"
        remarks = (said,)
    return LegacyExport(version.dna, isinstance(event, VersionImported), tuple(wanted), remarks)


def _event(app: App, version: Version) -> VersionCertified | VersionImported:
    row = next(app.ledger.records(version.index, version.index + 1), None)
    body = REGISTRY.read(row.raw, where=f"entry {version.index}").body if row else None
    if not isinstance(body, VersionCertified | VersionImported):
        raise LedgerBroken(f"entry {version.index} should be the version {version.dna}")
    return body
