"""Where the ledger of a contract is: in memory, in a file, in PostgreSQL."""

import pytest

from workbench import MEMORY


def _named(request: pytest.FixtureRequest) -> str | None:
    if request.param == "postgres":
        found: str = request.getfixturevalue("postgres_url")
        return found
    return MEMORY if request.param == MEMORY else None


@pytest.fixture(params=[MEMORY, "sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str | None:
    """Every place: ``memory``, None for a file, else the URL of a database."""
    return _named(request)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """Every database: None for a file, else the URL of one."""
    return _named(request)
