"""What the files of a collection on this machine are called: the fold that it keeps, its lock."""

from hashlib import sha256


def cache_name(store: str, collection: str) -> str:
    """Return the name for the collection in the target ``store``, which may be a path or a URL."""
    return f"documents-{sha256(store.encode()).hexdigest()[:8]}-{collection}"
