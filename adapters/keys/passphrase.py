"""Passphrases of private keys: from the environment, a file, or a person at a terminal.

They are never printed, never recorded and never on a command line, where other users could see
them.
"""

import os
import sys
from getpass import getpass
from pathlib import Path

from oneseek.domain.errors import CannotCheck, InvalidInput, NotFound, ServiceFailed

VARIABLE = "OQT_KEY_PASSPHRASE"
NEW_VARIABLE = "OQT_KEY_NEW_PASSPHRASE"
BACKUP_VARIABLE = "OQT_BACKUP_PASSPHRASE"


def ask_passphrase(what: str) -> bytes:
    """Return the passphrase that opens ``what``, such as ``the signing key …``.

    Raises:
        CannotCheck: none is given, and there is no terminal to ask for it.
        InvalidInput: it is empty, or is not text.
        NotFound, ServiceFailed: the file that the environment names cannot be read.
    """
    given = _given(VARIABLE)
    return given if given is not None else _ask(f"Passphrase of {what}: ", what, VARIABLE)


def new_passphrase(what: str, *, protected: bool) -> bytes:
    """Return the passphrase that ``what`` gets; a person types it twice.

    For a key that has none yet, the variable of the old one will do too.

    Raises: see :func:`ask_passphrase`; InvalidInput also where the two differ.
    """
    given = _given(NEW_VARIABLE)
    if given is None and not protected:
        given = _given(VARIABLE)
    if given is not None:
        return given
    first = _ask(f"New passphrase of {what}: ", what, NEW_VARIABLE)
    if _ask("The same again: ", what, NEW_VARIABLE) != first:
        raise InvalidInput("the two passphrases differ; nothing was changed")
    return first


def given_passphrase() -> bytes | None:
    """Return the passphrase that the environment gives, None where it gives none; nobody is asked.

    Raises: see :func:`ask_passphrase`.
    """
    return _given(VARIABLE)


def _given(variable: str) -> bytes | None:
    if (text := os.environ.get(variable)) is not None:
        return _checked(os.fsencode(text), variable)
    name = os.environ.get(f"{variable}_FILE")
    if name is None:
        return None
    try:
        data = Path(name).read_bytes()
    except FileNotFoundError:
        raise NotFound(f"there is no file {name}, which {variable}_FILE names") from None
    except OSError as error:
        raise ServiceFailed(f"{name} cannot be read: {error.strerror}") from None
    return _checked(data.removesuffix(b"\n").removesuffix(b"\r"), name)


def _ask(prompt: str, what: str, variable: str) -> bytes:
    if not sys.stdin.isatty():
        raise CannotCheck(
            f"{what} needs a passphrase, and there is no terminal to ask for it",
            hint=f"set {variable}, or {variable}_FILE to a file that holds it",
        )
    try:
        return _checked(os.fsencode(getpass(prompt)), "what was typed")
    except EOFError:
        raise CannotCheck(f"no passphrase was typed for {what}") from None


def _checked(data: bytes, source: str) -> bytes:
    if not data or len(data) > 1000 or b"\0" in data:
        raise InvalidInput(
            f"the passphrase in {source} is empty, or longer than 1000 bytes, or no text"
        )
    return data


def backup_passphrase(*, new: bool) -> bytes:
    """Return the passphrase of a backup of the vault; a person types a new one twice.

    Raises: see :func:`ask_passphrase`; InvalidInput also where the two differ.
    """
    what = "the backup of the vault"
    given = _given(BACKUP_VARIABLE)
    if given is not None:
        return given
    first = _ask(f"Passphrase of {what}: ", what, BACKUP_VARIABLE)
    if new and _ask("The same again: ", what, BACKUP_VARIABLE) != first:
        raise InvalidInput("the two passphrases differ; nothing was written")
    return first
