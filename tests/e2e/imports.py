"""A small import by hand: what the migrator does with a source, without a source."""

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec.structs import replace

import builders as make
from e2e.workspaces import Workspace, small_adapter
from oneseek.cli.wiring.writing import writing
from oneseek.domain.events import VersionImported
from oneseek.domain.manifest import Manifest, ManifestFile
from oneseek.domain.ports import Ports
from oneseek.domain.usecases.import_source import SourceImport, identify_base, import_source

RECORD = b'{"name": "OneSeek-7B-Zero.v1.1"}\n'
PLAIN = {
    "adapter_model.safetensors": small_adapter(7),
    "adapter_config.json": b'{\n  "r": 1\n}\n',
    "legacy/oneseek-7b-zero-v1.1.json": RECORD,
}
TENSORS = {"model.safetensors": small_adapter(8), "legacy/v1.2.json": b"{}"}


@dataclass(frozen=True)
class Old:
    """The labels of what was imported."""

    adapter: str
    twin: str
    tensors: str
    recorded: str


def kept(ports: Ports, files: Mapping[str, bytes]) -> Manifest:
    """Keep the files and their manifest."""
    listed = [ManifestFile(path, len(raw), ports.objects.put(raw)) for path, raw in files.items()]
    manifest = Manifest(tuple(listed))
    ports.objects.put(manifest.to_bytes())
    return manifest


def version(
    ports: Ports, dna: str, files: Mapping[str, bytes], form: str, verdict: str = "asserted"
) -> VersionImported:
    """Return the event of a version with these files, all kept."""
    manifest = kept(ports, files)
    weights = {f.path: f.digest for f in manifest.files}
    name = {"adapter": "adapter_model.safetensors", "tensors": "model.safetensors"}.get(form)
    event = make.imported(dna, weights=weights[name] if name else None, form=form, verdict=verdict)
    return replace(event, manifest=manifest.digest, record=ports.objects.put(b"{}"))


def import_old(workspace: Workspace, adapter: Mapping[str, bytes] = PLAIN) -> Old:
    """Import an adapter, a twin of the same name, tensors, and a version without weights."""
    app = workspace.app()
    try:
        with writing(app) as ports:
            line = f'{{"path":"weights/v1.1.json","digest":"{ports.objects.put(RECORD)}"}}\n'
            scanned = replace(
                make.scanned(),
                inventory=ports.objects.put(line.encode()),
                report=ports.objects.put(b"{}\n"),
            )
            twin = {**PLAIN, "adapter_model.safetensors": small_adapter(9)}
            versions = (
                version(ports, make.OLD_DNA, adapter, "adapter", "verified by reconstruction"),
                version(ports, make.OLD_DNA, twin, "adapter", "contradicted"),
                replace(version(ports, "oqt-1.0-v1.2", TENSORS, "tensors"), minor=2),
                replace(version(ports, "oqt-1.0-v1.3", {"a.json": RECORD}, "none"), minor=3),
            )
            found = import_source(ports, SourceImport(scanned, versions, (make.gap(),)))
        others = {new.manifest: new.dna for new in found.relabelled}
        return Old(*(others.get(event.manifest, event.dna) for event in versions))
    finally:
        app.close()


def say_base(workspace: Workspace, dna: str, base: str = "tiny") -> None:
    """Say on which base model an imported version stands."""
    app = workspace.app()
    try:
        with writing(app) as ports:
            identify_base(ports, dna, base, "it has the shapes of the adapter")
    finally:
        app.close()
