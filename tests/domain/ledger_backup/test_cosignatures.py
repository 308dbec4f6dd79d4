"""What witnesses said travels as lines."""

import pytest

from oneseek.domain.errors import FoundDamage
from oneseek.domain.ledger_backup.cosignatures import pack_cosignatures, unpack_cosignatures
from oneseek.domain.stored import StoredCosignature

SAID = [
    StoredCosignature(9, "witness.example/w", 7, b"\x00time"),
    StoredCosignature(3, "a", 1, b""),
]


def test_cosignatures_come_back_the_oldest_first() -> None:
    assert list(unpack_cosignatures(pack_cosignatures(SAID))) == SAID[::-1]


def test_nothing_said_is_nothing_packed() -> None:
    assert pack_cosignatures([]) == b""


def test_other_lines_are_damage() -> None:
    with pytest.raises(FoundDamage, match="cosignatures"):
        list(unpack_cosignatures(b"[1,2]\n"))
