"""Vectors for cosignatures of witnesses: checkpoints with a line more."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

ABOUT = (
    "C2SP checkpoints with tlog-cosignatures. note is the whole note; the verifier knows the "
    "witnesses' keys in trusted and no other; cosigned_by lists name and time (seconds since "
    "1970, 0: none is stated) of those that cosigned, in the order of trusted. The log's own "
    "signature is not looked at. Verdict: ok, malformed or refused."
)

ORIGIN = "log.example/oneseek"
ROOT = b64encode(sha256(b"root").digest()).decode()
TEXT = f"{ORIGIN}\n11\n{ROOT}\n"
TIME = 1_790_000_000

# ML-DSA-44 signs with fresh randomness: one signature, made once, is kept beside this file.
ML_DSA_NAME, ML_DSA_TIME = "quantum.example/w", 1_790_000_007
ML_DSA_BLOB = b64decode((Path(__file__).parent / "ml_dsa_44.txt").read_text("ascii"))


def key_of(name: str) -> Ed25519PrivateKey:
    """Return the private key of a test name: anybody can compute it, it protects nothing."""
    return Ed25519PrivateKey.from_private_bytes(sha256(b"test key " + name.encode()).digest())


def material(name: str, algorithm: int = 4) -> bytes:
    """Return the byte of the algorithm and the public key of a test name."""
    if algorithm == 6:
        seed = sha256(b"test key " + name.encode()).digest()
        public = MLDSA44PrivateKey.from_seed_bytes(seed).public_key().public_bytes_raw()
    else:
        public = key_of(name).public_key().public_bytes_raw()
    return bytes([algorithm]) + public


def number(name: str, algorithm: int = 4) -> bytes:
    """Return the four bytes of the key ID."""
    return sha256(name.encode() + b"\n" + material(name, algorithm)).digest()[:4]


def verifier(name: str, algorithm: int = 4) -> str:
    """Return a verifier key."""
    encoded = b64encode(material(name, algorithm)).decode()
    return f"{name}+{number(name, algorithm).hex()}+{encoded}"


def line(name: str, blob: bytes, key_id: bytes | None = None) -> str:
    """Return a signature line."""
    return f"— {name} {b64encode((key_id or number(name)) + blob).decode()}\n"


def cosigned(
    name: str,
    time: int = TIME,
    text: str = TEXT,
    *,
    signer: str = "",
    message: Callable[[str], str] = lambda text: text,
) -> str:
    """Return a cosignature line; ``message`` changes what is signed."""
    said = message(f"cosignature/v1\ntime {time}\n{text}")
    return line(name, time.to_bytes(8, "big") + key_of(signer or name).sign(said.encode()))


def stamped(name: str, time: int) -> str:
    """Return a cosignature line whose time was changed after it was signed."""
    signature = key_of(name).sign(f"cosignature/v1\ntime {TIME}\n{TEXT}".encode())
    return line(name, time.to_bytes(8, "big") + signature)


ONE, TWO = "witness.example/w1", "other.example/w"
LOG = line(ORIGIN, bytes(64), number(ORIGIN, 1))
EXTENDED = TEXT + "more\n"
QUANTUM = line(ML_DSA_NAME, ML_DSA_BLOB, number(ML_DSA_NAME, 6))
KEY, BOTH = verifier(ONE), [verifier(ONE), verifier(TWO)]
ML_DSA = verifier(ML_DSA_NAME, 6)


def _good() -> list[tuple[str, str, list[str], list[tuple[str, int]]]]:
    of_one = [(ONE, TIME)]
    return [
        ("one cosignature", f"{TEXT}\n{LOG}{cosigned(ONE)}", [KEY], of_one),
        ("before the log's signature", f"{TEXT}\n{cosigned(ONE)}{LOG}", [KEY], of_one),
        ("two cosignatures", f"{TEXT}\n{LOG}{cosigned(TWO, 5)}{cosigned(ONE)}", BOTH,
         [(ONE, TIME), (TWO, 5)]),
        ("one of two trusted witnesses", f"{TEXT}\n{LOG}{cosigned(TWO)}", BOTH, [(TWO, TIME)]),
        ("nobody that is trusted", f"{TEXT}\n{LOG}{cosigned(TWO)}", [KEY], []),
        ("twice by one witness, which counts once, as of the later time",
         f"{TEXT}\n{LOG}{cosigned(ONE)}{cosigned(ONE, TIME - 9)}", [KEY], of_one),
        ("no time stated", f"{TEXT}\n{LOG}{cosigned(ONE, 0)}", [KEY], [(ONE, 0)]),
        ("the largest time", f"{TEXT}\n{LOG}{cosigned(ONE, 2**63 - 1)}", [KEY],
         [(ONE, 2**63 - 1)]),
        ("an extension line, which Ed25519 covers",
         f"{EXTENDED}\n{LOG}{cosigned(ONE, text=EXTENDED)}", [KEY], of_one),
        ("a foreign key under the name of a witness",
         f"{TEXT}\n{LOG}{line(ONE, bytes(72), b'1234')}{cosigned(ONE)}", [KEY], of_one),
        ("ML-DSA-44", f"{TEXT}\n{LOG}{QUANTUM}", [ML_DSA], [(ML_DSA_NAME, ML_DSA_TIME)]),
        ("ML-DSA-44 under an extension line, which it does not cover",
         f"{EXTENDED}\n{LOG}{QUANTUM}", [ML_DSA], [(ML_DSA_NAME, ML_DSA_TIME)]),
    ]  # fmt: skip


def _bad() -> list[tuple[str, str, list[str], str]]:
    def signs(change: Callable[[str], str]) -> str:
        return f"{TEXT}\n{LOG}{cosigned(ONE, message=change)}"

    blob = TIME.to_bytes(8, "big") + bytes(64)
    later = ML_DSA_TIME.to_bytes(8, "big")[:-1] + b"\0" + ML_DSA_BLOB[8:]
    flipped = ML_DSA_BLOB[:-1] + bytes([ML_DSA_BLOB[-1] ^ 1])

    def quantum(blob: bytes, text: str = TEXT) -> str:
        return f"{text}\n{LOG}{line(ML_DSA_NAME, blob, number(ML_DSA_NAME, 6))}"

    return [
        ("the log's key as a witness", f"{TEXT}\n{LOG}", [verifier(ORIGIN, 1)], "malformed"),
        ("one key under two names", f"{TEXT}\n{LOG}{cosigned(ONE)}",
         [KEY, _renamed()], "malformed"),
        ("a note that is no checkpoint", f"a text\n\n{LOG}{cosigned(ONE)}", [KEY], "malformed"),
        ("a size of 2^63", f"{ORIGIN}\n{2**63}\n{ROOT}\n\n{cosigned(ONE)}", [KEY], "malformed"),
        ("a root without padding", f"{ORIGIN}\n11\n{ROOT[:-1]}\n\n{cosigned(ONE)}", [KEY],
         "malformed"),
        ("no signature behind the key ID", f"{TEXT}\n{line(ONE, b'')}", [KEY], "malformed"),
        ("signed by another key", f"{TEXT}\n{LOG}{cosigned(ONE, signer=TWO)}", [KEY], "refused"),
        ("a plain signature in place of a cosignature", signs(lambda _: TEXT), [KEY], "refused"),
        ("another size", TEXT.replace("\n11\n", "\n12\n") + f"\n{LOG}{cosigned(ONE)}", [KEY],
         "refused"),
        ("a root with stray bits", TEXT.replace(ROOT, ROOT[:42] + "B=") + f"\n{LOG}{cosigned(ONE)}",
         [KEY], "malformed"),
        ("another root", TEXT.replace(ROOT, b64encode(bytes(32)).decode())
         + f"\n{LOG}{cosigned(ONE)}", [KEY], "refused"),
        ("another origin", TEXT.replace("log.", "lag.") + f"\n{LOG}{cosigned(ONE)}", [KEY],
         "refused"),
        ("an extension line added later", f"{EXTENDED}\n{LOG}{cosigned(ONE)}", [KEY], "refused"),
        ("an extension line taken away",
         f"{TEXT}\n{LOG}{cosigned(ONE, text=EXTENDED)}", [KEY], "refused"),
        ("only the first line is signed",
         signs(lambda said: said.replace(f"\n{ROOT}\n", "\n")), [KEY], "refused"),
        ("another time behind the key ID", f"{TEXT}\n{LOG}{stamped(ONE, TIME + 1)}", [KEY],
         "refused"),
        ("a time of 2^63", f"{TEXT}\n{LOG}{cosigned(ONE, 2**63)}", [KEY], "refused"),
        ("the time with a leading zero", signs(lambda said: said.replace("time ", "time 0")),
         [KEY], "refused"),
        ("no line of the time", signs(lambda said: said.replace(f"time {TIME}\n", "")), [KEY],
         "refused"),
        ("another header", signs(lambda said: said.replace("/v1", "/v2")), [KEY], "refused"),
        ("no newline at the end of what is signed", signs(lambda said: said[:-1]), [KEY],
         "refused"),
        ("the signature without a time",
         f"{TEXT}\n{LOG}{line(ONE, key_of(ONE).sign(TEXT.encode()))}", [KEY], "refused"),
        ("only a time", f"{TEXT}\n{LOG}{line(ONE, bytes(8))}", [KEY], "refused"),
        ("a byte too many", f"{TEXT}\n{LOG}{line(ONE, blob + b'x')}", [KEY], "refused"),
        ("zeros", f"{TEXT}\n{LOG}{line(ONE, blob)}", [KEY], "refused"),
        ("a good and a wrong line of one witness",
         f"{TEXT}\n{LOG}{cosigned(ONE)}{line(ONE, blob)}", [KEY], "refused"),
        ("ML-DSA-44 with one bit changed", quantum(flipped), [ML_DSA], "refused"),
        ("ML-DSA-44 with another time", quantum(later), [ML_DSA], "refused"),
        ("ML-DSA-44 over another size",
         quantum(ML_DSA_BLOB, TEXT.replace("\n11\n", "\n12\n")), [ML_DSA], "refused"),
        ("ML-DSA-44 over another origin",
         quantum(ML_DSA_BLOB, TEXT.replace("log.", "lag.")), [ML_DSA], "refused"),
        ("ML-DSA-44 that is too short", quantum(ML_DSA_BLOB[:-1]), [ML_DSA], "refused"),
        ("Ed25519 in place of ML-DSA-44", quantum(blob), [ML_DSA], "refused"),
    ]  # fmt: skip


def _renamed() -> str:
    """Return the key of the first witness under another name."""
    key_id = sha256(b"alias.example/w\n" + material(ONE)).hexdigest()[:8]
    return f"alias.example/w+{key_id}+{b64encode(material(ONE)).decode()}"


def vectors() -> list[dict[str, Any]]:
    """Return all vectors of this family."""
    found: list[dict[str, Any]] = [
        {"description": what, "note": note, "trusted": keys, "cosigned_by": by, "verdict": "ok"}
        for what, note, keys, by in _good()
    ]
    found.extend(
        {"description": what, "note": note, "trusted": keys, "verdict": verdict}
        for what, note, keys, verdict in _bad()
    )
    return found
