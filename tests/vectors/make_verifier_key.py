"""Vectors for public keys in text form, ``name+hash+base64``."""

from base64 import b64encode
from hashlib import sha256
from typing import Any

ABOUT = "C2SP verifier keys, name+key ID in hex+base64(algorithm || key). Verdict: ok or malformed."

NAME = "log.example/oneseek"
KEY = bytes(range(32))


def spell(name: str = NAME, algorithm: int = 1, key: bytes = KEY, number: str | None = None) -> str:
    """Return a verifier key, with the right key ID unless ``number`` gives another."""
    material = bytes([algorithm]) + key
    right = sha256(name.encode() + b"\n" + material).hexdigest()[:8]
    return f"{name}+{number or right}+{b64encode(material).decode()}"


def url_alphabet(text: str) -> str:
    """Return a verifier key with - and _ where its base64 has + and /."""
    name, number, material = text.split("+", 2)
    return "+".join([name, number, material.replace("+", "-").replace("/", "_")])


def vectors() -> list[dict[str, Any]]:
    """Return all vectors of this family."""
    good = spell()
    name, number, material = good.split("+", 2)
    padded = spell(algorithm=6, key=bytes(1312))
    with_plus = spell(key=b"\0\0" + b"\xfb\xef\xbe" * 10)
    rows = [
        ("an Ed25519 key", good, "ok"),
        ("a name that is not ASCII", spell(name="örn.example"), "ok"),
        ("base64 that holds a plus", with_plus, "ok"),
        ("a witness's Ed25519 key", spell(algorithm=4), "ok"),
        ("a witness's ML-DSA-44 key", padded, "ok"),
        ("nothing", "", "malformed"),
        ("only a name", name, "malformed"),
        ("no key", f"{name}+{number}", "malformed"),
        ("an empty key", f"{name}+{number}+", "malformed"),
        ("no name", spell(name=""), "malformed"),
        ("a name with a blank", spell(name="log example"), "malformed"),
        ("a name with a no-break space", spell(name="log\u00a0example"), "malformed"),
        ("a name with an ideographic space", spell(name="log\u3000example"), "malformed"),
        ("a name with a newline", spell(name="log\nexample"), "malformed"),
        ("a name with a plus", spell(name="log+example"), "malformed"),
        ("another name for the same key", good.replace("oneseek", "twoseek"), "malformed"),
        ("another key ID", spell(number="00000000"), "malformed"),
        ("a key ID in upper case", f"{name}+{number.upper()}+{material}", "malformed"),
        ("a key ID of seven digits", f"{name}+{number[1:]}+{material}", "malformed"),
        ("a key ID of nine digits", f"{name}+0{number}+{material}", "malformed"),
        ("base64 without padding", padded.rstrip("="), "malformed"),
        ("base64 with too much padding", padded + "=", "malformed"),
        ("base64 of the URL alphabet", url_alphabet(with_plus), "malformed"),
        ("a newline at the end", good + "\n", "malformed"),
        ("a blank in front", " " + good, "malformed"),
        ("an Ed25519 key of 31 bytes", spell(key=KEY[:31]), "malformed"),
        ("an Ed25519 key of 33 bytes", spell(key=KEY + b"\0"), "malformed"),
        ("an algorithm that nobody defined", spell(algorithm=9), "malformed"),
    ]
    return [{"description": what, "key": key, "verdict": verdict} for what, key, verdict in rows]
