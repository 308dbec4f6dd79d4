"""Listings of backups: one spelling, read strictly; what any listing needs, read leniently."""

import pytest
from msgspec.structs import replace

from builders import digest
from oneseek.domain.errors import FoundDamage, InvalidInput
from oneseek.domain.listings import (
    Absent,
    BaseNamed,
    Listed,
    OnShelf,
    TreeHead,
    VersionListing,
    needed_objects,
    shelf_name,
    shelf_prefix,
)

LISTING = VersionListing(
    origin="test.example/log",
    dna="OneSeek-7B-Zero.v1.0",
    manifest=digest("m"),
    index=8,
    tree=TreeHead(size=12, root=digest("root"), checkpoint="test.example/log\n12\n"),
    bundle=digest("bundle"),
    without_bundle=None,
    base=BaseNamed("tiny", digest("base")),
    absent=(Absent(digest("gone"), "losses of its training"),),
    objects=tuple(Listed(digest(name), len(name), name) for name in ("m", "bundle", "weights")),
)


def test_a_listing_is_read_as_it_was_written_with_its_objects_in_order() -> None:
    raw = LISTING.to_bytes()
    assert VersionListing.from_bytes(raw) == LISTING
    assert raw.startswith(b'{\n  "format": "oneseek-backup-listing/v1",\n')
    assert raw.endswith(b"\n}\n")
    assert [item.digest for item in LISTING.objects] == sorted(i.digest for i in LISTING.objects)
    assert LISTING.size == 1 + 6 + 7


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw[:-1],
        lambda raw: raw.replace(b'"index": 8', b'"index":  8'),
        lambda raw: raw.replace(b'"index": 8', b'"index": 8,\n  "more": 1'),
        lambda raw: raw.replace(b"listing/v1", b"listing/v2"),
        lambda raw: raw.replace(digest("m").encode(), b"M"),
        lambda raw: raw.replace(digest("weights").encode(), digest("bundle").encode()),
        lambda raw: b"\xff",
        lambda raw: b"[" * 100_000,
    ],
)
def test_any_other_spelling_is_refused(change: object) -> None:
    assert callable(change)
    with pytest.raises(FoundDamage):
        VersionListing.from_bytes(change(LISTING.to_bytes()))


def test_an_object_is_listed_once() -> None:
    twice = (*LISTING.objects, Listed(digest("m"), 1, "again"))
    with pytest.raises(InvalidInput, match="one object twice"):
        replace(LISTING, objects=twice)


def test_the_file_on_the_shelf_names_the_listing() -> None:
    shelf = OnShelf.of(LISTING.to_bytes())
    assert OnShelf.from_bytes(shelf.to_bytes()) == shelf
    assert shelf.size == len(LISTING.to_bytes())
    with pytest.raises(FoundDamage, match="one spelling"):
        OnShelf.from_bytes(shelf.to_bytes() + b"\n")
    with pytest.raises(FoundDamage, match="5000 bytes"):
        OnShelf.from_bytes(b" " * 5000)


def test_names_on_the_shelf_begin_with_the_version_and_end_with_the_listing() -> None:
    assert shelf_name("A.v1", digest("x")) == f"versions/A.v1~{digest('x')[:8]}.json"
    assert shelf_name("A.v1", digest("x")).startswith(shelf_prefix("A.v1"))


def test_what_a_listing_needs_is_read_from_any_kind() -> None:
    needed = needed_objects(LISTING.to_bytes())
    assert list(needed) == [(item.digest, item.size) for item in LISTING.objects]
    other = b'{"format":"later/v9","objects":[{"sha256":"%s","size":3,"more":1}],"more":2}'
    assert list(needed_objects(other % digest("a").encode())) == [(digest("a"), 3)]


@pytest.mark.parametrize("raw", [b"{}", b"[]", b"\xff", b'{"objects":[{"sha256":"x","size":1}]}'])
def test_a_listing_that_does_not_say_what_it_needs_is_refused(raw: bytes) -> None:
    with pytest.raises(FoundDamage):
        needed_objects(raw)
