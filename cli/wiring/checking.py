"""Telling by its bytes what a file is that somebody was given, and checking it as that."""

from pathlib import Path
from typing import TYPE_CHECKING

from oneseek.cli.wiring.files import read_input
from oneseek.domain.errors import CannotCheck, InvalidInput

if TYPE_CHECKING:
    from oneseek.cli.app import App
    from oneseek.domain.note.signed_note import VerifierKey

_ZIP = b"PK"
_ROW_PROOF = b'"oneseek-row-proof/'
_UNCHECKED = "the checkpoint's signature was not checked"
_HINT = "give the ledger's public key: --key"


def check_file(app: "App", path: Path, given: tuple[str, ...]) -> None:
    """Check the file ``path`` with the keys in ``given`` and print what it proves.

    Raises:
        InvalidInput: it is nothing that can be checked, or a key is none.
        ProofRefused: it does not prove what it says.
        CannotCheck: no key was given, or something else is missing.
        NotFound, ServiceFailed: it cannot be read.
    """
    from oneseek.cli.wiring.given_keys import given_keys
    from oneseek.domain.index.proof_file import is_history_proof

    keys = given_keys(given)
    if _beginning(path) == _ZIP:
        _bundle(app, path, given)
        return
    data = read_input(path)
    if is_history_proof(data):
        _history_proof(app, data, keys)
    elif _ROW_PROOF in data:
        check_row(app, data, keys)
    else:
        _ledger_proof(app, path, keys)


def check_row(app: "App", data: bytes, keys: "tuple[VerifierKey, ...]") -> None:
    """Check the row proof ``data`` and print the row and what is shown of it."""
    from oneseek.adapters.keys.ed25519 import check_ed25519
    from oneseek.domain.note.signed_note import parse_note, verify_note
    from oneseek.domain.note.tlog_proof import TlogProof
    from oneseek.domain.usecases.prove_row import check_row_proof

    found, shown = check_row_proof(data)
    if keys:
        for text in found.entries:
            note = parse_note(TlogProof.parse(text.encode()).checkpoint)
            verify_note(note, keys, check_ed25519)
        shown.append(f"all checkpoints are signed by {keys[0].name}")
    app.out.result({"ok": True, "line": found.line, "shown": shown, "signature": bool(keys)},
                   (found.line, "", *(f"✓ {sentence}" for sentence in shown)))  # fmt: skip
    if not keys:
        raise CannotCheck(_UNCHECKED, hint=_HINT)


def _history_proof(app: "App", data: bytes, keys: "tuple[VerifierKey, ...]") -> None:
    from oneseek.adapters.keys.ed25519 import check_ed25519
    from oneseek.cli.wiring.history_proofs import show_proved
    from oneseek.domain.index.checking import check_history_proof

    show_proved(app, check_history_proof(data, keys, check_ed25519))
    if not keys:
        raise CannotCheck(_UNCHECKED, hint=_HINT)


def _ledger_proof(app: "App", path: Path, keys: "tuple[VerifierKey, ...]") -> None:
    from oneseek.cli.wiring.proof_check import Trusted, check_proof
    from oneseek.cli.wiring.proof_files import read_proof

    try:
        read_proof(path)
    except InvalidInput as error:
        raise InvalidInput(
            error.message,
            hint="a bundle, a checkpoint, or a proof of an entry, of consistency, of a history or "
            "of a row can be checked",
        ) from None
    if not keys:
        raise CannotCheck(f"nothing in {path} was checked: that needs a key", hint=_HINT)
    proven = check_proof(path, Trusted(keys))
    app.out.result(proven.as_json(), proven.lines())


def _bundle(app: "App", path: Path, given: tuple[str, ...]) -> None:
    from oneseek.cli.wiring.bundles import judge, print_judged

    if not given:
        raise CannotCheck(f"nothing in {path} was checked: that needs a key", hint=_HINT)
    print_judged(app.out, judge(path, given))


def _beginning(path: Path) -> bytes:
    """Return the first bytes of a file that may be large; what cannot be read is said later."""
    try:
        with path.open("rb") as file:
            return file.read(len(_ZIP))
    except OSError:
        return b""
