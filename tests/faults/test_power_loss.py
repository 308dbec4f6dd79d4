"""Power is lost: of what was not synced, anything may be left."""

import pytest

from faults.cells import Result, by_name
from faults.extent import rows_in, some_of
from faults.warm import Warm


@pytest.mark.parametrize("row", rows_in("power", by_name.values()))
def test_what_was_printed_as_done_survives_a_loss_of_power_after(row: str, holding: Warm) -> None:
    result: Result = holding.call("lose_power", row, some_of(4))
    assert result.wrong == []
    assert result.cells > 2
