"""The ledger that the audits look at."""

import pytest

import builders as make
from workbench import Workbench


@pytest.fixture
def ledger(bench: Workbench) -> Workbench:
    """Ten entries: 0 and 1 open the ledger; 2, 3; 4 to 6 as one group; 7, 8, 9."""
    bench.append(make.base())
    bench.append(make.dataset())
    bench.append(make.numbered(1), make.certified(1), make.numbered(2))
    for major in (1, 2, 1):
        bench.append(make.activated(major))
    assert bench.audit().findings == ()
    return bench
