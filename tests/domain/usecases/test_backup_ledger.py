"""Backing up a ledger: all of it, once; nothing of it where it is not what was signed."""

import pytest

from builders import answered
from oneseek.domain.audit.named_objects import audit_evidence_objects, describe_objects
from oneseek.domain.errors import InvalidInput, LedgerBroken
from oneseek.domain.events import BackupTaken
from oneseek.domain.ledger_backup.listing import LEDGERS, LedgerListing
from oneseek.domain.ledger_backup.segment import SEGMENT_ENTRIES, Segment
from oneseek.domain.listings import OnShelf
from oneseek.domain.stored import StoredCosignature
from oneseek.domain.usecases import backup_ledger as module
from oneseek.domain.usecases.backup_ledger import LedgerBackup, backup_ledger
from small_place import SmallPlace
from workbench import Workbench

PUBLIC = {"oneseek.toml": b"[ledger]\n", "checkpoint.vkey": b"key\n"}


@pytest.fixture
def place() -> SmallPlace:
    return SmallPlace()


def take(bench: Workbench, place: SmallPlace) -> LedgerBackup:
    return backup_ledger(bench.ports, place, place.send, PUBLIC)


def entries_in(place: SmallPlace, listing: LedgerListing) -> list[bytes]:
    found: list[bytes] = []
    for at in listing.segments:
        found += Segment.unpack(place.store[at.digest]).entries
    return found


def test_a_backup_holds_every_entry_and_is_recorded_after_it_stands(
    stocked: Workbench, place: SmallPlace
) -> None:
    before = [row.raw for row in stocked.ledger.records()]

    done = take(stocked, place)

    shelf = OnShelf.from_bytes(place.shelf[done.name])
    listing = LedgerListing.from_bytes(place.store[shelf.listing])
    assert entries_in(place, listing) == before
    assert listing == done.listing
    event = stocked.events()[-1]
    assert isinstance(event, BackupTaken)
    assert (event.what, event.name, event.listing) == ("ledger", done.name, shelf.listing)
    assert (event.tree_size, event.confirmed) == (len(before), "read-back")
    assert event.objects == len(listing.objects)


def test_checkpoints_cosignatures_public_files_and_evidence_go_along(
    stocked: Workbench, place: SmallPlace
) -> None:
    size = stocked.ledger.head().size
    stocked.ledger.attach([StoredCosignature(size, "witness.example/w", 5, b"said")])

    listing = take(stocked, place).listing

    (at,) = listing.segments
    notes = Segment.unpack(place.store[at.digest]).checkpoints
    assert notes[-1][0] == size
    assert [stocked.ledger.checkpoint_covering(s - 1) for s, _ in notes] == list(notes)
    assert listing.cosignatures in place.store
    assert {file.name: place.store[file.digest] for file in listing.files} == PUBLIC
    whats = [item.what for item in listing.objects]
    assert any(what.startswith("losses of training") for what in whats)
    assert any(what.startswith("manifest of version") for what in whats)
    assert not any("adapter_model" in what for what in whats)
    assert listing.absent == ()


def test_evidence_that_is_gone_is_named_as_absent(stocked: Workbench, place: SmallPlace) -> None:
    with stocked.ledger.view() as view:
        from oneseek.domain.state.documents import Dataset

        dataset = next(key for key, _ in view.scan(Dataset))
    stocked.objects.remove(dataset)

    listing = take(stocked, place).listing

    assert [item.digest for item in listing.absent] == [dataset]


