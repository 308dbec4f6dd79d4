"""Vectors for signed notes, with Ed25519 keys that are derived from their names."""

from base64 import b64encode
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ABOUT = (
    "C2SP signed notes. note is the text of the file, or note_base64 its bytes. The verifier knows "
    "the Ed25519 keys of trusted; where the verdict is ok, signed_by names those that signed. "
    "Verdict: ok, malformed or refused."
)

LOG, WITNESS, STRANGER = "log.example/oneseek", "witness.example/w1", "stranger.example"
TEXT = "First line\n\nThird line, åäö\n"


def key_of(name: str) -> Ed25519PrivateKey:
    """Return the private key of a test name: anybody can compute it, it protects nothing."""
    return Ed25519PrivateKey.from_private_bytes(sha256(b"test key " + name.encode()).digest())


def public(name: str) -> tuple[bytes, bytes]:
    """Return the four bytes of the key ID, and the byte of the algorithm with the public key."""
    material = b"\x01" + key_of(name).public_key().public_bytes_raw()
    return sha256(name.encode() + b"\n" + material).digest()[:4], material


def verifier_key(name: str) -> str:
    """Return the public key of a test name in text form."""
    number, material = public(name)
    return f"{name}+{number.hex()}+{b64encode(material).decode()}"


def blob(name: str, text: str) -> bytes:
    """Return key ID and signature of ``text``."""
    return public(name)[0] + key_of(name).sign(text.encode())


def line(name: str, data: bytes) -> str:
    """Return a signature line."""
    return f"— {name} {b64encode(data).decode()}\n"


def signed(text: str, *names: str) -> str:
    """Return the note of ``text`` with the signatures of all ``names``."""
    return text + "\n" + "".join(line(name, blob(name, text)) for name in names)


def _accepted() -> list[dict[str, Any]]:
    crowd = [f"stranger{number}.example" for number in range(15)]
    rows = [
        ("one signature", signed(TEXT, LOG), [LOG]),
        ("two signatures", signed(TEXT, LOG, WITNESS), [LOG, WITNESS]),
        ("two signatures in the other order", signed(TEXT, WITNESS, LOG), [LOG, WITNESS]),
        ("the same signature twice", signed(TEXT, LOG, LOG), [LOG]),
        ("a stranger's signature first", signed(TEXT, STRANGER, LOG), [LOG]),
        ("sixteen signatures", signed(TEXT, *crowd, LOG), [LOG]),
        (
            "a stranger under the log's name, with a key ID of its own",
            signed(TEXT, LOG) + line(LOG, blob(STRANGER, TEXT)),
            [LOG],
        ),
        (
            "a stranger under the log's key ID, with a name of its own",
            signed(TEXT, LOG) + line(STRANGER, public(LOG)[0] + bytes(64)),
            [LOG],
        ),
        ("a stranger's signature of one byte", signed(TEXT, LOG) + line("x", b"12345"), [LOG]),
        ("a text of one newline", signed("\n", LOG), [LOG]),
        ("a text that ends with empty lines", signed("a\n\n\n", LOG), [LOG]),
        ("a text that looks like a note", signed(signed(TEXT, STRANGER), LOG), [LOG]),
        ("a text with a delete character", signed("a\x7fb\n", LOG), [LOG]),
    ]
    return [
        {"description": what, "note": note, "signed_by": names, "verdict": "ok"}
        for what, note, names in rows
    ]


