import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.digest import parse_digest, sha256
from oneseek.domain.errors import InvalidInput

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-4


def test_a_digest_is_sha_256_in_lower_case() -> None:
    assert sha256(b"abc") == ABC
    assert parse_digest(ABC) == ABC


@given(st.binary())
def test_every_digest_is_read_back(data: bytes) -> None:
    assert parse_digest(sha256(data)) == sha256(data)


@pytest.mark.parametrize(
    "text",
    ["", ABC.upper(), ABC[:-1], ABC + "0", ABC + "\n", " " + ABC, "sha256:" + ABC, "١" * 64],
)
def test_every_other_spelling_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="not a SHA-256 digest"):
        parse_digest(text)
