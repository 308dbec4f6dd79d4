"""What the mirror promises beyond the contract of all stores of documents."""

import sqlite3
import stat
from contextlib import closing, suppress
from pathlib import Path

import pytest

from oneseek.adapters.documents.limits import MAX_DOCUMENT_BYTES, document_size
from oneseek.adapters.documents.mirror import MirrorStore
from oneseek.domain.documents import Guard, Write
from oneseek.domain.errors import InvalidInput, ServiceFailed


def leftovers(path: Path) -> bytes:
    """Return all that a reader of the disk finds of the database."""
    return b"".join(item.read_bytes() for item in path.parent.iterdir() if item.is_file())


def test_a_mirror_that_nobody_wrote_is_empty_and_makes_no_file(tmp_path: Path) -> None:
    store = MirrorStore(tmp_path / "new" / "mirror.db")
    assert (store.get("a", "b"), list(store.scan("a")), store.count("a")) == (None, [], 0)
    assert list(tmp_path.iterdir()) == []


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    MirrorStore(tmp_path / "mirror.db").commit([Write("a", "b", {"text": "secret"})])
    assert stat.S_IMODE((tmp_path / "mirror.db").stat().st_mode) == 0o600


def test_texts_that_were_replaced_or_deleted_are_gone_from_the_disk(tmp_path: Path) -> None:
    store = MirrorStore(tmp_path / "mirror.db")
    texts = {str(n): f"personligt {n} " * 400 for n in range(60)}
    store.commit([Write("a", id, {"text": text}) for id, text in texts.items()])
    assert b"personligt 7 " in leftovers(tmp_path / "mirror.db")
    store.commit([Write("a", id, {"text": None}) for id in texts if int(id) % 2])
    store.commit([Write("a", id, None) for id in texts if not int(id) % 2])
    assert b"personligt" not in leftovers(tmp_path / "mirror.db")
    assert store.count("a") == 30


def test_update_times_rise_although_the_clock_stands_still(tmp_path: Path) -> None:
    store = MirrorStore(tmp_path / "mirror.db")
    with closing(sqlite3.connect(tmp_path / "mirror.db")):
        times = [store.commit([Write("a", "b", {"n": n})]) for n in range(5)]
        with closing(sqlite3.connect(tmp_path / "mirror.db", isolation_level=None)) as connection:
            connection.execute("UPDATE clock SET newest = 4000000000000000")
        times += [store.commit([Write("a", "b", {"n": n})]) for n in range(3)]
    assert times == sorted(set(times))
    assert times[-1].year == 2096


