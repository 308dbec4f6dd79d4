"""Exporting what was imported: the old files come out as they went in, under their old names."""

import json
import shutil
from pathlib import Path

import pytest

from e2e.workspaces import Workspace, small_adapter
from legacy_samples import sample
from migrations_made import plan_of
from oneseek.adapters.training.legacy_weights import LegacyWeights
from oneseek.cli.wiring.writing import writing
from oneseek.domain.errors import LedgerBroken
from oneseek.domain.state.documents import RecordedVersion, Version
from oneseek.migrations.giving_back import old_files
from oneseek.migrations.running import run_source

CERTIFIED = "models/oneseek-certified/OneSeek-7B-Zero.v1.0.sv.dseducation-civic.327c4b45.23151a7b"


def imported(workspace: Workspace, source: Path) -> dict[str, str]:
    """Import ``source`` and return the path of every imported version by its label."""
    app = workspace.app()
    try:
        with writing(app) as ports:
            run_source(ports, plan_of(source), LegacyWeights(), app.scratch.folder)
        with app.ledger.view() as view:
            found: list[Version | RecordedVersion] = [v for _, v in view.scan(Version)]
            found += [version for _, version in view.scan(RecordedVersion)]
        return {v.dna: v.imported.path for v in found if v.imported is not None}
    finally:
        app.close()


def require_equal(exported: Path, source: Path) -> set[str]:
    """Compare every exported file with the one in the source; return their paths."""
    found = {p.relative_to(exported).as_posix() for p in exported.rglob("*") if p.is_file()}
    for path in found:
        assert (exported / path).read_bytes() == (source / path).read_bytes(), path
    return found


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """An old tree with one certified version and one that only a record tells of."""
    root = tmp_path / "old tree"
    folder = root / CERTIFIED
    (folder / "kb-adapter").mkdir(parents=True)
    metadata = {
        "version": "OneSeek-7B-Zero.v1.0", "dna": folder.name, "baseModel": "kb", "language": "sv",
        "createdAt": "2025-11-24T18:25:38.187329Z", "datasets": ["education", "civic"],
        "trainingType": "dna-v2", "samplesProcessed": 450, "status": "completed",
        "metrics": {"loss": 1.5, "accuracy": 0.85, "fairness": 0.92, "bias_score": 0.15},
        "hashes": {"trainingData": "327c4b45", "modelWeights": "23151a7b"},
        "adapters": ["kb-adapter"],
    }  # fmt: skip
    (folder / "metadata.json").write_text(json.dumps(metadata, indent=2))
    (folder / "kb-adapter" / "adapter_config.json").write_text('{"peft_type": "LORA", "r": 1}')
    (folder / "kb-adapter" / "adapter_model.safetensors").write_bytes(small_adapter(7))
    weights = root / "models" / "oneseek-7b-zero" / "weights"
    weights.mkdir(parents=True)
    record = {
        "version": "1.1", "model_name": "OneSeek-7B-Zero", "timestamp": "2025-11-21T08:00:00",
        "base_models": ["Mistral-7B"], "training_config": {}, "metrics": {},
        "provenance": {"training_data_hash": "ab" * 32, "ledger_block_id": None},
    }  # fmt: skip
    (weights / "oneseek-7b-zero-v1.1.json").write_text(json.dumps(record))
    return root


def test_an_imported_version_comes_out_byte_for_byte_where_it_lay(
    stocked: Workspace, source: Path
) -> None:
    labels = imported(stocked, source)
    assert len(labels) == 2
    came_out: set[str] = set()
    for number, label in enumerate(labels):
        words = ("export", label, "--format", "legacy-tree", "-o", f"out{number}", "--json")
        told = json.loads(stocked.run(*words).out)
        assert told["imported"] is True
        found = require_equal(stocked.root / f"out{number}", source)
        assert sorted(found) == told["files"]
        came_out |= found
    everything = {p.relative_to(source).as_posix() for p in source.rglob("*") if p.is_file()}
    assert came_out == everything


def test_it_comes_out_when_the_source_is_gone(stocked: Workspace, source: Path) -> None:
    labels = imported(stocked, source)
    kept = source.with_name("kept")
    shutil.move(source, kept)
    for number, label in enumerate(labels):
        stocked.run("export", label, "--format", "legacy-tree", "-o", f"out{number}")
        assert require_equal(stocked.root / f"out{number}", kept)


@pytest.mark.parametrize(
    "name", ["certified_cli", "oqt_docs_tree", "era2_identity_simulated_en_sv"]
)
def test_a_real_tree_comes_out_as_it_was(stocked: Workspace, name: str) -> None:
    source = sample(name)
    labels = imported(stocked, source)
    assert labels
    for number, label in enumerate(labels):
        stocked.run("export", label, "--format", "legacy-tree", "-o", f"out{number}")
        assert require_equal(stocked.root / f"out{number}", source)


def test_a_record_of_other_versions_is_refused(stocked: Workspace, source: Path) -> None:
    imported(stocked, source)
    app = stocked.app()
    try:
        with app.ledger.view() as view:
            version = next(version for _, version in view.scan(RecordedVersion))
        lines = app.objects.read(version.imported.record).splitlines()
        other = next(line for line in lines if version.manifest.encode() not in line)
        unknown = app.objects.put(other + b"\n")
        with pytest.raises(LedgerBroken, match="does not speak of the version"):
            old_files(app.objects, version.manifest, unknown)
        told = next(json.loads(line) for line in lines if version.manifest.encode() in line)
        for paths in (["../../evil"], ["/evil"], ["models/evil"]):
            forged = app.objects.put(json.dumps(told | {"files": paths}).encode() + b"\n")
            with pytest.raises(LedgerBroken, match="is no file of"):
                old_files(app.objects, version.manifest, forged)
    finally:
        app.close()
