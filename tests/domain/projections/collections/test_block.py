"""Blocks: the old names of the fields, the types of all kinds, texts of nobody."""

from collections.abc import Sequence

import pytest

import builders as make
from firestore_values import block_fields
from oneseek.domain.entry import MAX_ENTRY_BYTES
from oneseek.domain.events import ALL_EVENTS, Event, RegistryReset
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.projections.collections.block import PROOF_FIELDS, shown_fields
from oneseek.domain.projections.collections.block_types import (
    BLOCK_TYPES,
    block_content,
    block_type,
)
from oneseek.domain.projections.collections.collection import Proven
from oneseek.domain.projections.collections.ledger import LEDGER
from oneseek.domain.projections.folding import fold, units
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.store import DictState
from oneseek.domain.values import parse_time


def test_a_block_has_the_fields_of_old_and_the_entry_itself() -> None:
    entry = make.entry(make.answered(version=make.manifest()))
    raw = REGISTRY.encode(entry)
    fields = shown_fields(12, raw, entry)
    content = {
        "queryId": "q1", "modelVersion": make.manifest(), "base": make.digest("tiny"),
        "questionObject": make.digest("question q1"), "responseObject": make.digest("answer q1"),
    }  # fmt: skip
    assert fields == {
        "blockNumber": 12,
        "type": "query",
        "kind": "query-answered/v1",
        "stream": "query:q1",
        "streamVersion": 1,
        "actor": "anna",
        "timestamp": parse_time(make.TIME),
        "data": {"type": "query", "content": content, "timestamp": make.TIME},
        "entry": raw.decode(),
        "hash": leaf_hash(raw).hex(),
        "previousHash": None,
    }


def test_the_proof_stands_beside_it_in_hex_and_the_checkpoint_as_it_is() -> None:
    raw = REGISTRY.encode(make.entry(make.opened()))
    fields = block_fields(0, raw, 2, b"r" * 32, [b"p" * 32], b"a note\n")
    assert fields.keys() - shown_fields(0, raw, REGISTRY.decode(raw)).keys() == PROOF_FIELDS
    assert (fields["treeSize"], fields["rootHash"]) == (2, (b"r" * 32).hex())
    assert (fields["proof"], fields["checkpoint"]) == ([(b"p" * 32).hex()], "a note\n")


@pytest.mark.parametrize("event", make.EXAMPLES, ids=lambda event: event.kind)
def test_every_kind_has_a_type_and_a_content_out_of_its_own_fields(event: Event) -> None:
    content = block_content(event)
    assert block_type(event).replace("_", "").isalpha()
    assert content
    told = set(event.__struct_fields__)
    assert {attribute for _, attribute in BLOCK_TYPES[type(event)].content} <= told
    assert all(not isinstance(value, tuple | dict) for value in content.values())


def test_the_table_holds_every_kind_and_no_other() -> None:
    assert set(BLOCK_TYPES) == set(ALL_EVENTS)
    old = {"genesis", "query", "training", "model_update"}
    assert old <= {item.name for item in BLOCK_TYPES.values()}


def test_lists_are_lists_and_recalled_entries_make_the_same_block() -> None:
    assert block_content(make.erased())["objects"] == [*make.erased().objects]
    raw = REGISTRY.encode(make.entry(make.erased()))
    (recalled,) = REGISTRY.recall([raw])
    assert shown_fields(3, raw, recalled) == shown_fields(3, raw, REGISTRY.decode(raw))


def test_the_largest_entry_makes_a_block_far_below_what_a_database_takes() -> None:
    event = RegistryReset(
        reason="å" * 8000, inventory=make.digest("i"), versions=1, files=1, active=None
    )
    raw = REGISTRY.encode(make.entry(event))
    assert len(raw) > MAX_ENTRY_BYTES - 400
    fields = block_fields(0, raw, 2**40, bytes(32), [bytes(32)] * 40, b"note" * 1000)
    assert len(str(fields).encode()) < 64 * 1024


def test_the_fold_keeps_an_index_and_nothing_else() -> None:
    state = DictState()
    fold(LEDGER, state, make.indexed(make.EXAMPLES))
    found: Sequence[tuple[str, object]] = list(units(LEDGER, state))
    assert {id for id, _ in found} == {str(index) for index in range(len(ALL_EVENTS))}
    for id, document in found:
        rendered = LEDGER.render(document)
        assert (rendered.fields, rendered.proven) == ({}, Proven(int(id)))
