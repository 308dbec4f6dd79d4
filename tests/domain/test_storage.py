"""What takes up how much, and how it grows: measured, or not said."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

import builders as make
from oneseek.domain.digest import sha256
from oneseek.domain.storage import Made, forecast, object_kinds
from workbench import Workbench

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def test_objects_have_the_kind_of_what_names_them(stocked: Workbench) -> None:
    stocked.append(make.answered())
    stocked.append(make.started("t8"), make.checkpoint_kept("t8"))
    kinds = object_kinds(stocked.ledger, stocked.objects)
    with stocked.ledger.view() as view:
        from oneseek.domain.decisions.lookup import find_version

        version = find_version(view, "1.0")
    assert kinds[version.weights] == "weights"
    assert kinds[version.manifest] == "manifests and metadata"
    assert kinds[make.answered().question] == "sealed texts"
    assert kinds[make.checkpoint_kept("t8").state] == "checkpoints"
    assert set(kinds.values()) == {
        "weights", "manifests and metadata", "sealed texts", "checkpoints", "datasets", "evidence",
        "base models",
    }  # fmt: skip


def test_files_of_a_base_model_and_of_an_open_training_have_a_kind(stocked: Workbench) -> None:
    stocked.train("t7")
    config = stocked.objects.put(b'{"model_type":"mistral"}')
    kinds = object_kinds(stocked.ledger, stocked.objects)
    assert kinds[config] == "base models"
    assert kinds[sha256(b"t7")] == "weights"


@pytest.mark.parametrize(
    ("inventory", "kind"),
    [(b'{"files":[{"path":"a","sha256":"%s"}]}', "left by resets"), (b"", "")],
)
def test_what_a_reset_found_in_the_tree_has_a_kind(
    stocked: Workbench, inventory: bytes, kind: str
) -> None:
    note = stocked.objects.put(b"somebody's note")
    kept = stocked.objects.put(inventory.replace(b"%s", note.encode()))
    stocked.append(replace(make.registry_reset(), inventory=kept))
    kinds = object_kinds(stocked.ledger, stocked.objects)
    assert kinds.get(note, "") == kind
    assert kinds[kept] == "evidence"


def test_the_forecast_goes_on_as_it_was() -> None:
    made = [
        Made(True, 1000, NOW - timedelta(days=14)),
        Made(False, 100, NOW - timedelta(days=7)),
    ]
    found = forecast(made, used=5000, free=5500, now=NOW)
    assert (found.major_bytes, found.micro_bytes) == (1000, 100)
    assert (found.major_table, found.micro_table) == (50_000, 5000)
    assert found.per_week == 1.0
    assert found.growth == 550.0
    assert found.full == NOW + timedelta(days=70)
    assert found.months == {1: 7392, 6: 19349, 12: 33698}


def test_what_cannot_be_measured_is_not_said() -> None:
    short = [Made(False, 9, NOW - timedelta(hours=23))] * 2
    for made in ([], [Made(False, 9, NOW)], [Made(False, 9, NOW)] * 2, short):
        found = forecast(made, used=5, free=5, now=NOW)
        assert (found.per_week, found.growth, found.full) == (None, None, None)
        assert found.months == {1: None, 6: None, 12: None}
    assert forecast([], used=5, free=5, now=NOW).micro_table is None
    assert found.major_table is None


def test_a_disk_that_is_full_after_all_calendars_has_no_date() -> None:
    made = [Made(True, 1, NOW - timedelta(days=14))] * 2
    assert forecast(made, used=5, free=10**18, now=NOW).full is None
