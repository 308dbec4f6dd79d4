"""Taking backups: everything confirmed before it is seen, seen before it is recorded."""

from dataclasses import replace as with_

import pytest
from msgspec.structs import replace

from backup_stand import MemoryPlace, SmallMaker, known, no_bar, take, version_of
from dossiers import eventful, heir
from oneseek.domain.backup_place import OnBytes
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import FoundDamage, LedgerBroken, NotFound, ServiceFailed
from oneseek.domain.events import BackupPruned, BackupTaken, BackupVerified
from oneseek.domain.listings import OnShelf, VersionListing
from oneseek.domain.manifest import Manifest
from oneseek.domain.stored import Head
from oneseek.domain.usecases import backup as the_module
from oneseek.domain.usecases.backup import Taken, back_up, lacking
from oneseek.domain.usecases.pack_backup import NO_BUNDLE
from oneseek.domain.usecases.prove_entry import prove_entry
from oneseek.domain.usecases.sign import sign_version
from workbench import Workbench


def taken(bench: Workbench, place: MemoryPlace, text: str = "1.0") -> Taken:
    done = take(bench, place, text)
    assert done is not None
    return done


def listing_of(place: MemoryPlace, done: Taken) -> VersionListing:
    shelf = OnShelf.from_bytes(place.shelf[done.event.name])
    assert shelf.listing == done.event.listing
    return VersionListing.from_bytes(place.store[shelf.listing])


def damage(bench: Workbench, place: MemoryPlace, done: Taken) -> str:
    """Flip a byte of the weights there, and have it found."""
    weights = version_of(bench, "1.0").weights
    place.store[weights] = bytes([place.store[weights][0] ^ 1]) + place.store[weights][1:]
    event = done.event
    bench.append(
        BackupVerified(
            target=place.url, name=event.name, listing=event.listing, objects=event.objects,
            size=event.size, damaged=1, confirmed="read-back",
        )
    )  # fmt: skip
    return weights


def test_a_backup_is_the_folder_the_bundle_and_what_the_training_left(stocked: Workbench) -> None:
    place = MemoryPlace()
    done = taken(stocked, place)
    version, listing = version_of(stocked, "1.0"), listing_of(place, done)
    files = Manifest.from_bytes(place.store[version.manifest]).files
    assert {file.digest for file in files} <= place.store.keys()
    proof = prove_entry(stocked.ledger, version.index).format()
    assert place.store[sha256(proof)] == proof
    assert listing.bundle in place.store
    assert {item.digest for item in listing.objects} | {done.event.listing} == place.store.keys()
    assert all(len(place.store[item.digest]) == item.size for item in listing.objects)
    assert done.event.size == listing.size
    assert done.event.objects == len(listing.objects)
    assert done.sent == sum(map(len, place.store.values()))
    assert listing.base is not None
    assert listing.base.name == "tiny"
    assert b"base" not in place.store.values()  # the weights of the base model
    assert stocked.objects.has(done.event.listing)
    (backup,) = known(stocked)
    assert (backup.manifest, backup.listing) == (version.manifest, done.event.listing)


def test_a_second_run_finds_nothing_new(stocked: Workbench) -> None:
    place = MemoryPlace()
    taken(stocked, place)
    size = stocked.ledger.head().size
    assert take(stocked, place) is None
    assert stocked.ledger.head().size == size


def test_only_what_is_not_there_is_sent(stocked: Workbench) -> None:
    place = MemoryPlace()
    first = taken(stocked, place)
    before = set(place.store)
    second = taken(stocked, place, "2.0")
    new = sum(len(data) for digest, data in place.store.items() if digest not in before)
    assert second.sent == new
    assert second.sent < first.sent
    assert first.event.confirmed == second.event.confirmed == "read-back"


def test_one_checksum_makes_the_whole_backup_confirmed_by_checksums(stocked: Workbench) -> None:
    assert taken(stocked, MemoryPlace(confirmed="checksum")).event.confirmed == "checksum"


def test_a_signed_version_is_backed_up_again_with_its_signature(stocked: Workbench) -> None:
    place = MemoryPlace()
    taken(stocked, place)
    sign_version(stocked.ports, version_of(stocked, "1.0").dna, stocked.signer)
    done = taken(stocked, place)
    assert "model.sig" in [item.what for item in listing_of(place, done).objects]


