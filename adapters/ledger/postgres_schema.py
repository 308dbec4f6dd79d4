"""The tables of a PostgreSQL ledger, and the triggers that make it append-only.

They are those of the SQLite ledger, in a schema of their own. A key that exists is refused by the
constraints themselves: no statement of PostgreSQL replaces a row without being an UPDATE or a
DELETE. ``ENABLE ALWAYS`` keeps the triggers awake where replication settings put others to sleep.
Whoever owns the tables can drop triggers: they keep mistakes out, detection never rests on them.

Streams are sorted by code point (``COLLATE "C"``), as SQLite sorts them. Keys of state documents
are the UTF-8 bytes, which sort alike and, unlike text in PostgreSQL, may hold any character.
"""

APPLICATION = "oneseek-ledger"
"""In the table ``format``: this schema is a ledger of ours."""

FORMAT_VERSION = 1
"""In the table ``format``; a reader refuses a number that it does not know."""

_TABLES = (
    "CREATE TABLE format (application TEXT NOT NULL, version INTEGER NOT NULL)",
    f"INSERT INTO format VALUES ('{APPLICATION}', {FORMAT_VERSION})",
    # Room in the page lets every append update the one row in place, without touching an index.
    """CREATE TABLE head (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        size BIGINT NOT NULL,
        frontier BYTEA NOT NULL,
        clock BIGINT NOT NULL,
        checkpoint BYTEA NOT NULL
    ) WITH (fillfactor = 20)""",
    "INSERT INTO head VALUES (1, 0, '', 0, '')",
    """CREATE TABLE entries (
        position BIGINT PRIMARY KEY,
        originator_id TEXT COLLATE "C" NOT NULL,
        originator_version BIGINT NOT NULL,
        topic TEXT COLLATE "C" NOT NULL,
        clock BIGINT NOT NULL,
        leaf_hash BYTEA NOT NULL,
        state BYTEA NOT NULL,
        UNIQUE (originator_id, originator_version)
    )""",
    """CREATE TABLE tiles (
        level INTEGER NOT NULL,
        position BIGINT NOT NULL,
        root BYTEA NOT NULL,
        PRIMARY KEY (level, position)
    )""",
    "CREATE TABLE checkpoints (size BIGINT PRIMARY KEY, note BYTEA NOT NULL)",
)

EVIDENCE = ("head", "entries", "tiles", "checkpoints")
TABLES = (*EVIDENCE, "state")
"""Every table of a ledger. The table ``state`` can be made again from the others."""

STATE_TABLE = """CREATE TABLE state (
        kind TEXT COLLATE "C" NOT NULL,
        key BYTEA NOT NULL,
        body BYTEA NOT NULL,
        PRIMARY KEY (kind, key)
    )"""

HAS_COSIGNATURES = (
    "SELECT COUNT(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('cosignatures')"
)

_COSIGNATURES = """CREATE TABLE cosignatures (
        size BIGINT NOT NULL,
        name TEXT COLLATE "C" NOT NULL,
        key_id BIGINT NOT NULL,
        signature BYTEA NOT NULL,
        PRIMARY KEY (size, name, key_id)
    )"""

RIGHTS = """SELECT privilege_type,
        CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END
    FROM pg_catalog.pg_class, aclexplode(relacl)
    WHERE oid = to_regclass('checkpoints') AND privilege_type IN ('SELECT', 'INSERT')"""
"""Who may read and add checkpoints: the same users may do so with what witnesses say of them."""

FUNCTION = """CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% in %', TG_ARGV[0], TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$"""


def ledger_statements() -> list[str]:
    """Return the statements that make an empty ledger in the schema of the connection, in order."""
    statements = [*_TABLES, STATE_TABLE, FUNCTION]
    for made in trigger_statements().values():
        statements += made
    return statements


def trigger_statements() -> dict[str, list[str]]:
    """Return what makes each trigger, by its name, which begins with its table's."""
    triggers: dict[str, list[str]] = {}
    for table in ("format", "entries", "tiles", "checkpoints"):
        triggers |= _append_only(table)
    triggers |= _trigger("head", "DELETE OR TRUNCATE", "STATEMENT", "the one row stays")
    triggers |= _trigger(
        "head", "UPDATE", "ROW WHEN (NEW.size < OLD.size)", "the size only moves forward"
    )
    return triggers


def cosignature_statements() -> list[str]:
    """Return the statements that make the table of cosignatures, which comes with the first one."""
    return [_COSIGNATURES, *(word for made in cosignature_triggers().values() for word in made)]


def cosignature_triggers() -> dict[str, list[str]]:
    """Return what makes each trigger of that table, by its name."""
    return _append_only("cosignatures")


def _append_only(table: str) -> dict[str, list[str]]:
    return _trigger(table, "UPDATE OR DELETE OR TRUNCATE", "STATEMENT", "append-only")


def _trigger(table: str, actions: str, each: str, why: str) -> dict[str, list[str]]:
    name = f"{table}_no_{actions.split()[0].lower()}"
    made = [
        f"CREATE TRIGGER {name} BEFORE {actions} ON {table} FOR EACH {each} "
        f"EXECUTE FUNCTION refuse('{why}')",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
    ]
    return {name: made}
