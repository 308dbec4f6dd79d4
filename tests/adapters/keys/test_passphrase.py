"""Passphrases come from the environment, a file or a terminal, and are never guessed."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from oneseek.adapters.keys import passphrase
from oneseek.adapters.keys.passphrase import ask_passphrase, new_passphrase
from oneseek.domain.errors import CannotCheck, InvalidInput, NotFound, ServiceFailed


@pytest.fixture(autouse=True)
def _empty(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OQT_KEY_PASSPHRASE", "OQT_KEY_NEW_PASSPHRASE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)


def typed(monkeypatch: pytest.MonkeyPatch, *texts: str) -> None:
    """Let a person sit at the terminal who types ``texts``."""
    waiting: Iterator[str] = iter(texts)

    class Terminal:
        def isatty(self) -> bool:
            return True

    def getpass(_: str) -> str:
        try:
            return next(waiting)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(passphrase, "getpass", getpass)


def test_the_variable_goes_before_the_file_and_the_file_before_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "typed")
    assert ask_passphrase("it") == b"typed"
    (tmp_path / "secret").write_bytes("från fil\r\n".encode())
    monkeypatch.setenv("OQT_KEY_PASSPHRASE_FILE", str(tmp_path / "secret"))
    assert ask_passphrase("it") == "från fil".encode()
    monkeypatch.setenv("OQT_KEY_PASSPHRASE", "direct")
    assert ask_passphrase("it") == b"direct"


def test_without_a_terminal_nobody_is_asked() -> None:
    with pytest.raises(CannotCheck, match="the key needs a passphrase") as raised:
        ask_passphrase("the key")
    assert "OQT_KEY_PASSPHRASE_FILE" in (raised.value.hint or "")


def test_a_terminal_that_closes_is_no_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch)
    with pytest.raises(CannotCheck, match="no passphrase was typed"):
        ask_passphrase("the key")


@pytest.mark.parametrize("text", ["", "x" * 1001])
def test_an_empty_or_endless_passphrase_is_refused(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("OQT_KEY_PASSPHRASE", text)
    with pytest.raises(InvalidInput):
        ask_passphrase("it")


def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OQT_KEY_PASSPHRASE_FILE", str(tmp_path / "absent"))
    with pytest.raises(NotFound, match="absent"):
        ask_passphrase("it")
    monkeypatch.setenv("OQT_KEY_PASSPHRASE_FILE", str(tmp_path))
    with pytest.raises(ServiceFailed):
        ask_passphrase("it")


def test_a_new_passphrase_is_typed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "one", "one", "one", "two")
    assert new_passphrase("it", protected=True) == b"one"
    with pytest.raises(InvalidInput, match="differ"):
        new_passphrase("it", protected=True)


def test_the_variable_of_the_old_one_serves_only_a_key_without_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OQT_KEY_PASSPHRASE", "old")
    assert new_passphrase("it", protected=False) == b"old"
    with pytest.raises(CannotCheck):
        new_passphrase("it", protected=True)
    monkeypatch.setenv("OQT_KEY_NEW_PASSPHRASE", "new")
    assert new_passphrase("it", protected=True) == b"new"
