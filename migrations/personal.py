"""Is a file of no known format one that may hold what people wrote? In doubt it is kept sealed."""

from oneseek.migrations.look import Look

_TEXTS = (".json", ".jsonl", ".ndjson", ".txt", ".csv", ".tsv", ".log", ".html", ".xml", ".parquet")
_DATABASES = (".db", ".sqlite", ".sqlite3", "-wal", "-journal", ".rdb", ".dump", ".sql")


def may_hold_people_text(look: Look) -> bool:
    """Tell by its name whether the file is text or a database that nobody here knows."""
    name = look.name.lower().removesuffix(".gz").removesuffix(".bak").removesuffix("~")
    return name.endswith((*_TEXTS, *_DATABASES))
