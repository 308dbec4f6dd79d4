"""Writing one version in the historic layout, or an imported one as it was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from oneseek.adapters.projections.new_folder import write_new_folder
from oneseek.cli.app import App
from oneseek.cli.wiring.keeping_out import refuse_own_places
from oneseek.domain.decisions.lookup import find_any_version
from oneseek.domain.exports.legacy_tree import version_nodes
from oneseek.domain.historic.names import HistoricName
from oneseek.domain.projections.nodes import Wanted, WantedFile, expand
from oneseek.domain.state.documents import RecordedVersion, Version
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
        version = find_any_version(view, text)
    wanted = _wanted(app, version, adapter_file)
    write_new_folder(folder, wanted, app.objects)
    remarks: tuple[str, ...] = ()
    if isinstance(version, Version) and version.withdrawn is not None:
        said = f"the version was withdrawn by entry {version.withdrawn}: nobody should use it"
        remarks = (said,)
    return LegacyExport(version.dna, version.imported is not None, tuple(wanted), remarks)


def _wanted(
    app: App, version: Version | RecordedVersion, adapter_file: bool
) -> Mapping[str, Wanted]:
    if version.imported is not None:
        from oneseek.migrations.giving_back import old_files

        files = old_files(app.objects, version.manifest, version.imported.record)
        return {path: WantedFile(digest) for path, digest in files.items()}
    # A version of ours always has all three; the type allows for imported ones.
    assert version.major is not None
    assert version.minor is not None
    assert version.language is not None
    name = HistoricName(version.major, version.minor, version.language)
    nodes = version_nodes(version.dna, name, version.manifest, adapter_file=adapter_file)
    return expand(nodes, app.objects.read, lambda index: prove_entry(app.ledger, index).format())
