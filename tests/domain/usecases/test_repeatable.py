"""What a training can be repeated from: found in the record, and looked for in the store."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from msgspec.structs import replace as replaced

from builders import (
    OLD_DNA,
    RECIPE,
    certified,
    completed,
    digest,
    imported,
    manifest,
    measured,
    numbered,
    started,
)
from oneseek.domain.certification.metadata import render_json
from oneseek.domain.decisions.lookup import find_dataset, find_version
from oneseek.domain.digest import Digest
from oneseek.domain.errors import CannotCheck, InvalidInput, LedgerBroken
from oneseek.domain.manifest import Manifest
from oneseek.domain.usecases.certify import certify
from oneseek.domain.usecases.register_dataset import register_dataset
from oneseek.domain.usecases.repeatable import Record, missing_objects, read_record, read_rows
from oneseek.domain.usecases.train import train
from workbench import VERIFIER_SCRIPT, FakeTrainer, Workbench


def record_of(bench: Workbench, name: str) -> Record:
    with bench.ledger.view() as view:
        return read_record(bench.ledger, view, find_version(view, name))


@pytest.fixture
def made(bench: Workbench) -> Record:
    """The record of a version that stands on its base model."""
    bench.add_materials()
    bench.certify("t1")
    return record_of(bench, "1.0")


@pytest.fixture
def continued(bench: Workbench, made: Record) -> Record:
    """The record of a version that continues from ``made`` and is measured on rows of its own."""
    register_dataset(bench.ports, name="eval", data=b'{"instruction":"Annat?","output":"Ja."}\n')
    with bench.ledger.view() as view:
        evaluation = find_dataset(view, "eval")
    order = replace(bench.order("t2"), parent=made.version, evaluation=evaluation)
    train(bench.ports, FakeTrainer(b"t2"), order, lambda _: None)
    certify(bench.ports, "t2", VERIFIER_SCRIPT)
    return record_of(bench, "2.0")


def test_the_record_is_what_the_entries_of_the_training_say(continued: Record) -> None:
    assert (continued.started.training, continued.completed.training) == ("t2", "t2")
    assert continued.measured is not None
    assert continued.parent is not None
    assert continued.parent.dna.startswith("OneSeek-7B-Zero.v1.0.")
    assert continued.base.name == "tiny"


def test_nothing_is_missing_where_everything_is_kept(
    bench: Workbench, made: Record, continued: Record
) -> None:
    assert missing_objects(bench.objects, made) == []
    assert missing_objects(bench.objects, continued) == []


Pick = Callable[[Workbench, Record], Digest]


def _file(bench: Workbench, manifest: Digest, name: str) -> Digest:
    files = Manifest.from_bytes(bench.objects.read(manifest)).files
    return next(file.digest for file in files if file.path == name)


def _parent(record: Record) -> Digest:
    assert record.parent is not None
    return record.parent.manifest


def _measured(record: Record) -> Digest:
    assert record.measured is not None
    return record.measured.rows


PARTS: dict[str, Pick] = {
    "manifest of the base model": lambda _, record: record.base.manifest,
    "dataset": lambda _, record: record.started.dataset,
    "evaluation dataset": lambda _, record: record.started.evaluation or digest("none"),
    "row order": lambda _, record: record.completed.row_order,
    "rows measured on": lambda _, record: _measured(record),
    "list of the produced files": lambda _, record: record.completed.produced,
    "manifest of the parent version": lambda _, record: _parent(record),
    "recorded adapter_model.safetensors": lambda _, record: record.completed.weights,
    "parent version's adapter_model.safetensors": lambda bench, record: _file(
        bench, _parent(record), "adapter_model.safetensors"
    ),
}


@pytest.mark.parametrize("material", PARTS)
def test_an_object_that_is_gone_is_named(
    bench: Workbench, continued: Record, material: str
) -> None:
    wanted = PARTS[material](bench, continued)
    bench.objects.remove(wanted)
    missing = missing_objects(bench.objects, continued)
    assert [(item.material, item.expected, item.found) for item in missing] == [
        (material, wanted, "absent")
    ]


def test_an_object_with_other_bytes_is_named_with_what_it_is(
    bench: Workbench, made: Record
) -> None:
    path = bench.objects.path(made.started.dataset)
    path.chmod(0o644)
    path.write_bytes(b"other")
    (missing,) = missing_objects(bench.objects, made)
    assert (missing.material, missing.expected) == ("dataset", made.started.dataset)
    assert missing.found != missing.expected


def test_an_object_that_may_be_written_to_has_still_its_bytes(
    bench: Workbench, made: Record
) -> None:
    bench.objects.path(made.started.dataset).chmod(0o644)
    assert missing_objects(bench.objects, made) == []


def test_rows_and_their_order_come_from_the_record(bench: Workbench, continued: Record) -> None:
    rows = read_rows(bench.objects, continued)
    assert [row.number for row in rows.trained] == list(range(1, 11))
    assert rows.order == (tuple(range(1, 11)),)
    assert [row.instruction for row in rows.held_out] == ["Annat?"]


def test_without_measurements_nothing_is_held_out(bench: Workbench) -> None:
    bench.add_materials()
    recipe = replaced(RECIPE, evaluation_share="0.0")
    train(bench.ports, FakeTrainer(b"t1"), bench.order("t1", recipe=recipe), lambda _: None)
    certify(bench.ports, "t1", VERIFIER_SCRIPT)
    record = record_of(bench, "1.0")
    assert missing_objects(bench.objects, record) == []
    assert read_rows(bench.objects, record).held_out == ()


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ([], "do not learn the same rows"),
        ([[]], "do not learn the same rows"),
        ([[1, 1]], "do not learn the same rows"),
        ([[1, 2], [1, 3]], "do not learn the same rows"),
        ([[1, 99]], "2 rows are recorded, 1 of them exist"),
        ("rows", "is no list of row numbers"),
    ],
)
def test_an_order_that_does_not_fit_the_dataset_is_refused(
    bench: Workbench, made: Record, order: object, reason: str
) -> None:
    forged = bench.objects.put(render_json(order))
    record = replace(made, completed=replaced(made.completed, row_order=forged))
    with pytest.raises(InvalidInput, match=reason):
        read_rows(bench.objects, record)


def test_entries_that_do_not_belong_together_are_a_broken_ledger(bench: Workbench) -> None:
    bench.append(numbered(), certified())
    with pytest.raises(LedgerBroken, match="do not belong together"):
        record_of(bench, "1.0")


def test_a_parent_that_is_no_version_is_a_broken_ledger(bench: Workbench) -> None:
    bench.add_materials()
    bench.append(started(parent=manifest(7)), completed(), measured(), numbered(), certified())
    with pytest.raises(LedgerBroken, match="which is no version"):
        record_of(bench, "1.0")


def test_how_an_imported_version_was_trained_is_not_known(bench: Workbench) -> None:
    bench.append(imported())
    with pytest.raises(CannotCheck, match="nothing can be repeated"):
        record_of(bench, OLD_DNA)
