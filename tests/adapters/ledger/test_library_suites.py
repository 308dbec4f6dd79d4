"""The recorder test suites that the eventsourcing library ships, run on our recorders."""

import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from eventsourcing.tests.persistence import (
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)

from oneseek.adapters.keys.ed25519 import Ed25519Sealer, create_key
from oneseek.adapters.ledger import memory_recorder, postgres_recorder
from oneseek.adapters.ledger.memory_tables import Tables
from oneseek.adapters.ledger.postgres_address import parse_address
from oneseek.adapters.ledger.postgres_ledger import create_ledger as create_schema
from oneseek.adapters.ledger.sqlite_ledger import create_ledger
from oneseek.adapters.ledger.sqlite_recorder import LedgerDatastore, LedgerRecorder


class SqliteSetup:
    """Gives every test a ledger file of its own, and stream names as text."""

    EXPECT_CONTIGUOUS_NOTIFICATION_IDS = True

    def new_originator_id(self) -> str:
        return f"version:{uuid4().hex}"

    @pytest.fixture(autouse=True)
    def _folder(self) -> Iterator[None]:
        before = threading.enumerate()
        with TemporaryDirectory() as folder:
            self.folder = Path(folder)
            yield
            # Some of the library's tests do not wait for their readers; closing a connection that
            # a thread is reading from crashes the interpreter.
            for thread in threading.enumerate():
                if thread not in before:
                    thread.join()
            self.datastore.close()

    def create_recorder(self) -> LedgerRecorder:
        path = self.folder / "ledger.db"
        create_ledger(path)
        create_key(self.folder / "key.pem", "oneseek.test/log")
        self.datastore = LedgerDatastore(path)
        return LedgerRecorder(
            self.datastore, Ed25519Sealer("oneseek.test/log", self.folder / "key.pem")
        )


class PostgresSetup:
    """Gives every test a schema of its own, and stream names as text."""

    EXPECT_CONTIGUOUS_NOTIFICATION_IDS = True

    def new_originator_id(self) -> str:
        return f"version:{uuid4().hex}"

    @pytest.fixture(autouse=True)
    def _schema(self, postgres_url: str, tmp_path: Path) -> Iterator[None]:
        self.address = parse_address(postgres_url, "the test")
        self.key = tmp_path / "key.pem"
        before = threading.enumerate()
        yield
        for thread in threading.enumerate():
            # The pool's own threads end with it.
            if thread not in before and not thread.name.startswith("pool-"):
                thread.join()
        self.datastore.close()

    def create_recorder(self) -> postgres_recorder.LedgerRecorder:
        create_schema(self.address)
        create_key(self.key, "oneseek.test/log")
        self.datastore = postgres_recorder.LedgerDatastore(self.address)
        sealer = Ed25519Sealer("oneseek.test/log", self.key)
        return postgres_recorder.LedgerRecorder(self.datastore, sealer)


class MemorySetup:
    """Gives every test tables of its own, and stream names as text."""

    EXPECT_CONTIGUOUS_NOTIFICATION_IDS = True

    def new_originator_id(self) -> str:
        return f"version:{uuid4().hex}"

    @pytest.fixture(autouse=True)
    def _key(self, tmp_path: Path) -> None:
        self.key = tmp_path / "key.pem"

    def create_recorder(self) -> memory_recorder.LedgerRecorder:
        create_key(self.key, "oneseek.test/log")
        sealer = Ed25519Sealer("oneseek.test/log", self.key)
        return memory_recorder.LedgerRecorder(Tables(), sealer)


class TestApplicationRecorder(SqliteSetup, ApplicationRecorderTestCase[LedgerRecorder]):
    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestNonInterleaving(SqliteSetup, NonInterleavingNotificationIDsBaseCase):
    insert_num = 1000


class TestMemoryApplicationRecorder(
    MemorySetup, ApplicationRecorderTestCase[memory_recorder.LedgerRecorder]
):
    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestMemoryNonInterleaving(MemorySetup, NonInterleavingNotificationIDsBaseCase):
    insert_num = 1000


class TestPostgresApplicationRecorder(
    PostgresSetup, ApplicationRecorderTestCase[postgres_recorder.LedgerRecorder]
):
    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestPostgresNonInterleaving(PostgresSetup, NonInterleavingNotificationIDsBaseCase):
    insert_num = 1000


del ApplicationRecorderTestCase, NonInterleavingNotificationIDsBaseCase
