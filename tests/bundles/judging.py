"""Both verifiers, called in the same way: the exit code and what was said."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import oneseek.adapters.bundle.verify_bundle as the_script
from oneseek.adapters.bundle.reading import open_bundle
from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.keys.p256 import check_p256
from oneseek.adapters.keys.witness_key import check_cosignature
from oneseek.domain.bundle.trust import Trust
from oneseek.domain.bundle.verdict import Verdict
from oneseek.domain.bundle.verify import Crypto, verify_bundle
from oneseek.domain.errors import InvalidInput, ProofRefused
from oneseek.domain.note.signed_note import VerifierKey

SCRIPT = Path(the_script.__file__)
CRYPTO = Crypto(check_ed25519, check_p256, check_cosignature)
DRIVER = Path(__file__).with_name("driver.py")


@dataclass(frozen=True)
class Said:
    """What a verifier said."""

    code: int
    text: str


def ours(path: Path, keys: Sequence[VerifierKey], witnesses: Sequence[VerifierKey] = ()) -> Said:
    """Judge with our domain code."""
    verdict = Verdict()
    try:
        with open_bundle(path) as files:
            verdict = verify_bundle(files, Trust(tuple(keys), tuple(witnesses)), CRYPTO).verdict
    except ProofRefused as error:
        verdict.refuse("file", "zip", error)
    except InvalidInput as error:
        return Said(error.exit_code, error.message)
    return Said(verdict.exit_code, str(verdict))


def theirs(
    bundles: Iterable[tuple[Path, Sequence[VerifierKey], Sequence[VerifierKey]]],
    *,
    cryptography: bool = True,
    openssl: bool = True,
) -> list[Said]:
    """Judge with ``verify_bundle.py`` in one process of its own."""
    lines = [
        json.dumps([str(path), [str(key) for key in keys], [str(key) for key in witnesses]])
        for path, keys, witnesses in bundles
    ]
    words = [sys.executable, "-I", str(DRIVER), str(SCRIPT)]
    done = subprocess.run(
        words if cryptography else [*words, "--blind"],
        input="\n".join(lines), capture_output=True, text=True, check=False,
        env={**os.environ, **({} if openssl else {"PATH": "/nowhere"})},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(lines)
    return [Said(code, out + err) for code, out, err in answers]