def test_an_imported_version_is_backed_up_without_a_bundle_and_says_so(
    stocked: Workbench,
) -> None:
    old = heir(stocked).ancestor
    assert old is not None
    place = MemoryPlace()
    done = taken(stocked, place, old.version.dna)
    listing = listing_of(place, done)
    assert listing.bundle is None
    assert listing.without_bundle == NO_BUNDLE
    assert listing.base is not None
    # Its record was never kept here, and that is said.
    assert [item.what for item in listing.absent] == ["claims of its older records"]
    assert done.absent == 1


def test_an_imported_version_whose_entry_is_another_one_is_refused(stocked: Workbench) -> None:
    old = heir(stocked).ancestor
    assert old is not None
    place = MemoryPlace()
    for index in (0, 10_000):
        with pytest.raises(LedgerBroken, match="version-imported"):
            back_up(
                stocked.ports, place, replace(old.version, index=index),
                SmallMaker(stocked.folder / "made"), place.fetch, no_bar,
            )  # fmt: skip


def test_a_version_whose_files_are_not_here_is_refused(stocked: Workbench) -> None:
    stocked.objects.remove(version_of(stocked, "1.0").weights)
    place = MemoryPlace()
    with pytest.raises(NotFound, match=r"1 of its objects .* \(adapter_model.safetensors\)"):
        take(stocked, place)
    assert place.store == {}


def test_a_damaged_object_here_ends_it_before_anything_is_seen(stocked: Workbench) -> None:
    place = MemoryPlace()
    path = stocked.objects.path(version_of(stocked, "1.0").weights)
    path.chmod(0o644)
    path.write_bytes(b"x" * path.stat().st_size)
    with pytest.raises(FoundDamage):
        take(stocked, place)
    assert place.shelf == {}
    assert known(stocked) == []


def test_a_place_that_goes_away_leaves_no_entry_and_the_next_run_ends_it(
    stocked: Workbench,
) -> None:
    whole = MemoryPlace()
    taken_there = 0
    size = stocked.ledger.head().size
    place = MemoryPlace(url="memory://shaky")
    while True:
        place.left = taken_there
        try:
            done = take(stocked, place)
            break
        except ServiceFailed:
            taken_there += 1
            assert stocked.ledger.head().size == size
            for raw in place.shelf.values():  # whatever can be seen is whole
                listing = place.store[OnShelf.from_bytes(raw).listing]
                for item in VersionListing.from_bytes(listing).objects:
                    assert sha256(place.store[item.digest]) == item.digest
    assert done is not None
    assert list(place.shelf) == [done.event.name]
    place.left = None
    assert taken_there > len(place.store)
    taken(stocked, whole)


