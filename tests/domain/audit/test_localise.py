"""Damage is named by entry and field, with the place from which trust ends."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from forging import forge, forging, put, raw, sealed_head
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import builders as make
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, check_ed25519, create_key
from oneseek.domain.audit.localisation import Localisation
from oneseek.domain.audit.localise import localise
from oneseek.domain.decisions import Decision
from oneseek.domain.events import KeyAdded, KeyRetired
from oneseek.domain.keys import CHECKPOINT
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import parse_note
from oneseek.domain.stored import Record
from oneseek.domain.usecases.record import record
from workbench import MEMORY, Workbench, workbench


@dataclass
class Copy:
    """A verified copy of the first entries of a log, in memory."""

    raws: list[bytes]
    checkpoint: bytes
    place: str = "a mirror"
    size: int = field(init=False)
    root: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.size = len(self.raws)
        self.root = EMPTY_FRONTIER.extend([leaf_hash(item) for item in self.raws]).root()

    def entries(self, start: int, stop: int) -> Iterator[bytes]:
        return iter(self.raws[start:stop])


def copy(bench: Workbench, size: int = 10) -> Copy:
    raws = [record.raw for record in bench.ledger.records(0, size)]
    return Copy(raws, bench.ledger.checkpoint_covering(size - 1)[1])


def look(bench: Workbench, reference: Copy | None = None, **more: int | None) -> Localisation:
    return localise(
        bench.ledger, (bench.key,), check_ed25519, origin=make.ORIGIN, reference=reference, **more
    )  # type: ignore[arg-type]


def places(found: Localisation) -> list[str]:
    return [damage.where for damage in found.damaged]


def sql(bench: Workbench, *statements: str) -> None:
    with forging(bench) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_whole_ledger_has_no_damage(ledger: Workbench) -> None:
    found = look(ledger)
    assert found.whole
    assert (found.size, found.first_damaged, found.trusted_size) == (10, None, 10)
    assert found.trusted_checkpoint == ledger.ledger.head().checkpoint
    assert found.sentences() == ()
    assert look(ledger, copy(ledger)).whole


def test_an_empty_ledger_has_no_damage(blank: Workbench) -> None:
    assert look(blank).whole


def test_changed_bytes_are_named_and_do_not_hide_what_follows(ledger: Workbench) -> None:
    for index in (3, 8):
        data = raw(ledger, index).replace(b'"anna"', b'"eve0"')
        put(ledger, index, data, hashed=False)
    found = look(ledger)
    assert places(found) == ["entry 3", "entry 8"]
    assert (found.first_damaged, found.trusted_size, found.needed) == (3, 3, 9)
    assert Checkpoint.parse(parse_note(found.trusted_checkpoint).text).size == 3
    assert found.repairable_by(copy(ledger, 9))
    assert not found.repairable_by(copy(ledger, 8))
    assert found.sentences() == (
        "trust ends at entry 3",
        "still provable: the 3 entries under the checkpoint of that size",
        "a mirror or backup with at least 9 entries could repair it",
    )


def test_with_a_copy_the_field_is_named(ledger: Workbench) -> None:
    good = copy(ledger)
    put(ledger, 3, raw(ledger, 3).replace(b'"anna"', b'"eve0"'), hashed=True)
    (stored, actor) = look(ledger, good).damaged
    assert stored.where == "leaf hash of entry 3"
    assert (actor.where, actor.expected, actor.found) == ("entry 3, actor", "anna", "eve0")


def test_bytes_that_are_no_entry_are_compared_as_bytes(ledger: Workbench) -> None:
    good = copy(ledger)
    put(ledger, 3, b"\x00", hashed=False)
    assert places(look(ledger, good)) == ["entry 3, bytes"]
    (alone,) = look(ledger).damaged
    assert (alone.where, "cannot be read" in alone.found) == ("entry 3, bytes", True)


def test_without_a_copy_the_columns_tell_the_field(ledger: Workbench) -> None:
    data = raw(ledger, 7).replace(b'"stream_version":1', b'"stream_version":7')
    put(ledger, 7, data, hashed=False)
    (damage,) = look(ledger).damaged
    assert (damage.where, damage.expected, damage.found) == ("entry 7, stream_version", "1", "7")


def test_an_entry_forged_with_its_leaf_hash_is_narrowed_to_its_group(ledger: Workbench) -> None:
    forge(ledger, 5)
    found = look(ledger)
    assert places(found) == ["entries 4 to 6"]
    assert (found.first_damaged, found.trusted_size, found.needed) == (4, 4, 10)


def test_nothing_behind_a_group_that_nothing_proves_is_believed(ledger: Workbench) -> None:
    forge(ledger, 5)
    put(ledger, 8, b"{}", hashed=False)
    assert places(look(ledger)) == ["entries 4 to 6", "entry 8"]


def test_a_forged_group_with_one_wrong_leaf_hash_names_that_entry(ledger: Workbench) -> None:
    forge(ledger, 5)
    put(ledger, 6, b"{}", hashed=False)
    found = look(ledger)
    assert places(found) == ["entry 6"]
    assert found.first_damaged == 4


def test_a_stored_leaf_hash_alone_ends_no_trust(ledger: Workbench) -> None:
    sql(ledger, "UPDATE entries SET leaf_hash = zeroblob(32) WHERE position = 4",
        "UPDATE entries SET leaf_hash = x'' WHERE position = 8")  # fmt: skip
    found = look(ledger)
    assert places(found) == ["leaf hash of entry 4", "leaf hash of entry 8"]
    assert (found.first_damaged, found.trusted_size, found.needed) == (None, 10, 0)
    assert "only what is derived" in found.sentences()[0]


@pytest.mark.parametrize("index", [0, 3, 9])
def test_a_missing_entry_is_named(ledger: Workbench, index: int) -> None:
    good = copy(ledger)
    sql(ledger, f"DELETE FROM entries WHERE position = {index}")
    for found in (look(ledger), look(ledger, good)):
        assert places(found) == [f"entry {index}"]
        assert found.damaged[0].found == "absent"
        assert (found.first_damaged or 0) <= index
    if index == 0:
        assert look(ledger).sentences()[1] == "no stored checkpoint before it can be proved"


def test_two_rows_that_changed_places_are_named_with_a_copy(ledger: Workbench) -> None:
    good = copy(ledger)
    one, other = raw(ledger, 2), raw(ledger, 8)
    put(ledger, 2, other, hashed=True)
    put(ledger, 8, one, hashed=True)
    assert look(ledger).first_damaged == 2
    found = look(ledger, good)
    assert {damage.index for damage in found.damaged if damage.what == "entry"} == {2, 8}


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("originator_id = 'line:xx'", "stream"),
        ("originator_version = 77", "stream_version"),
        ("topic = 'x'", "kind"),
        ("clock = clock + 1", "latest"),
    ],
)
def test_a_column_that_is_not_the_entrys_is_named(
    ledger: Workbench, column: str, name: str
) -> None:
    sql(ledger, f"UPDATE entries SET {column} WHERE position = 9")
    found = look(ledger)
    assert places(found) == [f"columns of entry 9, {name}"]
    assert found.first_damaged is None


def test_times_are_not_compared_behind_an_entry_that_is_lost(ledger: Workbench) -> None:
    put(ledger, 3, b"{}", hashed=False)
    sql(ledger, "UPDATE entries SET clock = clock + 1 WHERE position = 9")
    assert places(look(ledger)) == ["entry 3, bytes"]


def test_tiles_are_compared_with_the_entries(bench: Workbench) -> None:
    bench.append(*[make.repaired()] * 600)
    assert look(bench).whole
    sql(bench, "UPDATE tiles SET root = zeroblob(32) WHERE position = 1")
    assert places(look(bench)) == ["tile 1 of level 0"]
    sql(bench, "DELETE FROM tiles")
    found = look(bench)
    assert places(found) == ["tile 0 of level 0", "tile 1 of level 0"]
    assert found.damaged[0].found == "absent"


def test_a_checkpoint_that_nobody_signed_is_named_and_the_next_one_counts(
    ledger: Workbench,
) -> None:
    sql(ledger, "UPDATE checkpoints SET note = x'00' WHERE size = 8")
    found = look(ledger)
    assert places(found) == ["checkpoint of 8 entries"]
    assert (found.trusted_size, found.first_damaged) == (10, None)
    assert places(look(ledger, copy(ledger))) == ["checkpoint of 8 entries"]


def test_a_checkpoint_of_another_size_is_named(ledger: Workbench) -> None:
    sql(ledger, "UPDATE checkpoints SET note = (SELECT note FROM checkpoints WHERE size = 4) "
        "WHERE size = 8")  # fmt: skip
    assert places(look(ledger)) == ["checkpoint of 8 entries, size"]


def test_a_checkpoint_that_is_gone_is_named_where_the_head_still_has_it(
    ledger: Workbench,
) -> None:
    sql(ledger, "DELETE FROM checkpoints WHERE size = 10")
    assert places(look(ledger)) == ["checkpoint of 10 entries"]


def test_the_heads_own_checkpoint_proves_what_the_stored_ones_do_not(ledger: Workbench) -> None:
    good = copy(ledger)
    sql(ledger, "UPDATE checkpoints SET note = x'00' WHERE size > 7")
    for found in (look(ledger), look(ledger, good), look(ledger, copy(ledger, 9))):
        assert places(found) == [f"checkpoint of {size} entries" for size in (8, 9, 10)]
        assert (found.size, found.trusted_size, found.needed) == (10, 10, 0)
    sql(ledger, "UPDATE head SET checkpoint = (SELECT note FROM checkpoints WHERE size = 8)")
    found = look(ledger, good)
    assert places(found)[3:] == ["the head row, checkpoint"]
    assert found.checkpoint == good.checkpoint


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ("size = 9, frontier = (SELECT frontier FROM head)", "the head row"),
        ("frontier = zeroblob(64)", "the head row, root"),
        ("clock = clock + 1", "the head row, time"),
        ("checkpoint = x'00'", "the head row, checkpoint"),
    ],
)
def test_a_head_row_that_was_changed_is_named(ledger: Workbench, change: str, where: str) -> None:
    good = copy(ledger)
    if "size = 9" in change:
        change = "size = 11"  # the frontier does not fit any more
    sql(ledger, f"UPDATE head SET {change}")
    for found in (look(ledger), look(ledger, good)):
        assert places(found) == [where]
        assert (found.first_damaged, found.trusted_size) == (None, 10)


def test_a_head_row_that_was_set_back_is_named(ledger: Workbench) -> None:
    frontier = EMPTY_FRONTIER.extend([leaf_hash(raw(ledger, index)) for index in range(8)])
    sql(ledger, f"UPDATE head SET size = 8, frontier = x'{frontier.to_bytes().hex()}', "
        "checkpoint = (SELECT note FROM checkpoints WHERE size = 8)")  # fmt: skip
    (damage,) = look(ledger).damaged
    assert (damage.where, damage.expected, damage.found) == ("the head row, size", "10", "8")


def test_a_head_that_was_set_back_among_damaged_checkpoints_hides_nothing(
    ledger: Workbench,
) -> None:
    good = copy(ledger)
    frontier = EMPTY_FRONTIER.extend([leaf_hash(raw(ledger, index)) for index in range(8)])
    sql(ledger, f"UPDATE head SET size = 8, frontier = x'{frontier.to_bytes().hex()}', "
        "checkpoint = (SELECT note FROM checkpoints WHERE size = 8)",
        "UPDATE checkpoints SET note = x'00' WHERE size > 7")  # fmt: skip
    found = look(ledger, good)
    assert (found.size, found.first_damaged) == (10, None)
    assert places(found)[3:] == ["the head row, size"]


def test_a_row_behind_the_head_is_named(ledger: Workbench) -> None:
    sql(ledger, "INSERT INTO entries SELECT 10, 'x', 1, topic, clock, leaf_hash, state "
        "FROM entries WHERE position = 9")  # fmt: skip
    assert places(look(ledger)) == ["entry 10, behind the head"]


def test_a_tail_that_was_cut_off_is_known_by_a_longer_copy(ledger: Workbench) -> None:
    good = copy(ledger)
    frontier = EMPTY_FRONTIER.extend([leaf_hash(raw(ledger, index)) for index in range(8)])
    sql(ledger, "DELETE FROM entries WHERE position >= 8", "DELETE FROM checkpoints WHERE size > 8",
        f"UPDATE head SET size = 8, frontier = x'{frontier.to_bytes().hex()}', "
        "clock = (SELECT MAX(clock) FROM entries), "
        "checkpoint = (SELECT note FROM checkpoints WHERE size = 8)")  # fmt: skip
    assert look(ledger).whole
    found = look(ledger, good)
    assert places(found) == ["entry 8", "entry 9", "the head row, size"]
    assert (found.size, found.first_damaged, found.trusted_size) == (10, 8, 8)


def test_a_copy_that_ends_within_a_group_proves_its_part(ledger: Workbench) -> None:
    good = copy(ledger, 4)
    good = Copy([raw(ledger, index) for index in range(5)], good.checkpoint)
    put(ledger, 4, b"{}", hashed=True)
    put(ledger, 6, b"{}", hashed=False)
    found = look(ledger, good)
    assert [(d.what, d.index) for d in found.damaged] == [
        ("leaf-hash", 4), *[("entry", 4)] * (len(found.damaged) - 2), ("entry", 6)
    ]  # fmt: skip


def test_two_signed_histories_are_a_fork_and_no_damage_to_repair(ledger: Workbench) -> None:
    good = copy(ledger)
    forge(ledger, 9)
    sealed_head(ledger)
    sql(ledger, "UPDATE checkpoints SET note = (SELECT checkpoint FROM head) WHERE size = 10")
    assert look(ledger).whole
    found = look(ledger, good)
    assert found.fork == ledger.ledger.head().checkpoint
    assert not found.whole
    assert not found.repairable_by(good)
    assert found.trusted_size == 9
    assert "two signed histories" in found.sentences()[0]


def test_with_a_foreign_key_nothing_is_believed(ledger: Workbench, tmp_path: Path) -> None:
    foreign = create_key(tmp_path / "foreign.pem", make.ORIGIN)
    found = localise(ledger.ledger, (foreign,), check_ed25519, origin=make.ORIGIN)
    assert (found.trusted_size, found.first_damaged) == (0, 0)
    assert places(found)[-2:] == ["entries 0 to 9", "the head row"]
    other = localise(ledger.ledger, (ledger.key,), check_ed25519, origin="another.example")
    assert other.trusted_size == 0


def test_keys_that_the_entries_announce_are_followed(ledger: Workbench) -> None:
    second = create_key(ledger.folder / "second.pem", make.ORIGIN)
    ledger.append(KeyAdded(purpose=CHECKPOINT, verifier=str(second)))
    ledger.ledger._seal = Ed25519Sealer(make.ORIGIN, ledger.folder / "second.pem")  # type: ignore[attr-defined]
    ledger.append(make.repaired())
    ledger.append(KeyRetired(verifier=str(ledger.key), purpose=CHECKPOINT, reason=""))
    ledger.append(make.repaired())
    assert look(ledger).whole
    put(ledger, 11, b"{}", hashed=False)
    found = look(ledger)
    assert places(found) == ["entry 11, bytes"]
    assert found.trusted_size == 11


def test_proven_bytes_that_are_no_entry_of_ours_announce_nothing_and_are_no_damage(
    ledger: Workbench,
) -> None:
    put(ledger, 1, b'{"kind":"key-added/v1"', hashed=True)
    put(ledger, 3, b"{}", hashed=True)
    sealed_head(ledger)
    sql(ledger, "DELETE FROM checkpoints", "INSERT INTO checkpoints "
        "SELECT size, checkpoint FROM head")  # fmt: skip
    found = look(ledger)
    assert found.whole
    assert found.size == 10


def test_a_head_without_any_readable_checkpoint_leaves_its_entries_unproven(
    ledger: Workbench,
) -> None:
    sql(ledger, "DELETE FROM checkpoints WHERE size = 10", "UPDATE head SET checkpoint = x'00'")
    found = look(ledger)
    assert places(found) == ["the head row, size", "entry 9, behind the head"]
    assert (found.size, found.trusted_size) == (9, 9)


def test_only_so_many_places_are_listed_and_all_are_counted(bench: Workbench) -> None:
    bench.append(*[make.repaired()] * 20)
    sql(bench, "UPDATE entries SET state = x'00' WHERE position >= 2")
    found = look(bench, limit=5)
    assert (len(found.damaged), found.count, found.needed) == (5, 20, 22)
    assert len(look(bench, limit=None).damaged) == 20


def test_damage_is_a_finding(ledger: Workbench) -> None:
    put(ledger, 3, b"{}", hashed=False)
    finding = look(ledger).damaged[0].finding("repair it")
    assert (finding.check, finding.where) == ("damaged-entry", "entry 3, bytes")
    assert finding.hint == "repair it"


def test_entries_that_others_append_meanwhile_are_no_damage(ledger: Workbench) -> None:
    other = ledger.as_actor("bo")
    ask: Callable[[int], tuple[int, bytes]] = ledger.ledger.checkpoint_covering

    def grow(index: int) -> tuple[int, bytes]:
        if index == 4:
            record(other, lambda _: Decision((make.repaired(),)))
        return ask(index)

    ledger.ledger.checkpoint_covering = grow  # type: ignore[method-assign]
    found = look(ledger)
    other.ledger.close()  # type: ignore[attr-defined]
    assert found.whole
    assert found.size == 11


def test_an_entry_that_arrives_at_the_very_end_is_no_row_behind_the_head(
    ledger: Workbench,
) -> None:
    other = ledger.as_actor("bo")
    ask = ledger.ledger.records

    def grow(start: int = 0, stop: int | None = None) -> Iterator[Record]:
        if stop is None:
            record(other, lambda _: Decision((make.repaired(),)))
        return ask(start, stop)

    ledger.ledger.records = grow  # type: ignore[method-assign]
    found = look(ledger)
    other.ledger.close()  # type: ignore[attr-defined]
    assert found.whole


def test_a_ledger_in_memory_is_localised_too(tmp_path: Path) -> None:
    with workbench(tmp_path, MEMORY) as made:
        made.open()
        assert look(made).whole


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(index=st.integers(0, 9), data=st.binary(min_size=1, max_size=40), hashed=st.booleans())
def test_any_changed_entry_is_named_and_nothing_behind_it_is_called_provable(
    ledger: Workbench, index: int, data: bytes, hashed: bool
) -> None:
    good = copy(ledger)
    before = raw(ledger, index)
    put(ledger, index, data, hashed=hashed)
    try:
        for found in (look(ledger), look(ledger, good)):
            assert found.first_damaged is not None
            assert found.trusted_size <= found.first_damaged <= index
        assert {damage.index for damage in look(ledger, good).damaged} == {index}
    finally:
        put(ledger, index, before, hashed=True)
