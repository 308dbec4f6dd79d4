"""What is shown to a witness to make it cosign two histories: each is refused, and it goes on."""

import shutil

import pytest

from e2e.stands import FORK, LEAVES, ORIGIN, Stand
from oneseek.domain.merkle.hashing import EMPTY_ROOT, tree_root
from oneseek.domain.note.checkpoint import Checkpoint

ATTACKS = {
    "a fork of the same size": (lambda log: log.note(7, FORK), 1, "was forked"),
    "a fork of the same size with a proof": (lambda log: log.proof(7, 7, FORK), 1, "was forked"),
    "a fork that grew, with its own proof": (lambda log: log.proof(7, 9, FORK), 1, "root of the 7"),
    "a fork that grew, from where it left": (lambda log: log.proof(2, 9, FORK), 4, "from the 7"),
    "a fork that grew, as if it were the first": (lambda log: log.proof(0, 9, FORK), 4, "from 0"),
    "a fork that grew, without a proof": (lambda log: log.note(9, FORK), 4, "there is none"),
    "a roll-back": (lambda log: log.note(6), 1, "was rolled back"),
    "a roll-back with a proof": (lambda log: log.proof(3, 6), 1, "was rolled back"),
    "a log that grew, without a proof": (lambda log: log.note(9), 4, "consistency 7"),
    "a proof with a hash changed": (
        lambda log: log.proof(7, 9).replace(b"\n\n", b"\n" + b"A" * 43 + b"=\n\n", 1), 1, "hashes",
    ),
    "the empty log": (lambda log: log.note(0), 1, "was rolled back"),
    "an empty log with entries": (lambda log: log.note(0, root=bytes(32)), 1, "was rolled back"),
    "a size of 2^63": (
        lambda log: log.signed(Checkpoint(ORIGIN, 9, EMPTY_ROOT).body().replace("9", str(2**63))),
        2, "decimal number",
    ),
    "a size with a leading zero": (
        lambda log: log.signed(Checkpoint(ORIGIN, 7, EMPTY_ROOT).body().replace("\n7", "\n07")),
        2, "decimal number",
    ),
    "base64 with stray bits": (
        lambda log: log.signed(f"{ORIGIN}\n7\n{'A' * 42}B=\n"), 2, "not standard base64",
    ),
    "base64 without padding": (
        lambda log: log.signed(f"{ORIGIN}\n7\n{'A' * 43}\n"), 2, "not standard base64",
    ),
    "an extension line that the log signed": (
        lambda log: log.signed(Checkpoint(ORIGIN, 7, tree_root(LEAVES[:7]), ("more",)).body()),
        1, "extension lines",
    ),
    "an extension line that nobody signed": (
        lambda log: log.note(7).replace(b"\n\n", b"\nmore\n\n"), 1, "is not over this text",
    ),
    "a foreign origin": (lambda log: log.note(7, origin="other.example"), 1, "no known key"),
    "no signature of the log": (
        lambda log: log.note(7).replace(ORIGIN.encode() + b" ", b"stranger "), 1, "no known key",
    ),
    "a signature of another checkpoint": (
        lambda log: log.note(8).replace(b"\n8\n", b"\n9\n"), 1, "is not over this text",
    ),
    "a tlog-proof header": (lambda log: b"c2sp.org/tlog-proof@v1\n" + log.note(7), 2, "no proof"),
    "trailing bytes": (lambda log: log.note(7) + b"more", 2, "no proof"),
    "nothing": (lambda log: b"", 2, "no proof"),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused_and_the_witness_goes_on_where_it_was(
    stand: Stand, attack: str
) -> None:
    make, code, said = ATTACKS[attack]
    assert said in stand.cosign(make(stand.log), expect=code)
    stand.cosign(stand.log.proof(7, 9))


@pytest.mark.parametrize(
    "attack", ["an empty log with entries", "an extension line that the log signed"]
)
def test_a_fresh_witness_refuses_it_too(stand: Stand, attack: str) -> None:
    shutil.rmtree(stand.here.root / "w" / "logs")
    stand.cosign(ATTACKS[attack][0](stand.log), expect=1)
