"""Attacks on proofs: whatever was worked on is refused, in one sentence, by its exit code."""

import json

import pytest

from e2e.desks import ORIGIN, Desk
from e2e.workspaces import Workspace
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, create_key
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import parse_note
from oneseek.domain.note.tlog_proof import TlogProof


def forged(desk: Desk, what: str) -> str:
    """Write a file that somebody worked on; return its name."""
    proof = desk.read("entry.tlog-proof")
    since = desk.read("since.consistency")
    kept = desk.read("kept.checkpoint")
    found = TlogProof.parse(proof)
    root = proof.split(b"\n\n")[1].split(b"\n")[2]
    size = Checkpoint.parse(parse_note(found.checkpoint).text).size
    older = proof.replace(b"\n%d\n" % size, b"\n%d\n" % (size + 1))
    assert found.extra is not None
    first, rest = since.split(b"\n", 1)[0], since.split(b"\n\n", 1)[1]
    last = b"\n%d\n" % (desk.size - 1)
    made = {
        "an entry was changed": TlogProof(
            found.index, found.path, found.checkpoint, found.extra.replace(b"tiny", b"huge")
        ).format(),
        "the index was changed": proof.replace(b"index 2", b"index 1"),
        "the size was changed": older,
        "the root was changed": proof.replace(root, b"A" * 43 + b"="),
        "an extension line was added": proof.replace(root + b"\n", root + b"\nmore\n"),
        "a line of the path is gone": b"\n".join(
            line for number, line in enumerate(proof.split(b"\n")) if number != 3
        ),
        "the older tree is another": since.replace(b"old ", b"old 1", 1),
        "the consistency path is empty": first + b"\n\n" + rest,
        "a checkpoint of 2^63 entries": kept.replace(last, b"\n%d\n" % 2**63),
        "base64 with stray bits": proof.replace(b"index 2\n", b"index 2\n" + b"A" * 42 + b"B=\n"),
        "bytes behind the end": proof + b"more\n",
        "another version of the format": proof.replace(b"@v1", b"@v2"),
        "nothing at all": b"",
        "zeros": bytes(1000),
    }[what]  # fmt: skip
    return desk.write("forged", made)


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("an entry was changed", 1),
        ("the index was changed", 1),
        ("the size was changed", 1),
        ("the root was changed", 1),
        ("an extension line was added", 1),
        ("a line of the path is gone", 1),
        ("the older tree is another", 2),
        ("the consistency path is empty", 1),
        ("a checkpoint of 2^63 entries", 2),
        ("base64 with stray bits", 2),
        ("bytes behind the end", 2),
        ("another version of the format", 2),
        ("nothing at all", 2),
        ("zeros", 2),
    ],
)
def test_a_forged_file_is_refused(desk: Desk, what: str, code: int) -> None:
    old = ["--old", "kept.checkpoint"] if "older" in what or "consistency" in what else []
    desk.check(forged(desk, what), *old, expect=code)


def test_a_proof_of_another_log_and_another_key_are_refused(desk: Desk) -> None:
    proof = TlogProof.parse(desk.read("entry.tlog-proof"))
    state = Checkpoint.parse(parse_note(proof.checkpoint).text)
    for name, origin in (("stranger", ORIGIN), ("foreign", "other.example")):
        pem = desk.folder / f"{name}.pem"
        desk.write(f"{name}.vkey", f"{create_key(pem, origin)}\n".encode())
        note = Ed25519Sealer(origin, pem)(state.size, state.root)
        desk.write(name, TlogProof(proof.index, proof.path, note, proof.extra).format())
        assert "no known key has signed" in desk.check(name, expect=1)
        desk.check(name, key=f"{name}.vkey")
    desk.check("entry.tlog-proof", expect=1, key="stranger.vkey")
    desk.check("entry.tlog-proof", "--key", "foreign.vkey", expect=2)


def test_a_checkpoint_under_a_foreign_origin_by_the_logs_own_key_is_refused(
    desk: Desk, operator: Workspace
) -> None:
    pem = operator.root / ".oneseek" / "keys" / "checkpoint.pem"
    renamed = Ed25519Sealer("other.example", pem)(3, bytes(32))
    assert "no known key has signed" in desk.check(desk.write("renamed", renamed), expect=1)


def test_witnesses_and_logs_never_stand_in_for_each_other(desk: Desk) -> None:
    seen, one = "seen.tlog-proof", ("--require-witnesses", "1")
    assert "key of a log" in desk.check(seen, "--witness", "log.vkey", *one, expect=2)
    assert "key of a witness" in desk.check(seen, expect=2, key="w1.vkey")
    assert "0 of the trusted witnesses" in desk.check(
        "entry.tlog-proof", "--witness", "w1.vkey", *one, expect=1
    )
    assert "the keys of 1 were given" in desk.check(
        seen, "--witness", "w1.vkey", "--require-witnesses", "2", expect=2
    )
    assert "the keys of 0 were given" in desk.check(seen, *one, expect=2)


def test_a_proof_without_its_entry_cannot_be_checked_here(desk: Desk) -> None:
    proof = TlogProof.parse(desk.read("entry.tlog-proof"))
    bare = TlogProof(proof.index, proof.path, proof.checkpoint).format()
    assert "does not hold the entry" in desk.check(desk.write("bare", bare), expect=6)


def test_an_entry_of_a_kind_that_is_not_known_is_proven_and_said_to_be_unreadable(
    desk: Desk,
) -> None:
    pem, raw = desk.folder / "future.pem", b'{"kind":"from-the-future/v9"}'
    key = create_key(pem, "future.example")
    note = Ed25519Sealer("future.example", pem)(1, leaf_hash(raw))
    name = desk.write("future", TlogProof(0, (), note, raw).format())
    out = desk.check(name, key=str(key))
    assert "29 bytes that this version of OneSeek cannot read" in out
    assert json.loads(desk.check(name, "--json", key=str(key)))["entry"] is None


def test_no_proof_is_made_for_a_checkpoint_of_another_history(operator: Workspace) -> None:
    seal = Ed25519Sealer(ORIGIN, operator.root / ".oneseek" / "keys" / "checkpoint.pem")
    for size, said in ((3, "are not those of the checkpoint"), (500, "was rolled back")):
        (operator.root / "other.checkpoint").write_bytes(seal(size, bytes(32)))
        assert said in operator.run("ledger", "consistency", "other.checkpoint", expect=1).err
        done = operator.run("ledger", "consistency", "0", "other.checkpoint", expect=1)
        assert said in done.err
