"""Dossiers of every shape: what exports are made from."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as changed

import builders as make
from oneseek.domain.decisions.lookup import find_dataset, find_version
from oneseek.domain.dossier import Dossier, gather
from oneseek.domain.events import VersionActivated, VersionWithdrawn
from oneseek.domain.usecases.certify import certify
from oneseek.domain.usecases.register_dataset import register_dataset
from oneseek.domain.usecases.train import train
from workbench import ROWS, VERIFIER_SCRIPT, FakeTrainer, Workbench


def dossier_of(bench: Workbench, text: str) -> Dossier:
    with bench.ledger.view() as view:
        return gather(bench.ledger, view, bench.objects.read, find_version(view, text))


@pytest.fixture
def first(stocked: Workbench) -> Dossier:
    """A version made from the base model, with metrics; nothing has happened to it."""
    return dossier_of(stocked, "1.0")


@pytest.fixture
def unmeasured(bench: Workbench) -> Dossier:
    """A version whose training held no rows out, of materials without a licence."""
    bench.add_materials()
    recipe = changed(make.RECIPE, evaluation_share="0.0", auto_stop_threshold=None)
    order = bench.order("t1", recipe=recipe)
    train(bench.ports, FakeTrainer(b"t1"), order, lambda _: None)
    certify(bench.ports, "t1", VERIFIER_SCRIPT)
    return dossier_of(bench, "1.0")


@pytest.fixture
def eventful(stocked: Workbench) -> Dossier:
    """A version that continues from 2.0 and is measured on a dataset of its own; it was active,
    signed, withdrawn, reset and restored."""
    bench = stocked
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
