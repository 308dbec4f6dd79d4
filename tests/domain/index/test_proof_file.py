"""The proof file has one spelling, and no single change of one is believed."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import builders as make
from histories import History, check, public_key
from oneseek.domain.errors import InvalidInput, ProofRefused
from oneseek.domain.index.checking import check_history_proof
from oneseek.domain.index.proof_file import (
    BEGINNING,
    ActiveAt,
    HistoryOf,
    HistoryProof,
    NeverActive,
    is_history_proof,
)

LOG = History()
OWN = f"version:{make.manifest(1)}"
PROOFS = {
    "active-at": LOG.proof(ActiveAt(LOG.moment(12, "2026-11-20T18:37:00.000000Z")),
                           LOG.run("registry", 2, 4)),
    "never-active": LOG.proof(
        NeverActive(make.digest("nobody"), None, LOG.moment(3), LOG.moment(14)),
        LOG.run(f"version:{make.digest('nobody')}"), LOG.run("registry", 0, 6)),
    "history": LOG.proof(HistoryOf(make.manifest(1), make.dna(1)), LOG.run(OWN),
                         LOG.run("training:t1"), LOG.run("line:sv", 0, 1), LOG.run("registry")),
}  # fmt: skip


@pytest.mark.parametrize("proof", PROOFS.values(), ids=PROOFS)
def test_a_file_reads_back_as_it_was_written_and_is_known_by_its_beginning(
    proof: HistoryProof,
) -> None:
    data = proof.to_bytes()
    assert HistoryProof.parse(data) == proof
    assert is_history_proof(data)
    assert data.startswith(BEGINNING)
    assert data.endswith(b"\n}\n")
    assert json.loads(data)["question"]["asks"] in PROOFS
    check_history_proof(data, [public_key()], check)


GOOD = PROOFS["active-at"].to_bytes()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"c2sp.org/tlog-proof@v1\n",
        BEGINNING,
        GOOD[:-1],
        GOOD + b"\n",
        GOOD[:-2],
        b" " + GOOD,
        json.dumps(json.loads(GOOD)).encode(),
        GOOD.replace(b"history-proof/v1", b"history-proof/v2"),
        GOOD.replace(b'"streams"', b'"strums"'),
        GOOD.replace(b'  "checkpoint"', b'  "extra": 1,\n  "checkpoint"'),
        GOOD.replace(b'      "size": 12,', b'      "size": 12.0,'),
        GOOD.replace(b'      "size": 12,', b'      "size": -12,'),
        GOOD.replace(b'      "size": 12,', b'      "size": 12,\n      "size": 12,'),
        GOOD.replace(b'"asks": "active-at"', b'"asks": "anything"'),
        GOOD.replace(b"log.example", b"log\\u002eexample"),
        GOOD.replace(b"log.example", b"log\xff.example"),
        GOOD.replace(b"log.example", b"log\\ud800.example"),
        BEGINNING + b"[" * 100_000,
    ],
)
def test_what_is_no_proof_in_its_one_spelling_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput, match="history proof"):
        HistoryProof.parse(data)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in a JSON document."""
    yield path
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from places(item, (*path, key))


def changes(value: Any) -> Iterator[Any]:
    """Yield other values of the same type."""
    match value:
        case int():
            yield from (value + 1, value - 1, value + 256)
        case str() if value:
            last = value[-1]
            yield from (value[:-1] + ("1" if last != "1" else "2"), value[:-1], value + "0", "")
        case list():
            yield [*value, *value[-1:]]
            for n in range(len(value)):
                yield value[:n] + value[n + 1 :]
            if len(value) > 1:
                yield value[::-1]
        case None:
            yield from ("0" * 64, ["0" * 64, "1" * 64])


def put(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    copy = json.loads(json.dumps(document))
    target = copy
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    return copy


def every_change(proof: HistoryProof) -> Iterator[tuple[str, bytes]]:
    """Yield each file that differs from a proof in one value, but for the question asked."""
    document = json.loads(proof.to_bytes())
    for path in places(document):
        if not path or (path[0] == "question" and path[-1] not in ("last", "next", "entry")):
            continue
        value = document
        for key in path:
            value = value[key]
        for changed in changes(value):
            if changed != value:
                raw = msgspec.json.encode(put(document, path, changed))
                yield f"{path} → {changed!r}", msgspec.json.format(raw, indent=2) + b"\n"


@pytest.mark.parametrize("proof", PROOFS.values(), ids=PROOFS)
def test_no_single_change_of_a_proof_is_believed(proof: HistoryProof) -> None:
    tried = 0
    for what, data in every_change(proof):
        assert not is_believed(data), what
        tried += 1
    assert tried > 100


def is_believed(data: bytes) -> bool:
    """Say whether a file is believed; only the two named errors are a refusal."""
    try:
        check_history_proof(data, [public_key()], check)
    except (ProofRefused, InvalidInput):
        return False
    return True


@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=3), st.integers(0, 4))
def test_any_bytes_are_read_or_refused_by_a_named_error(
    place: int, extra: bytes, drop: int
) -> None:
    data = GOOD[:place] + extra + GOOD[place + drop :]
    if is_believed(data):
        assert json.loads(data)["streams"] == json.loads(GOOD)["streams"]