def test_a_whole_backup_that_no_entry_knows_is_recorded_and_not_made_again(
    stocked: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = MemoryPlace()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(the_module, "record", killed)
        with pytest.raises(KeyboardInterrupt):
            take(stocked, place)
    (name,) = place.shelf
    taken(stocked, MemoryPlace(url="memory://other"))  # the ledger moves on
    done = taken(stocked, place)
    assert done.event.name == name
    assert done.sent == 0
    assert list(place.shelf) == [name]


@pytest.mark.parametrize(
    "harm", ["bundle gone", "listing gone", "shelf altered", "other origin", "other name"]
)
def test_an_unknown_backup_that_is_not_ours_and_whole_is_left_alone(
    stocked: Workbench, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    place = MemoryPlace()
    with monkeypatch.context() as patch:
        patch.setattr(the_module, "record", lambda *_: None)
        assert take(stocked, place) is None
    ((name, raw),) = place.shelf.items()
    says = OnShelf.from_bytes(raw)
    listing = VersionListing.from_bytes(place.store[says.listing])
    if harm == "bundle gone":
        assert listing.bundle is not None
        del place.store[listing.bundle]
    elif harm == "listing gone":
        del place.store[says.listing]
    elif harm == "shelf altered":
        place.shelf[name] = b"{}"
    elif harm == "other origin":
        other = replace(listing, origin="other.example/log").to_bytes()
        place.store[sha256(other)] = other
        place.shelf = {f"{name[:-13]}{sha256(other)[:8]}.json": OnShelf.of(other).to_bytes()}
    else:
        place.shelf = {f"{name[:-13]}00000000.json": raw}
    before = dict(place.shelf)
    taken(stocked, MemoryPlace(url="memory://other"))  # so that the head is another one
    done = taken(stocked, place)
    assert done.event.name not in before
    assert before.items() <= place.shelf.items()


def test_a_backup_found_damaged_is_mended(stocked: Workbench) -> None:
    place = MemoryPlace()
    first = taken(stocked, place)
    weights = damage(stocked, place, first)
    done = taken(stocked, place)
    assert sha256(place.store[weights]) == weights
    assert done.sent >= len(place.store[weights])
    assert list(place.shelf) == [done.event.name]
    assert [backup.name for backup in known(stocked)] == [done.event.name]
    pruned = stocked.events()[-1]
    assert isinstance(pruned, BackupPruned)
    assert pruned.reason == f"damaged, and taken again as {done.event.name}"


def test_a_link_in_the_place_of_an_object_is_removed_and_the_object_sent_again(
    stocked: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = MemoryPlace()
    weights = damage(stocked, place, taken(stocked, place))
    look = place.check

    def check(digest: Digest, size: int, on_bytes: OnBytes | None = None) -> Digest | None:
        if digest == weights:
            raise FoundDamage(f"object {digest} is a symbolic link")
        return look(digest, size, on_bytes)

    monkeypatch.setattr(place, "check", check)
    taken(stocked, place)
    assert sha256(place.store[weights]) == weights


def test_a_damaged_one_that_cannot_be_taken_off_the_shelf_is_replaced_all_the_same(
    stocked: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = MemoryPlace()
    first = taken(stocked, place)
    damage(stocked, place, first)

    def away(name: str) -> bool:
        raise ServiceFailed("away")

    monkeypatch.setattr(place, "discard", away)
    done = taken(stocked, place)
    assert place.shelf.keys() == {first.event.name, done.event.name}
    assert len(known(stocked)) == 1


def test_a_mended_backup_of_the_same_name_stays(
    stocked: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = MemoryPlace()
    first = taken(stocked, place)
    damage(stocked, place, first)
    tree = listing_of(place, first).tree
    head = Head(tree.size, bytes.fromhex(tree.root), None, tree.checkpoint.encode())
    # As if nothing had happened to the ledger since: the listing is the same, byte for byte.
    gather = the_module.gather_version
    monkeypatch.setattr(
        the_module, "gather_version", lambda *words: with_(gather(*words), head=head)
    )
    done = taken(stocked, place)
    assert done.event.name == first.event.name
    assert list(place.shelf) == [first.event.name]
    assert [backup.damaged for backup in known(stocked)] == [None]


def test_what_another_ledger_removes_meanwhile_is_sent_again(
    stocked: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = MemoryPlace()
    taken(stocked, place)
    dataset = next(d for d, raw in place.store.items() if b"instruction" in raw)
    write = place.write

    def remove_and_write(name: str, data: bytes) -> None:
        del place.store[dataset]
        write(name, data)

    monkeypatch.setattr(place, "write", remove_and_write)
    taken(stocked, place, "2.0")
    assert dataset in place.store


def test_two_that_take_the_same_backup_make_one_entry(
    stocked: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = MemoryPlace()
    write = place.write

    def other_first(name: str, data: bytes) -> None:
        monkeypatch.setattr(place, "write", write)
        taken(stocked, place)
        write(name, data)

    monkeypatch.setattr(place, "write", other_first)
    assert take(stocked, place) is None
    assert len([e for e in stocked.events() if isinstance(e, BackupTaken)]) == 1


def test_a_preview_counts_what_would_be_sent(stocked: Workbench) -> None:
    place = MemoryPlace()
    version = version_of(stocked, "1.0")
    objects, size = lacking(stocked.ports, place, version)
    done = taken(stocked, place)
    # The bundle and the proof are made when it is earnest.
    assert objects == done.event.objects - 2
    assert 0 < size < done.event.size
    assert lacking(stocked.ports, place, version) == (0, 0)


def test_a_version_with_a_long_history_is_backed_up(stocked: Workbench) -> None:
    dossier = eventful(stocked)
    place = MemoryPlace()
    done = taken(stocked, place, dossier.subject.version.dna)
    # The signature of this one was only named, never kept.
    assert [item.what for item in listing_of(place, done).absent] == ["model.sig"]
