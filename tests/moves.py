"""A ledger and a second place for it, for tests of moving."""

from dataclasses import dataclass

import builders as make
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, check_ed25519
from oneseek.adapters.ledger.copying import Trust
from oneseek.adapters.ledger.location import Movable
from oneseek.adapters.ledger.moving import Moved, move
from oneseek.adapters.ledger.opened import OpenLedger
from oneseek.domain.audit.index_audit import audit_index
from oneseek.domain.audit.ledger_audit import audit_ledger
from oneseek.domain.audit.state_audit import audit_state
from oneseek.domain.entry import Entry
from oneseek.domain.keys import KeyRing, KeyTerm
from oneseek.domain.note.signed_note import VerifierKey
from oneseek.domain.stored import StoredCosignature
from workbench import Workbench

GROUPS = (1, 2, 300, 5, 1, 1, 240, 30)
"""Sizes of the groups appended: two are larger than a batch of the tests, and tiles get full."""


OUT, HOME = ("sqlite", "postgres"), ("postgres", "sqlite")


def nothing(title: str, count: int, total: int) -> None:
    """Nobody looks at the progress."""


def trust_in(key: VerifierKey) -> Trust:
    """Trust this one key from the beginning."""
    return Trust((key,), KeyRing((KeyTerm(key, 1, None),)), make.ORIGIN, check_ed25519)


@dataclass
class Move:
    """A workbench, a second place for its ledger, and the way between them."""

    bench: Workbench
    here: Movable
    there: Movable

    @property
    def trust(self) -> Trust:
        return trust_in(self.bench.key)

    def open(self, place: Movable) -> OpenLedger:
        pem = self.bench.folder / "key.pem"
        return place.open(Ed25519Sealer(make.ORIGIN, pem), make.ORIGIN)

    def go(self) -> Moved:
        return move(self.here, self.there, self.trust, nothing)

    def back(self) -> Moved:
        return move(self.there, self.here, self.trust, nothing)


def fill(bench: Workbench) -> None:
    bench.open()
    bench.add_materials()
    bench.certify("t1")
    size = bench.ledger.head().size
    said = [StoredCosignature(size, f"w.example/{number}", 7, b"said") for number in range(3)]
    bench.ledger.attach([*said, StoredCosignature(2, "w.example/1", 2**32 - 1, b"before")])
    for number, size in enumerate(GROUPS):
        bench.append(*[make.repaired(f"p{number}")] * size)


def shown(ledger: OpenLedger) -> tuple[object, ...]:
    """Return everything that a reader can get out of a ledger."""
    head = ledger.head()
    notes = [ledger.checkpoint_covering(index) for index in range(0, head.size, 7)]
    tiles = [ledger.hashes_at(1, index, index + 1) for index in range(head.size // 256)]
    rows = list(ledger.records()), list(ledger.index_rows()), list(ledger.cosignatures())
    return head, *rows, notes, tiles


def findings(case: Move, ledger: OpenLedger) -> list[object]:
    report = audit_ledger(ledger, (case.bench.key,), check_ed25519, origin=make.ORIGIN)
    with ledger.view() as view:
        return [*report.findings, *audit_index(ledger), *audit_state(ledger, view)]


def one_more(ledger: OpenLedger, name: str = "later", version: int = 1) -> Entry:
    time = ledger.head().time
    assert time is not None
    entry = make.entry(make.repaired(name), version, time)
    ledger.append([entry], {entry.stream: version - 1})
    return entry
