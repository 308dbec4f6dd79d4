"""The commitment to rows: every row of every dataset up to 40 rows, and every proof forged."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from builders import digest
from oneseek.domain.dataset.commitment import (
    PROOF_FORMAT,
    SALT_BYTES,
    RowProof,
    prove_row,
    row_leaves,
    row_root,
    verify_row,
)
from oneseek.domain.digest import sha256
from oneseek.domain.errors import FoundDamage, InvalidInput, ProofRefused


def rows(count: int) -> list[bytes]:
    return [f'{{"row":{number}}}'.encode() for number in range(count)]


def salts(count: int) -> bytes:
    return b"".join(bytes.fromhex(digest(f"salt {number}")) for number in range(count))


def proof(count: int, row: int) -> RowProof:
    return prove_row(digest("file"), rows(count), salts(count), row)


def test_a_leaf_is_the_hash_of_zero_salt_and_line() -> None:
    assert row_leaves([b"line"], salts(1)) == [bytes.fromhex(sha256(b"\x00" + salts(1) + b"line"))]
    assert row_root([b"line"], salts(1)) == sha256(b"\x00" + salts(1) + b"line")


def test_the_root_of_two_rows_is_the_hash_of_both_leaves() -> None:
    one, other = row_leaves(rows(2), salts(2))
    assert row_root(rows(2), salts(2)) == sha256(b"\x01" + one + other)


@pytest.mark.parametrize("count", range(1, 41))
def test_every_row_is_proved_at_every_size(count: int) -> None:
    root = row_root(rows(count), salts(count))
    for row in range(1, count + 1):
        made = proof(count, row)
        assert (made.format, made.dataset) == (PROOF_FORMAT, digest("file"))
        assert (made.row, made.rows, made.row_root) == (row, count, root)
        assert made.line.encode() == rows(count)[row - 1]
        verify_row(made)


@pytest.mark.parametrize("count", range(1, 41))
def test_a_proof_does_not_prove_another_row_of_the_same_dataset(count: int) -> None:
    for row in range(1, count + 1):
        made = proof(count, row)
        for other in range(1, count + 1):
            if other != row:
                with pytest.raises(ProofRefused):
                    verify_row(replace(made, row=other))
                with pytest.raises(ProofRefused):
                    verify_row(replace(made, line=rows(count)[other - 1].decode()))


def test_no_salt_and_no_root_are_shared_by_two_datasets_with_equal_rows() -> None:
    assert row_root(rows(3), salts(3)) != row_root(rows(3), salts(4)[SALT_BYTES:])


MADE = proof(6, 3)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"line": MADE.line + " "}, id="a blank more"),
        pytest.param({"line": MADE.line + "\n"}, id="the line's terminator"),
        pytest.param({"line": ""}, id="no line"),
        pytest.param({"line": "\ud800"}, id="half a character"),
        pytest.param({"row": 0}, id="row 0"),
        pytest.param({"row": -1}, id="a negative row"),
        pytest.param({"row": 7}, id="a row after the last"),
        pytest.param({"rows": 0}, id="no rows"),
        pytest.param({"rows": -6}, id="a negative number of rows"),
        pytest.param({"rows": 3}, id="too few rows"),
        pytest.param({"rows": 9}, id="too many rows"),
        pytest.param({"row_root": digest("other")}, id="another root"),
        pytest.param({"row_root": "x" * 64}, id="a root that is not hex"),
        pytest.param({"row_root": MADE.row_root[:-2]}, id="a short root"),
        pytest.param({"row_root": MADE.row_root.upper()}, id="a root in capitals"),
        pytest.param({"salt": digest("other")}, id="another salt"),
        pytest.param({"salt": ""}, id="no salt"),
        pytest.param({"salt": "zz" * 32}, id="a salt that is not hex"),
        pytest.param({"salt": MADE.salt.upper()}, id="a salt in capitals"),
        pytest.param({"salt": " " + MADE.salt}, id="a salt with a blank"),
        pytest.param({"path": MADE.path[:-1]}, id="a hash less"),
        pytest.param({"path": (*MADE.path, digest("more"))}, id="a hash more"),
        pytest.param({"path": MADE.path[::-1]}, id="the path backwards"),
        pytest.param({"path": ("not hex", *MADE.path[1:])}, id="a path that is not hex"),
        pytest.param({"path": (MADE.path[0].upper(), *MADE.path[1:])}, id="a path in capitals"),
        pytest.param({"format": "oneseek-row-proof/v2"}, id="another format"),
    ],
)
def test_a_changed_proof_is_refused(changes: dict[str, Any]) -> None:
    verify_row(MADE)
    with pytest.raises(ProofRefused):
        verify_row(replace(MADE, **changes))


@pytest.mark.parametrize("moved", [1, 5, len(MADE.line)])
def test_bytes_cannot_be_moved_between_salt_and_line(moved: int) -> None:
    """Leaf and path stay the same, but the end of a row is not a row."""
    longer = MADE.salt + MADE.line[:moved].encode().hex()
    with pytest.raises(ProofRefused):
        verify_row(replace(MADE, salt=longer, line=MADE.line[moved:]))
    plain = prove_row(digest("file"), [b"a", b"b"], b"s" * 64, 1)
    with pytest.raises(ProofRefused):
        verify_row(replace(plain, salt=plain.salt[: -2 * moved], line="s" * moved + plain.line))


@given(st.lists(st.text(max_size=9), min_size=1, max_size=9), st.data())
def test_no_other_line_is_proved_by_a_proof(lines: list[str], data: st.DataObject) -> None:
    count = len(lines)
    row = data.draw(st.integers(1, count))
    raw = [line.encode("utf-8", "replace") for line in lines]
    made = prove_row(digest("file"), raw, salts(count), row)
    verify_row(made)
    other = data.draw(st.text(max_size=9).filter(lambda text: text != made.line))
    with pytest.raises(ProofRefused):
        verify_row(replace(made, line=other))


@pytest.mark.parametrize("row", [-1, 0, 4])
def test_there_is_no_proof_of_a_row_that_is_not_there(row: int) -> None:
    with pytest.raises(InvalidInput, match="the dataset has 3"):
        proof(3, row)


@pytest.mark.parametrize("length", [0, 1, 63, 65, 96])
def test_salts_that_do_not_fit_the_rows_are_damage(length: int) -> None:
    with pytest.raises(FoundDamage, match="do not fit 2 rows") as caught:
        row_leaves(rows(2), bytes(length))
    assert caught.value.hint
    with pytest.raises(FoundDamage):
        prove_row(digest("file"), rows(2), bytes(length), 1)
