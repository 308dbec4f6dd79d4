"""A warm process per test worker, where this machine lets us hold calls and mount small disks."""

from collections.abc import Iterator

import pytest

from faults.kernel import why_not
from faults.warm import Warm, warm_process, why_no_mounts


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    """A process that makes cells."""
    with warm_process() as process:
        yield process


@pytest.fixture(scope="session")
def holding(warm: Warm) -> Warm:
    """The same, where calls can be held."""
    if reason := why_not():
        pytest.skip(reason)
    return warm


@pytest.fixture(scope="session")
def mounting() -> Iterator[Warm]:
    """A process that may mount."""
    if reason := why_no_mounts():
        pytest.skip(reason)
    with warm_process(own_mounts=True) as process:
        yield process
