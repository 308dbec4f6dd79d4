import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.adapters.objects.sealed import HEADER, seal_bytes, unseal_bytes
from oneseek.domain.errors import FoundDamage

KEY = bytes(range(32))
TEXT = "Vem är du?".encode()


@given(st.binary(), st.binary(min_size=32, max_size=32))
def test_what_is_sealed_opens_with_its_key_and_no_longer_shows(text: bytes, key: bytes) -> None:
    sealed = seal_bytes(key, text)
    assert unseal_bytes(key, sealed) == text
    assert sealed.startswith(b"oneseek-sealed/v1\n")
    assert len(sealed) == len(HEADER) + 12 + len(text) + 16


def test_the_format_is_the_one_that_is_described() -> None:
    # Made once by this format; a change of the format needs a new first line.
    sealed = (
        HEADER + bytes(12) + bytes.fromhex("58d9d8fe7688f19d6cdd96b8c0d5d4a351b53954e8ec529f67016f")
    )
    assert unseal_bytes(KEY, sealed) == TEXT


def test_no_two_seals_of_one_text_are_equal() -> None:
    assert seal_bytes(KEY, TEXT) != seal_bytes(KEY, TEXT)


def test_every_flipped_bit_is_noticed() -> None:
    sealed = seal_bytes(KEY, TEXT)
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(FoundDamage):
            unseal_bytes(KEY, bytes(changed))


def test_what_is_cut_short_or_has_another_key_is_refused() -> None:
    sealed = seal_bytes(KEY, TEXT)
    for length in range(len(sealed)):
        with pytest.raises(FoundDamage):
            unseal_bytes(KEY, sealed[:length])
    with pytest.raises(FoundDamage):
        unseal_bytes(bytes(32), sealed)
