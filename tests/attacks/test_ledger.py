"""Attacks on the ledger itself: each is caught by the audit, which says where it was."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from attacks import on_the_ledger as attack
from attacks.scene import Scene, seen


@dataclass(frozen=True)
class Row:
    """An attack, a finding that it must leave, and where the audit must say that trust ends."""

    do: Callable[[Scene], None]
    check: str
    where: str
    damaged: int | None = None
    """First index from which nothing is believed; None where every entry is as it was signed."""
    place: str = ""
    """What the report names as damaged."""

    def __str__(self) -> str:
        return self.do.__name__.replace("_", " ")


# The turns of the scene are one append, entries 18 to 317: what changed among them is told apart
# from what comes before and after, and by a mirror to the byte (tests/attacks/test_mirror.py).
TURNS = "entries 18 to 317"
KEPT = "checkpoint of 18 entries"

ROWS = (
    Row(attack.a_bit_is_flipped_in_an_entry, "leaf-hash", "entry 5", 5, "entry 5"),
    Row(attack.a_bit_is_flipped_in_an_entry_and_its_leaf_hash_recomputed,
        "entries-changed", TURNS, 18, TURNS),
    Row(attack.an_entry_is_dropped, "entry-missing", "entry 100", 18, "entry 100"),
    Row(attack.an_entry_is_dropped_and_the_rest_moves_up,
        "entry-missing", "entry 319", 18, TURNS),
    Row(attack.an_entry_is_inserted, "entry-unsealed", "entry 320", 18, TURNS),
    Row(attack.two_entries_change_places, "entries-changed", TURNS, 18, TURNS),
    Row(attack.a_time_is_moved, "clock-backwards", "entry 8", 7, "entries 7 to 10"),
    Row(attack.the_tail_is_cut_off, "history", KEPT),
    Row(attack.the_tail_is_cut_off_and_grows_again_under_the_real_key, "history", KEPT),
    Row(attack.an_older_database_is_put_back, "history", KEPT),
    Row(attack.history_is_written_anew_and_signed_with_the_real_key, "history", KEPT),
    Row(attack.everything_is_signed_again_with_another_key, "checkpoint", "the head", 0,
        "checkpoint of 2 entries"),
    Row(attack.the_size_in_the_head_row_is_smaller, "entry-unsealed", "entry 40", None,
        "the head row, size"),
    Row(attack.the_frontier_in_the_head_row_is_another, "head-root", "tree of 320 entries", None,
        "the head row, root"),
    Row(attack.a_tile_is_edited_and_the_rows_are_intact, "tile-root", "tile 0 of level 0", None,
        "tile 0 of level 0"),
    Row(attack.a_row_and_its_leaf_hash_are_edited_and_the_tile_is_intact,
        "tile-root", "tile 0 of level 0", 18, TURNS),
    Row(attack.a_stored_leaf_hash_is_edited_and_the_entry_is_intact, "leaf-hash", "entry 50", None,
        "leaf hash of entry 50"),
)  # fmt: skip


def test_the_scene_itself_is_clean(scene: Scene) -> None:
    found = seen(scene.audit("--deep", "--json", expect=0))
    assert (found.findings, found.places) == ((), ())


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_it_is_caught_and_the_place_is_named(row: Row, scene: Scene) -> None:
    row.do(scene)
    for words in ((), ("--deep",)):
        found = seen(scene.audit(*words, "--json", expect=10))
        assert found.has(row.check, row.where), found
        assert found.first_damaged == row.damaged
        assert not row.place or row.place in " ".join(found.places)


def test_dropping_the_triggers_first_hides_nothing_and_is_told(scene: Scene) -> None:
    with attack.forging(scene.workspace):
        pass
    scene.audit("--deep", expect=0)
    assert "gone or changed" in scene.workspace.run("doctor", expect=1).out


def test_two_auditors_who_were_shown_a_fork_see_it_when_they_compare(
    scene: Scene, tmp_path: Path
) -> None:
    """Each history is genuine by itself; both were signed by the real key."""
    other = scene.copy(tmp_path / "other")
    scene.workspace.run("reset", "--confirm", "RESET", "--reason", "what one is told")
    other.workspace.run("withdraw", "1.0", "--reason", "what the other is told")
    for world in (scene, other):
        world.audit("--deep", expect=0)
    theirs = tmp_path / "theirs.checkpoint"
    theirs.write_text(scene.workspace.run("ledger", "head", "--note").out, "utf-8")
    words = ("audit", "--trust", str(other.key), "--since", str(theirs), "--json")
    size = scene.workspace.size()
    assert seen(other.workspace.run(*words, expect=10)).has(
        "history", f"checkpoint of {size} entries"
    )
