"""Dossiers of every shape: what exports are made from."""

from dataclasses import replace

from msgspec.structs import replace as changed

import builders as make
from oneseek.domain.decisions.lookup import find_dataset, find_version
from oneseek.domain.dossier import Dossier, gather
from oneseek.domain.events import VersionActivated, VersionWithdrawn
from oneseek.domain.exports.dataset_dossier import DatasetDossier, gather_dataset
from oneseek.domain.manifest import Manifest, ManifestFile
from oneseek.domain.usecases.certify import certify
from oneseek.domain.usecases.import_source import SourceImport, identify_base, import_source
from oneseek.domain.usecases.register_dataset import register_dataset
from oneseek.domain.usecases.sign import sign_version
from oneseek.domain.usecases.train import train
from workbench import ROWS, VERIFIER_SCRIPT, FakeTrainer, Workbench

SHAPES = ("first_dossier", "unmeasured_dossier", "eventful_dossier", "heir_dossier")
"""The fixtures with a dossier."""


def dossier_of(bench: Workbench, text: str) -> Dossier:
    """Return the dossier of the version that ``text`` names."""
    with bench.ledger.view() as view:
        return gather(bench.ledger, view, bench.objects.read, find_version(view, text))


def dataset_dossier_of(bench: Workbench, text: str) -> DatasetDossier:
    """Return the dossier of the dataset that ``text`` names."""
    with bench.ledger.view() as view:
        return gather_dataset(bench.ledger, view, bench.objects.read, find_dataset(view, text))


def unmeasured(bench: Workbench) -> Dossier:
    """Certify a version that was measured on nothing, in an opened ledger."""
    bench.add_materials()
    recipe = changed(make.RECIPE, evaluation_share="0.0", auto_stop_threshold=None)
    train(bench.ports, FakeTrainer(b"t1"), bench.order("t1", recipe=recipe), lambda _: None)
    certify(bench.ports, "t1", VERIFIER_SCRIPT)
    return dossier_of(bench, "1.0")


def heir(bench: Workbench) -> Dossier:
    """Certify 3.0 in a stocked ledger: it continues from an imported version, whose base model
    somebody identified, and which was signed."""
    weights = bench.objects.put(b"old weights")
    files = (
        ManifestFile("adapter_config.json", 2, bench.objects.put(b"{}")),
        ManifestFile("adapter_model.safetensors", 11, weights),
        ManifestFile("legacy/v1.1.json", 1, bench.objects.put(b"1")),
    )
    manifest = bench.objects.put(Manifest(files).to_bytes())
    old = changed(make.imported(weights=weights), manifest=manifest)
    import_source(bench.ports, SourceImport(make.scanned(), (old,)))
    identify_base(bench.ports, old.dna, "tiny", "it has the shapes of the adapter")
    sign_version(bench.ports, old.dna, bench.signer)
    with bench.ledger.view() as view:
        parent = find_version(view, old.dna)
    train(
        bench.ports, FakeTrainer(b"t3"), replace(bench.order("t3"), parent=parent), lambda _: None
    )
    return dossier_of(bench, certify(bench.ports, "t3", VERIFIER_SCRIPT))


def eventful(bench: Workbench) -> Dossier:
    """Certify 3.0 in a stocked ledger: it continues from 2.0 and is measured on other rows; it
    was active, signed, withdrawn, swept away by a reset, and restored."""
    register_dataset(
        bench.ports, name="held", data=ROWS.replace(b"Fr\xc3\xa5ga", b"Undran"), language=None
    )
    with bench.ledger.view() as view:
        parent, held = find_version(view, "2.0"), find_dataset(view, "held")
    order = replace(bench.order("t3"), parent=parent, evaluation=held)
    train(bench.ports, FakeTrainer(b"t3"), order, lambda _: None)
    dna = certify(bench.ports, "t3", VERIFIER_SCRIPT)
    manifest = bench.version(dna).manifest
    bench.append(VersionActivated(manifest=manifest, dna=dna, previous=None))
    bench.append(changed(make.signed(), manifest=manifest, dna=dna))
    bench.append(VersionWithdrawn(manifest=manifest, dna=dna, reason="Bo asked", was_active=True))
    bench.append(make.registry_reset())
    bench.append(changed(make.restored(), manifest=manifest, dna=dna))
    return dossier_of(bench, "3.0")
