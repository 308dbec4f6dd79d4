"""The commitment to every row of a dataset, and proofs that a row is in it.

Row leaf = SHA-256(0x00 || salt || raw line), the salt 32 random bytes of its own. Without salts a
short text could be found by guessing; with them a proof shows one row and nothing of the others.
The commitment is the RFC 6962 root over the leaves in file order.
"""

from collections.abc import Sequence

from msgspec import Struct

from oneseek.domain.digest import Digest, parse_digest
from oneseek.domain.errors import FoundDamage, InvalidInput, ProofRefused
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
from oneseek.domain.merkle.hashing import leaf_hash, perfect_root
from oneseek.domain.merkle.proofs import inclusion_path, verify_inclusion

SALT_BYTES = 32
PROOF_FORMAT = "oneseek-row-proof/v1"


class RowProof(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Shows that one row is in a dataset; hashes and salt as hex, the line as text.

    ``entries`` holds the C2SP tlog-proofs of the ledger entries that bind the dataset (and, where
    asked for, a version) to a signed tree head.
    """

    format: str
    dataset: Digest
    rows: int
    row_root: Digest
    row: int
    """Line number, from 1."""
    line: str
    salt: Digest
    """32 random bytes."""
    path: tuple[Digest, ...]
    entries: tuple[str, ...] = ()
    row_order: str = ""
    """With a version: the bytes of its training's row order object, which names the rows used."""


def row_leaves(lines: Sequence[bytes], salts: bytes) -> list[bytes]:
    """Return the 32-byte leaves of raw ``lines``; ``salts`` holds 32 bytes per line.

    Raises:
        FoundDamage: the salts do not fit the number of lines. They were made for it, so some of
            them, or some lines, are lost.
    """
    if len(salts) != SALT_BYTES * len(lines):
        raise FoundDamage(
            f"{len(salts)} bytes of salt do not fit {len(lines)} rows",
            hint="restore .oneseek/vault.db from a backup",
        )
    return [
        leaf_hash(salts[number * SALT_BYTES : (number + 1) * SALT_BYTES] + line)
        for number, line in enumerate(lines)
    ]


def row_root(lines: Sequence[bytes], salts: bytes) -> Digest:
    """Return the commitment to all ``lines`` as hex."""
    return EMPTY_FRONTIER.extend(row_leaves(lines, salts)).root().hex()


def prove_row(dataset: Digest, lines: Sequence[bytes], salts: bytes, row: int) -> RowProof:
    """Make the proof that line ``row`` (from 1) is in the dataset.

    Raises:
        InvalidInput: there is no such row.
    """
    if not 1 <= row <= len(lines):
        raise InvalidInput(f"there is no row {row}: the dataset has {len(lines)}")
    leaves = row_leaves(lines, salts)

    def node(level: int, index: int) -> bytes:
        return perfect_root(leaves[index << level : (index + 1) << level])

    index = row - 1
    return RowProof(
        format=PROOF_FORMAT,
        dataset=dataset,
        rows=len(lines),
        row_root=row_root(lines, salts),
        row=row,
        line=lines[index].decode(),
        salt=salts[index * SALT_BYTES : row * SALT_BYTES].hex(),
        path=tuple(item.hex() for item in inclusion_path(index, len(lines), node)),
    )


def verify_row(proof: RowProof) -> None:
    """Check a row proof against its own root; whoever calls compares that root with the ledger.

    Raises:
        ProofRefused: the row is not in a dataset with this root, or the proof is not in its one
            spelling.
    """
    if proof.format != PROOF_FORMAT:
        raise ProofRefused(f"a row proof of the format {proof.format!r} cannot be checked")
    try:
        # The salt's length is fixed: otherwise the beginning of a line could pose as salt, and
        # its end as a row.
        salt, root = _hash(proof.salt), _hash(proof.row_root)
        path = [_hash(item) for item in proof.path]
        line = proof.line.encode()
    except (InvalidInput, UnicodeEncodeError):
        raise ProofRefused("salt, root or path of the row proof is damaged") from None
    verify_inclusion(leaf_hash(salt + line), proof.row - 1, proof.rows, path, root)


def _hash(text: str) -> bytes:
    return bytes.fromhex(parse_digest(text))
