import pytest

import builders as make
from oneseek.domain.errors import Conflict
from oneseek.domain.events import KeyAdded, LedgerOpened
from workbench import Workbench


def test_a_ledger_opens_with_its_name_its_format_and_its_key(bench: Workbench) -> None:
    assert bench.events() == [
        LedgerOpened(
            origin=make.ORIGIN, format="oneseek-ledger/v1", software="oneseek-provenance test"
        ),
        KeyAdded(purpose="checkpoint", verifier=str(bench.key)),
    ]
    assert bench.audit().findings == ()


def test_a_ledger_is_opened_once(bench: Workbench) -> None:
    with pytest.raises(Conflict, match="opened before"):
        bench.open()
    assert bench.ledger.head().size == 2