def test_a_document_may_have_a_mebibyte_and_not_a_byte_more(tmp_path: Path) -> None:
    store = MirrorStore(tmp_path / "mirror.db")
    room = MAX_DOCUMENT_BYTES - document_size("a", "b", {"x": ""})
    store.commit([Write("a", "b", {"x": "x" * room})])
    with pytest.raises(InvalidInput, match="a/b has"):
        store.commit([Write("a", "c", {}), Write("a", "b", {"x": "x" * (room + 1)})])
    with pytest.raises(InvalidInput):  # its JSON is short: 2 characters for 8 bytes
        store.commit([Write("a", "b", {"x": [1] * (MAX_DOCUMENT_BYTES // 8)})])
    assert store.count("a") == 1


def test_a_commit_that_is_too_large_as_a_whole_is_refused(tmp_path: Path) -> None:
    store = MirrorStore(tmp_path / "mirror.db")
    with pytest.raises(InvalidInput, match="501 documents"):
        store.commit([Write("a", str(n), {}) for n in range(501)])
    with pytest.raises(InvalidInput, match="bytes at once"):
        store.commit([Write("a", str(n), {"x": "x" * 1_000_000}) for n in range(11)])
    assert store.count("a") == 0


def test_another_file_is_not_taken_for_a_mirror(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    path.write_bytes(b"no database at all " * 100)
    with pytest.raises(ServiceFailed, match="is not a mirror"):
        MirrorStore(path).count("a")
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE other (x)")
    with pytest.raises(ServiceFailed, match="is not a mirror"):
        MirrorStore(path).commit([Write("a", "b", {})])


SECRET = "Vad heter min granne?"


@pytest.mark.parametrize(
    "json",
    [
        "'['", "5", "x'00ff'", "CAST(x'7b22ff' AS TEXT)", f"'{SECRET}'",
        f"""'{{"a":{{"$time":"{SECRET}"}}}}'""", f"""'{{"a":{{"$float":"{SECRET}"}}}}'""",
    ],
)  # fmt: skip
def test_a_row_that_is_no_document_is_an_empty_one_and_can_be_written_anew(
    tmp_path: Path, json: str
) -> None:
    store = MirrorStore(tmp_path / "mirror.db")
    store.commit([Write("a", "b", {"c": 1}), Write("a", "c", {})])
    by_hand(tmp_path, f"UPDATE documents SET json = {json} WHERE id = 'b'")
    assert [(found.id, found.fields) for found in store.scan("a")] == [("b", {}), ("c", {})]
    store.commit([Write("a", "b", {"c": 1})])
    found = store.get("a", "b")
    assert found is not None
    assert found.fields == {"c": 1}


@pytest.mark.parametrize(
    "change",
    [
        "documents SET id = x'00ff'", "documents SET id = 'a/b'",
        "documents SET id = CAST(x'ff41' AS TEXT)",
        "documents SET created = 99999999999999999999", "documents SET updated = 'yesterday'",
    ],
)  # fmt: skip
def test_a_row_that_no_commit_can_reach_is_told_in_one_sentence(
    tmp_path: Path, change: str
) -> None:
    store = MirrorStore(tmp_path / "mirror.db")
    store.commit([Write("a", "b", {})])
    by_hand(tmp_path, f"UPDATE {change}")
    with pytest.raises(ServiceFailed, match=r"mirror\.db was changed by hand"):
        list(store.scan("a"))


@pytest.mark.parametrize("change", ["DELETE FROM clock", f"UPDATE clock SET newest = {2**63 - 1}"])
def test_without_a_clock_nothing_is_written(tmp_path: Path, change: str) -> None:
    store = MirrorStore(tmp_path / "mirror.db")
    store.commit([Write("a", "b", {})])
    by_hand(tmp_path, change)
    with pytest.raises(ServiceFailed, match=r"mirror\.db was changed by hand"):
        store.commit([Write("a", "c", {})])
    assert store.count("a") == 1


def by_hand(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "mirror.db", isolation_level=None)) as connection:
        connection.execute(statement)


def test_a_refused_guard_leaves_no_trace(tmp_path: Path) -> None:
    store = MirrorStore(tmp_path / "mirror.db")
    time = store.commit([Write("a", "b", {"n": 1})], Guard("a", "b", None))
    with pytest.raises(Exception, match="changed by somebody else"):
        store.commit([Write("a", "b", {"n": 2}), Write("a", "c", {})], Guard("a", "b", None))
    assert [(found.id, found.updated) for found in store.scan("a")] == [("b", time)]


def test_a_mirror_that_is_being_made_is_empty_or_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mirror.db"
    path.touch(0o600)

    class Slow(sqlite3.Connection):
        def execute(self, sql: str, *values: object) -> sqlite3.Cursor:
            if sql == "PRAGMA user_version":
                meanwhile()
            return super().execute(sql, *values)  # type: ignore[arg-type]

    def meanwhile() -> None:
        other = connect(path, timeout=0, isolation_level=None)
        with closing(other), suppress(sqlite3.OperationalError):  # it has to wait for the reader
            other.execute("BEGIN")
            other.execute("CREATE TABLE clock (newest INTEGER NOT NULL)")
            other.execute("COMMIT")

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, **k, factory=Slow))
    assert MirrorStore(path).count("a") == 0
