"""Public keys that a person names on the command line: as text, or by a file that holds them."""

from collections.abc import Iterable
from pathlib import Path

from oneseek.cli.wiring.files import read_input
from oneseek.domain.errors import InvalidInput, NotFound
from oneseek.domain.note.signed_note import VerifierKey


def given_keys(texts: Iterable[str]) -> tuple[VerifierKey, ...]:
    """Return the keys that ``texts`` spell, or that the files of these names hold, one on a line.

    Raises:
        InvalidInput: one of them is neither.
    """
    return tuple(dict.fromkeys(key for text in texts for key in _keys(text)))


def given_key(text: str) -> VerifierKey:
    """Return the one key that ``text`` spells, or that the file ``text`` holds.

    Raises:
        InvalidInput: it is neither, or the file holds several.
    """
    found = _keys(text)
    if len(found) > 1:
        raise InvalidInput(
            f"{text} holds {len(found)} public keys, and one is wanted",
            hint="give the line of that key instead of the file",
        )
    return found[0]


def given_name(text: str) -> str:
    """Return what names a key: the key in the file ``text``, or ``text`` itself."""
    return str(given_key(text)) if "+" in text or _is_file(text) else text


def _keys(text: str) -> tuple[VerifierKey, ...]:
    try:
        return (VerifierKey.parse(text),)
    except InvalidInput as error:
        if text.count("+") > 1 and not _is_file(text):
            raise error  # it is meant to be a key: say what is wrong with it
    try:
        lines = read_input(Path(text)).decode("utf-8").split()
        return tuple(VerifierKey.parse(line) for line in lines or [""])
    except (NotFound, InvalidInput, UnicodeDecodeError):
        raise InvalidInput(
            f"neither a public key nor a file with one: {text!r}",
            hint="it looks like example.org/log+1a2b3c4d+AQ…; the operator makes the file with: "
            "oneseek keys export -o log.vkey",
        ) from None


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except OSError:  # longer than any name: a key
        return False
