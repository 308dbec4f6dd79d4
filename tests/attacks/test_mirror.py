"""With a mirror an attack is named to the byte, and undone with verified bytes alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from attacks import on_the_ledger as attack
from attacks.scene import Scene

ROWS = (
    (attack.a_bit_is_flipped_in_an_entry, "entry 5"),
    (attack.a_bit_is_flipped_in_an_entry_and_its_leaf_hash_recomputed, "entry 200, actor"),
    (attack.an_entry_is_dropped, "entry 100"),
    (attack.an_entry_is_dropped_and_the_rest_moves_up, "entry 100"),
    (attack.an_entry_is_inserted, "entry 100"),
    (attack.two_entries_change_places, "entry 60"),
    (attack.a_time_is_moved, "entry 8, time"),
    (attack.the_frontier_in_the_head_row_is_another, "the head row"),
    (attack.a_tile_is_edited_and_the_rows_are_intact, "tile 0 of level 0"),
    (attack.a_stored_leaf_hash_is_edited_and_the_entry_is_intact, "leaf hash of entry 50"),
)


@pytest.fixture
def mirror(scene: Scene) -> Path:
    """What somebody else holds: a verified copy of the published log."""
    public, copy = scene.auditor / "published", scene.auditor / "mirror"
    scene.workspace.run("ledger", "publish", str(public))
    scene.workspace.run("ledger", "mirror", str(public), str(copy), "--key", str(scene.key))
    return copy


@pytest.mark.parametrize(
    ("do", "where"), ROWS, ids=lambda value: getattr(value, "__name__", "").replace("_", " ")
)
def test_it_is_named_and_undone(
    do: Callable[[Scene], None], where: str, scene: Scene, mirror: Path
) -> None:
    do(scene)
    words = ("ledger", "repair", "--from", str(mirror))
    assert where in scene.workspace.run(*words, "--dry-run", expect=1).out
    scene.workspace.run(*words)
    scene.audit("--deep", expect=0)
    assert "ledger-repaired" in scene.workspace.run("log", "-n", "1").out
