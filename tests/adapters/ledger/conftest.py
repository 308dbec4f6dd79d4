"""A filled ledger at one place, and another place that is empty."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from moves import Move, fill
from oneseek.adapters.ledger.location import locate
from postgres import dropped_after, own_schema
from workbench import workbench


@pytest.fixture(
    params=[(one, two) for one in ("sqlite", "postgres") for two in ("sqlite", "postgres")],
    ids="-to-".join,
)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Move]:
    """A ledger of some hundred entries at one place, and another place that is empty."""
    with ExitStack() as stack:

        def url(kind: str, name: str) -> str:
            if kind == "sqlite":
                return f"sqlite:{name}.db"
            server = request.getfixturevalue("postgres_server")
            return stack.enter_context(dropped_after(own_schema(server)))

        first, second = (url(kind, name) for kind, name in zip(request.param, "ab", strict=True))
        bench = stack.enter_context(workbench(tmp_path, first))
        fill(bench)
        there = locate(tmp_path / "ledger.db", second)
        here = locate(tmp_path / "ledger.db", first)
        yield Move(bench, here, there)


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Move]:
    """The same between two files."""
    with workbench(tmp_path) as bench:
        fill(bench)
        path = tmp_path / "ledger.db"
        yield Move(bench, locate(path, None), locate(path, "sqlite:b.db"))
