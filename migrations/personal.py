"""Is a file of no known format one that may hold what people wrote? In doubt it is kept sealed."""

from oneseek.migrations.look import Look
from oneseek.migrations.rules.people import holds_people_text

# Nobody here looks into these; what the old programs kept in such files were conversations.
_CLOSED = (
    *(".db", ".sqlite", ".sqlite3", "-wal", "-journal", ".dump", ".parquet", ".rdb"),
    *(".pkl", ".pickle", ".joblib", ".msgpack", ".arrow", ".feather", ".avro", ".ldb", ".mbox"),
    *(".pdf", ".docx", ".xlsx", ".odt", ".ods"),
    *(".gz", ".zip", ".tar", ".tgz", ".bz2", ".xz", ".7z", ".zst"),
)


def may_hold_people_text(look: Look) -> bool:
    """Tell whether the file names fields of questions or answers, or cannot be looked into."""
    if look.name.lower().removesuffix(".bak").endswith(_CLOSED):
        return True
    try:
        return holds_people_text(look)
    except Exception:  # it is gone, or the mistake is ours: in doubt, as said above
        return True
