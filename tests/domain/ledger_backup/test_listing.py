"""Listings of ledger backups: strict, complete, and named after their tree."""

import pytest
from msgspec.structs import replace

from builders import digest
from oneseek.domain.digest import sha256
from oneseek.domain.errors import FoundDamage, InvalidInput
from oneseek.domain.ledger_backup.listing import (
    LedgerListing,
    PublicFile,
    SegmentAt,
    ledger_name,
    named_size,
    vault_listing,
)
from oneseek.domain.listings import Listed, TreeHead, needed_objects

A, B, C, D = (digest(name) for name in "abcd")
LISTING = LedgerListing(
    origin="test.example/log",
    tree=TreeHead(5, digest("root"), "note"),
    segments=(SegmentAt(0, 4, A), SegmentAt(4, 5, B)),
    cosignatures=C,
    files=(PublicFile("oneseek.toml", D),),
    absent=(),
    objects=tuple(Listed(name, 10, "it") for name in (D, C, B, A)),
)


def test_a_listing_reads_back_and_knows_its_size() -> None:
    assert LedgerListing.from_bytes(LISTING.to_bytes()) == LISTING
    assert LISTING.size == 40
    assert [item.digest for item in LISTING.objects] == sorted((A, B, C, D))


def test_it_is_named_after_size_and_root() -> None:
    name = ledger_name(LISTING)

    assert name.startswith(f"ledger/000000000005-{digest('root')[:8]}-")
    assert named_size(name) == 5


@pytest.mark.parametrize(
    "name", ["vault/000000000005-x.json", "ledger/5.json", "ledger/x-y.json", "ledger/5-y.txt"]
)
def test_other_names_have_no_size(name: str) -> None:
    assert named_size(name) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"segments": (SegmentAt(0, 4, A),)}, "4 entries, not 5"),
        ({"segments": (SegmentAt(0, 4, A), SegmentAt(3, 5, B))}, "from 4 on"),
        ({"segments": (SegmentAt(0, 4, A), SegmentAt(4, 4, B))}, "from 4 on"),
        ({"objects": (*LISTING.objects, Listed(A, 10, "again"))}, "twice"),
        ({"objects": LISTING.objects[1:]}, "not among"),
        ({"cosignatures": digest("elsewhere")}, "not among"),
    ],
)
def test_a_listing_that_contradicts_itself_is_refused(
    changes: dict[str, object], words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        replace(LISTING, **changes)


def test_without_cosignatures_none_are_wanted() -> None:
    assert replace(LISTING, cosignatures=None).cosignatures is None


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        LISTING.to_bytes() + b" ",
        LISTING.to_bytes().replace(b'"stop": 5', b'"stop": 6'),
    ],
)
def test_other_bytes_are_no_listing(raw: bytes) -> None:
    with pytest.raises(FoundDamage):
        LedgerListing.from_bytes(raw)


def test_the_listing_of_a_vault_names_its_file_and_no_objects() -> None:
    assert list(needed_objects(vault_listing(b"file"))) == []
    assert sha256(b"file").encode() in vault_listing(b"file")