def test_a_second_backup_sends_only_what_is_new(
    stocked: Workbench, place: SmallPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SEGMENT_ENTRIES", 4)
    first = take(stocked, place)
    sent: list[bytes] = []

    def send(data: bytes):  # type: ignore[no-untyped-def]
        sent.append(data)
        return place.send(data)

    second = backup_ledger(stocked.ports, place, send, PUBLIC)

    full = [at for at in first.listing.segments if at.stop - at.start == 4]
    assert list(second.listing.segments[: len(full)]) == full
    assert len(sent) == len(second.listing.segments) - len(full) + len(PUBLIC)
    assert entries_in(place, second.listing) == [
        row.raw for row in stocked.ledger.records(0, second.head.size)
    ]


@pytest.mark.parametrize("harm", ["lost at the place", "other history", "damaged", "unreadable"])
def test_everything_is_sent_again_where_the_last_backup_is_not_to_be_relied_on(
    stocked: Workbench, place: SmallPlace, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    from msgspec.structs import replace

    from builders import backup_verified

    monkeypatch.setattr(module, "SEGMENT_ENTRIES", 4)
    first = take(stocked, place)
    if harm == "lost at the place":
        place.store.pop(first.listing.segments[0].digest)
    elif harm == "other history":
        monkeypatch.setattr(module, "_root", lambda ledger, size: b"another")
    elif harm == "damaged":
        stocked.append(replace(backup_verified(damaged=1, target=place.url), name=first.name))
    else:
        stocked.objects.remove(OnShelf.from_bytes(place.shelf[first.name]).listing)
    place.store.clear()

    second = take(stocked, place)

    assert entries_in(place, second.listing) == [
        row.raw for row in stocked.ledger.records(0, second.head.size)
    ]


def test_what_a_service_has_confirmed_by_checksum_is_recorded_so(stocked: Workbench) -> None:
    place = SmallPlace(confirmed="checksum")

    take(stocked, place)

    event = stocked.events()[-1]
    assert isinstance(event, BackupTaken)
    assert event.confirmed == "checksum"


def test_the_same_bytes_are_sent_once(stocked: Workbench, place: SmallPlace) -> None:
    done = backup_ledger(
        stocked.ports, place, place.send, {"known.vkey": b"key\n", "checkpoint.vkey": b"key\n"}
    )

    assert len({file.digest for file in done.listing.files}) == 1


def test_evidence_that_is_a_public_file_too_is_one_object(
    stocked: Workbench, place: SmallPlace
) -> None:
    from workbench import ROWS

    listing = backup_ledger(stocked.ports, place, place.send, {"rows.jsonl": ROWS}).listing

    assert [item.what for item in listing.objects if item.size == len(ROWS)] == ["file rows.jsonl"]


def test_an_empty_ledger_is_not_backed_up(blank: Workbench, place: SmallPlace) -> None:
    with pytest.raises(InvalidInput, match="empty"):
        take(blank, place)


def test_a_ledger_that_lost_an_entry_gets_no_backup(
    stocked: Workbench, place: SmallPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    raws = [row.raw for row in stocked.ledger.records()]
    monkeypatch.setattr(stocked.ledger, "chunks", lambda start, stop: iter([raws[:-1]]))

    with pytest.raises(LedgerBroken, match="missing"):
        take(stocked, place)
    assert not list(place.names(LEDGERS))


def test_a_ledger_with_another_entry_gets_no_backup(
    stocked: Workbench, place: SmallPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    raws = [row.raw for row in stocked.ledger.records()]
    raws[3] = raws[3].replace(b"2026", b"2025")
    monkeypatch.setattr(stocked.ledger, "chunks", lambda start, stop: iter([raws]))

    with pytest.raises(LedgerBroken, match="signed root"):
        take(stocked, place)
    assert not list(place.names(LEDGERS))


def test_many_entries_make_full_segments(bench: Workbench, place: SmallPlace) -> None:
    bench.append(*(answered(f"q{number}") for number in range(SEGMENT_ENTRIES)))

    listing = take(bench, place).listing

    assert [(at.start, at.stop) for at in listing.segments] == [
        (0, SEGMENT_ENTRIES), (SEGMENT_ENTRIES, SEGMENT_ENTRIES + 2)
    ]  # fmt: skip
    # The one checkpoint of the group lies where it ends, not where it begins.
    first, last = (Segment.unpack(place.store[at.digest]) for at in listing.segments)
    assert [size for size, _ in first.checkpoints] == [2]
    assert [size for size, _ in last.checkpoints] == [SEGMENT_ENTRIES + 2]


def test_full_segments_are_relied_on_up_to_the_last(
    stocked: Workbench, place: SmallPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SEGMENT_ENTRIES", stocked.ledger.head().size)
    first = take(stocked, place)

    second = take(stocked, place)

    assert second.listing.segments[:1] == first.listing.segments
    assert len(second.listing.segments) == 2


def test_a_backup_does_not_hold_the_listings_of_earlier_ones(
    stocked: Workbench, place: SmallPlace
) -> None:
    first, second = take(stocked, place), take(stocked, place)

    listing = OnShelf.from_bytes(place.shelf[first.name]).listing
    assert listing in place.store
    assert listing not in {item.digest for item in second.listing.objects}
    assert len(second.listing.objects) == len(first.listing.objects)
    assert listing in describe_objects(stocked.ledger, stocked.objects, {listing})
    # It is a help for the next backup, and no evidence: without it nothing is missed.
    stocked.objects.remove(listing)
    assert not list(audit_evidence_objects(stocked.ledger, stocked.objects))
    assert not take(stocked, place).listing.absent
