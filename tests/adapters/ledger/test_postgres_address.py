"""The URL of a PostgreSQL ledger: what it names, what is refused, and that no password is shown."""

import subprocess
import sys
from pathlib import Path

import pytest

from oneseek.adapters.ledger.location import PostgresLocation, SqliteLocation, locate
from oneseek.adapters.ledger.postgres_address import Address, parse_address
from oneseek.adapters.ledger.postgres_driver import explain, reason
from oneseek.domain.errors import InvalidInput, OneSeekError


def parse(url: str) -> Address:
    return parse_address(url, "OQT_LEDGER_URL")


@pytest.mark.parametrize(
    ("url", "schema", "public"),
    [
        (
            "postgresql://anna:s%40cret@db.example:5433/ledgers",
            "oneseek",
            "postgresql://anna@db.example:5433/ledgers?schema=oneseek",
        ),
        (
            "postgresql://anna:s#cret@host/x",
            "oneseek",
            "postgresql://anna@host/x?schema=oneseek",
        ),
        (
            "postgres://db.example/x?schema=second&sslmode=require",
            "second",
            "postgresql://db.example/x?sslmode=require&schema=second",
        ),
        (
            "postgresql://anna@[::1]/x?password=s%40cret",
            "oneseek",
            "postgresql://anna@[::1]/x?schema=oneseek",
        ),
        (
            "postgresql:///x?host=/run/pg&user=anna&sslpassword=s%40cret",
            "oneseek",
            "postgresql:///x?host=%2Frun%2Fpg&user=anna&schema=oneseek",
        ),
    ],
)
def test_a_url_is_shown_without_its_password_and_means_the_same(
    url: str, schema: str, public: str
) -> None:
    found = parse(url)
    assert (found.schema, found.public) == (schema, public)
    assert "cret" not in repr(found)
    again = parse(public)
    assert again.public == public
    assert again.conninfo == " ".join(
        word for word in found.conninfo.split(" ") if "cret" not in word
    )


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://anna:s@cret@host/x",
        "postgresql://anna:s/cret@host/x",
        "postgresql://anna:12/cret@host/x",
        "postgresql://anna:s?cret@host/x",
        "postgresql://anna:%zzcret@host/x",
        "postgresql://anna:cret@[host/x",
        "postgresql://anna:cret@host:port/x",
        "postgresql://anna:cret@host/x?nonsense=cret",
        "postgresql://anna:cret@host/x?schema=Upper",
        "postgresql://anna:cret@host/x?schema=a%22%3Bdrop",
        "postgresql://anna:cret@host/x?schema=" + "a" * 41,
        "mysql://anna:cret@host/x",
        "anna:cret@host",
        "host=cret dbname=x",
    ],
)
def test_a_wrong_url_is_refused_in_one_sentence_that_does_not_repeat_it(url: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        locate(Path("ledger.db"), url)
    assert caught.value.exit_code == 2
    assert "OQT_LEDGER_URL" in caught.value.message
    assert "cret" not in caught.value.message
    assert "cret" not in str(caught.value.hint)


@pytest.mark.parametrize("url", [None, ""])
def test_without_a_url_the_ledger_is_a_file(url: str | None) -> None:
    assert locate(Path("ledger.db"), url) == SqliteLocation(Path("ledger.db"), "ledger.db", True)


def test_a_url_names_a_schema_of_a_database() -> None:
    found = locate(Path("ledger.db"), "postgresql://host/x")
    assert isinstance(found, PostgresLocation)
    assert found.url == "postgresql://host/x?schema=oneseek"


def test_the_words_of_the_driver_are_given_in_one_line_without_the_password() -> None:
    address = parse("postgresql://anna:s%40cret@host/x")
    words = 'connection failed: connection to "host" failed: FATAL:  no s@cret\nMultiple lines'
    assert reason(Exception(words), address) == "no …"
    assert "s@cret" not in explain(Exception(words), address).message


MISSING = """
import sys
sys.modules[sys.argv[1]] = None
from pathlib import Path
from oneseek.adapters.ledger.location import locate
from oneseek.domain.errors import ServiceFailed
try:
    ledger = locate(Path("ledger.db"), "postgresql://host/x").open(lambda size, root: b"")
    ledger._writer()
except ServiceFailed as error:
    print(error.message, error.hint)
"""


@pytest.mark.parametrize("library", ["psycopg", "psycopg_pool"])
def test_a_missing_library_is_told_with_how_to_install_it(library: str) -> None:
    words = [sys.executable, "-c", MISSING, library]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert f"the library {library}, which is not installed" in done.stdout
    assert 'pip install "oneseek-provenance[postgres]"' in done.stdout


READING = """
import sys
from pathlib import Path
from oneseek.adapters.ledger.location import locate
locate(Path("ledger.db"), "postgresql://host/x").open(lambda size, root: b"")
print(*(name for name in ("eventsourcing", "psycopg_pool", "cryptography") if name in sys.modules))
"""


def test_reading_needs_the_driver_alone() -> None:
    words = [sys.executable, "-c", READING]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout == "\n"


def test_an_error_that_nobody_expected_is_still_one_of_ours() -> None:
    found = explain(Exception(""), parse("postgresql://host/x"))
    assert isinstance(found, OneSeekError)
    assert found.exit_code == 5
