"""Opening Firestore, or Google's emulator of it, as a store of documents.

This module is cheap to import; the libraries are loaded when a project is opened.
"""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from oneseek.adapters.documents.deadlines import Deadlines
from oneseek.domain.errors import InvalidInput, ServiceFailed

if TYPE_CHECKING:
    from oneseek.adapters.documents.firestore_store import FirestoreStore

EMULATOR = "FIRESTORE_EMULATOR_HOST"
"""``HOST:PORT`` of an emulator; Google's libraries obey the same variable."""

DEFAULT = "(default)"

_PROJECT = re.compile(r"[a-z0-9][a-z0-9.:-]{0,98}")
_DATABASE = re.compile(r"\(default\)|[a-z0-9][a-z0-9-]{0,62}")
_HOST = re.compile(r"[\w.-]+:\d{1,5}|\[[0-9a-fA-F:]+\]:\d{1,5}", re.ASCII)


def emulator_host() -> str | None:
    """Return the emulator that the environment names."""
    return os.environ.get(EMULATOR) or None


def store_name(project: str, database: str, emulator: str | None) -> str:
    """Return what people know a target by; what an emulator took is not in the project."""
    name = project if database == DEFAULT else f"{project}/{database}"
    return f"{name} (emulator {emulator})" if emulator else name


def open_firestore(
    project: str,
    database: str = DEFAULT,
    credentials: Path | None = None,
    *,
    deadlines: Deadlines | None = None,
) -> "FirestoreStore":
    """Return the database of a Firebase project, after it has answered once.

    ``credentials`` is the file of a service account; without it those of the application are
    looked for. An emulator, where the environment names one, needs none.

    Raises:
        InvalidInput: the project, the database, the emulator or the credentials are none.
        NotFound: there are no credentials, or the project has no such database.
        ServiceFailed: a library is missing, or Google did not answer, or refused us.
    """
    if not _PROJECT.fullmatch(project):
        raise InvalidInput(
            f"{project!r} is not the id of a Firebase project",
            hint="the console shows it under Project settings: small letters, digits and hyphens",
        )
    if not _DATABASE.fullmatch(database):
        raise InvalidInput(f"{database!r} is not a database", hint=f'mostly it is "{DEFAULT}"')
    emulator = emulator_host()
    if emulator and not _HOST.fullmatch(emulator):
        raise InvalidInput(f"{EMULATOR} is not HOST:PORT: {emulator!r}")
    try:
        from oneseek.adapters.documents.firestore_calls import Calls, Target
        from oneseek.adapters.documents.firestore_store import FirestoreStore
    except ImportError:
        raise ServiceFailed(
            "the libraries for Firestore are not installed",
            hint='install them with: pip install "oneseek-provenance[firebase]"',
        ) from None
    limits = deadlines or Deadlines()
    store = FirestoreStore(Calls(Target(project, database, emulator), credentials, limits))
    try:
        store.contact()
    except BaseException:
        store.close()
        raise
    return store
