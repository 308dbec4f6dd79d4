"""Holding versions: placed and released with a reason, and once."""

import pytest

from oneseek.domain.errors import InvalidInput, NotFound
from oneseek.domain.events import HoldPlaced, HoldReleased
from oneseek.domain.usecases.holds import hold, release
from workbench import Workbench


def test_a_version_is_held_and_released_with_reasons(stocked: Workbench) -> None:
    version, receipt = hold(stocked.ports, "1.0", "a complaint")
    assert receipt is not None
    assert hold(stocked.ports, "1.0", "a complaint") == (version, None)
    assert hold(stocked.ports, "1.0", "another complaint")[1] is not None
    assert release(stocked.ports, "1.0", "closed")[1] is not None
    assert release(stocked.ports, "1.0", "closed") == (version, None)
    assert stocked.events()[-3:] == [
        HoldPlaced(version.manifest, version.dna, "a complaint"),
        HoldPlaced(version.manifest, version.dna, "another complaint"),
        HoldReleased(version.manifest, version.dna, "closed"),
    ]


@pytest.mark.parametrize("change", [hold, release])
def test_a_hold_needs_a_reason_and_a_version(stocked: Workbench, change) -> None:  # type: ignore[no-untyped-def]
    before = len(stocked.events())
    with pytest.raises(InvalidInput, match="needs a reason"):
        change(stocked.ports, "1.0", " ")
    with pytest.raises(NotFound):
        change(stocked.ports, "9.0", "a complaint")
    assert len(stocked.events()) == before
