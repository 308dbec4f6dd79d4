"""The tables of a SQLite ledger, and the triggers that make it append-only.

``INSERT OR REPLACE`` deletes rows without firing DELETE triggers, so BEFORE INSERT triggers refuse
an index or a (stream, version) that exists. Whoever owns the file can drop triggers: they keep
mistakes out, detection never rests on them.

The columns of ``entries`` carry the names that the ``eventsourcing`` recorders read by:
``originator_id`` is the stream, ``topic`` the kind, ``state`` the entry's bytes.
"""

APPLICATION_ID = 0x4F53504C
"""``OSPL`` in the SQLite header: this file is a ledger of ours."""

FORMAT_VERSION = 1
"""Stored as ``PRAGMA user_version``; a reader refuses a number that it does not know."""

_TABLES = (
    """CREATE TABLE head (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        size INTEGER NOT NULL,
        frontier BLOB NOT NULL,
        clock INTEGER NOT NULL,
        checkpoint BLOB NOT NULL
    )""",
    "INSERT INTO head VALUES (1, 0, x'', 0, x'')",
    """CREATE TABLE entries (
        position INTEGER PRIMARY KEY,
        originator_id TEXT NOT NULL,
        originator_version INTEGER NOT NULL,
        topic TEXT NOT NULL,
        clock INTEGER NOT NULL,
        leaf_hash BLOB NOT NULL,
        state BLOB NOT NULL
    )""",
    "CREATE UNIQUE INDEX entries_by_stream ON entries (originator_id, originator_version)",
    """CREATE TABLE tiles (
        level INTEGER NOT NULL,
        position INTEGER NOT NULL,
        root BLOB NOT NULL,
        PRIMARY KEY (level, position)
    ) WITHOUT ROWID""",
    "CREATE TABLE checkpoints (size INTEGER PRIMARY KEY, note BLOB NOT NULL)",
)

EVIDENCE = ("head", "entries", "tiles", "checkpoints")
TABLES = (*EVIDENCE, "state")
"""Every table of a ledger. The table ``state`` can be made again from the others."""

STATE_TABLE = """CREATE TABLE state (
        kind TEXT NOT NULL,
        key TEXT NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (kind, key)
    ) WITHOUT ROWID"""

HAS_COSIGNATURES = (
    "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'cosignatures'"
)

_COSIGNATURES = """CREATE TABLE cosignatures (
        size INTEGER NOT NULL,
        name TEXT NOT NULL,
        key_id INTEGER NOT NULL,
        signature BLOB NOT NULL,
        PRIMARY KEY (size, name, key_id)
    ) WITHOUT ROWID"""

_EXISTING = {
    "entries": "position = NEW.position OR (originator_id = NEW.originator_id "
    "AND originator_version = NEW.originator_version)",
    "tiles": "level = NEW.level AND position = NEW.position",
    "checkpoints": "size = NEW.size",
}


def ledger_statements() -> list[str]:
    """Return the statements that make an empty ledger, in order."""
    statements = [*_TABLES, STATE_TABLE]
    for table, existing in _EXISTING.items():
        statements += _append_only(table, existing)
    statements.append(
        "CREATE TRIGGER head_no_delete BEFORE DELETE ON head "
        "BEGIN SELECT RAISE(ABORT, 'the head stays'); END"
    )
    statements.append(
        "CREATE TRIGGER head_no_replace BEFORE INSERT ON head "
        "WHEN EXISTS (SELECT 1 FROM head) BEGIN SELECT RAISE(ABORT, 'there is one head'); END"
    )
    statements.append(
        "CREATE TRIGGER head_only_forward BEFORE UPDATE ON head WHEN NEW.size < OLD.size "
        "BEGIN SELECT RAISE(ABORT, 'the head only moves forward'); END"
    )
    statements.append(f"PRAGMA application_id = {APPLICATION_ID}")
    statements.append(f"PRAGMA user_version = {FORMAT_VERSION}")
    return statements


def cosignature_statements() -> list[str]:
    """Return the statements that make the table of cosignatures, which comes with the first one."""
    existing = "size = NEW.size AND name = NEW.name AND key_id = NEW.key_id"
    return [_COSIGNATURES, *_append_only("cosignatures", existing)]


def _append_only(table: str, existing: str) -> list[str]:
    """Return the triggers that refuse changes of ``table`` and rows that exist already."""
    triggers = [
        f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} are append-only'); END"
        for action in ("UPDATE", "DELETE")
    ]
    triggers.append(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {existing}) "
        f"BEGIN SELECT RAISE(ABORT, 'exists already in {table}'); END"
    )
    return triggers