def _malformed() -> list[dict[str, Any]]:
    good, one = signed(TEXT, LOG), line(LOG, blob(LOG, TEXT))
    coded = b64encode(blob(LOG, TEXT)).decode()
    crowd = "".join(line(f"s{number}.example", b"12345") for number in range(101))

    def with_line(text: str) -> str:
        return f"{TEXT}\n{text}\n"

    rows = [
        ("nothing", ""),
        ("a text without signatures", TEXT),
        ("a text and an empty line", TEXT + "\n"),
        ("a signature without a text", one),
        ("a signature after one empty line without a text", "\n" + one),
        ("no empty line before the signature", TEXT.replace("\n\n", "\n") + one),
        ("no newline at the end", good[:-1]),
        ("an empty line at the end", good + "\n"),
        ("an empty line between signatures", good + "\n" + one.strip()),
        ("text after the signature", good + "one more line\n"),
        ("lines that end with CR LF", good.replace("\n", "\r\n")),
        ("a tab in the text", signed("a\tb\n", LOG)),
        ("NUL in the text", signed("a\0b\n", LOG)),
        ("an escape sequence in the text", signed("\x1b[31mred\n", LOG)),
        ("a hyphen instead of the dash", good.replace("—", "-")),
        ("an en dash instead of the em dash", good.replace("—", "\N{EN DASH}")),
        ("two em dashes", good.replace("—", "——")),
        ("no blank behind the dash", good.replace("— ", "—")),
        ("two blanks behind the dash", good.replace("— ", "—  ")),
        ("a no-break space behind the dash", good.replace("— ", "—\u00a0")),
        ("a blank in front of the dash", good.replace("—", " —")),
        ("a blank at the end of the line", with_line(f"— {LOG} {coded} ")),
        ("two blanks before the signature", with_line(f"— {LOG}  {coded}")),
        ("no name", with_line(f"— {coded}")),
        ("an empty name", with_line(f"—  {coded}")),
        ("no signature", with_line(f"— {LOG}")),
        ("an empty signature", with_line(f"— {LOG} ")),
        ("a name with a plus", with_line(f"— log+example {coded}")),
        ("a name with a no-break space", with_line(f"— log\u00a0example {coded}")),
        ("a name with a line separator", with_line(f"— log\u2028example {coded}")),
        ("only half a key ID", with_line(f"— {LOG} {coded[:2]}==")),
        ("only a key ID", with_line(f"— {LOG} {b64encode(public(LOG)[0]).decode()}")),
        ("base64 without padding", with_line(f"— {LOG} {coded.rstrip('=')}")),
        ("base64 with too much padding", with_line(f"— {LOG} {coded}=")),
        ("base64 with a foreign character", with_line(f"— {LOG} {coded[:8]}*{coded[8:]}")),
        ("base64 with stray bits", with_line(f"— {LOG} {coded[:-2]}{chr(ord(coded[-2]) + 1)}=")),
        ("a hundred and one signatures", TEXT + "\n" + crowd),
    ]
    texts = [{"description": what, "note": note, "verdict": "malformed"} for what, note in rows]
    latin = signed("a\n", LOG).encode().replace(b"a\n", b"\xe5\n", 1)
    surrogate = signed("a\n", LOG).encode().replace(b"a\n", b"\xed\xa0\x80\n", 1)
    overlong = signed("a\n", LOG).encode().replace(b"a\n", b"\xc1\xa1\n", 1)
    raw = [("Latin-1", latin), ("a lone surrogate", surrogate), ("an overlong letter", overlong)]
    return texts + [
        {
            "description": f"bytes that are not UTF-8: {what}",
            "note_base64": b64encode(data).decode(),
            "verdict": "malformed",
        }
        for what, data in raw
    ]


def _refused() -> list[dict[str, Any]]:
    good, by_log = signed(TEXT, LOG), blob(LOG, TEXT)
    flipped = by_log[:-1] + bytes([by_log[-1] ^ 1])
    posing = public(LOG)[0] + blob(STRANGER, TEXT)[4:]
    rows = [
        ("a letter of the text is changed", good.replace("First", "first")),
        ("a line is added to the text", good.replace("Third", "Second line\nThird")),
        ("an empty line is taken from the text", good.replace("\n\nThird", "\nThird")),
        ("the text is composed otherwise in Unicode", good.replace("å", "a\u030a")),
        ("one bit of the signature is flipped", TEXT + "\n" + line(LOG, flipped)),
        ("the signature is one byte short", TEXT + "\n" + line(LOG, by_log[:-1])),
        ("the signature is one byte long", TEXT + "\n" + line(LOG, by_log + b"\0")),
        ("the signature is of another text", TEXT + "\n" + line(LOG, blob(LOG, "other\n"))),
        (
            "the signature is over the text without its last newline",
            TEXT + "\n" + line(LOG, blob(LOG, TEXT[:-1])),
        ),
        ("only a stranger has signed", signed(TEXT, STRANGER)),
        (
            "a stranger has signed under the log's name",
            TEXT + "\n" + line(LOG, blob(STRANGER, TEXT)),
        ),
        ("a stranger has signed under the log's name and key ID", TEXT + "\n" + line(LOG, posing)),
        ("the log has signed under a stranger's name", TEXT + "\n" + line(STRANGER, by_log)),
        (
            "the log's signature is right, the witness's is wrong",
            good + line(WITNESS, blob(WITNESS, "other\n")),
        ),
        ("the log's signature is there right and wrong", good + line(LOG, flipped)),
    ]
    return [{"description": what, "note": note, "verdict": "refused"} for what, note in rows]


def vectors() -> list[dict[str, Any]]:
    """Return all vectors of this family."""
    trusted = {"trusted": [verifier_key(LOG), verifier_key(WITNESS)]}
    return [trusted | vector for vector in (*_accepted(), *_malformed(), *_refused())]
