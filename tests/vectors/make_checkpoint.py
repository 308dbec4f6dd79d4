"""Vectors for the text of checkpoints."""

from base64 import b64encode
from hashlib import sha256
from typing import Any

ABOUT = (
    "C2SP tlog-checkpoint note texts (without signatures). Where the verdict is ok, origin, size, "
    "root (hex) and extensions are what must be read. Verdict: ok or malformed."
)

ORIGIN = "log.example/oneseek"
ROOT = sha256(b"a root").digest()
ROOT_TEXT = b64encode(ROOT).decode()
# A lax reader takes this for ROOT: only bits that the padding makes superfluous differ.
STRAY_BITS = ROOT_TEXT[:-2] + chr(ord(ROOT_TEXT[-2]) + 1) + "="


def _accepted() -> list[dict[str, Any]]:
    rows: list[tuple[str, str, int, list[str]]] = [
        ("an empty log", ORIGIN, 0, []),
        ("one leaf", ORIGIN, 1, []),
        ("the largest size", ORIGIN, 2**63 - 1, []),
        ("an origin with blanks and a plus", "The Log + Co", 7, []),
        ("an origin that is not ASCII", "örn.example/källa", 7, []),
        ("two extension lines", ORIGIN, 7, ["first", "second line"]),
        ("an extension line of one blank", ORIGIN, 7, [" "]),
    ]
    return [
        {
            "description": what,
            "text": "\n".join([origin, str(size), ROOT_TEXT, *extensions, ""]),
            "origin": origin,
            "size": size,
            "root": ROOT.hex(),
            "extensions": extensions,
            "verdict": "ok",
        }
        for what, origin, size, extensions in rows
    ]


def vectors() -> list[dict[str, Any]]:
    """Return all vectors of this family."""
    good = f"{ORIGIN}\n7\n{ROOT_TEXT}\n"

    def sized(size: str) -> str:
        return f"{ORIGIN}\n{size}\n{ROOT_TEXT}\n"

    def rooted(root: str) -> str:
        return f"{ORIGIN}\n7\n{root}\n"

    malformed = [
        ("nothing", ""),
        ("a newline", "\n"),
        ("only an origin", f"{ORIGIN}\n"),
        ("no root", f"{ORIGIN}\n7\n"),
        ("no newline at the end", good[:-1]),
        ("an empty line at the end", good + "\n"),
        ("an empty line before an extension", good + "\nextension\n"),
        ("an empty line between extensions", good + "one\n\ntwo\n"),
        ("an empty origin", good.removeprefix(ORIGIN)),
        ("an empty line in front", "\n" + good),
        ("an origin with a tab", good.replace("/", "\t", 1)),
        ("lines that end with CR LF", good.replace("\n", "\r\n")),
        ("an extension with NUL", good + "one\0two\n"),
        ("an empty size", sized("")),
        ("a size with a leading zero", sized("07")),
        ("a size of two zeros", sized("00")),
        ("a size with a plus sign", sized("+7")),
        ("a negative size", sized("-7")),
        ("a negative zero", sized("-0")),
        ("a size with a blank in front", sized(" 7")),
        ("a size with a blank behind", sized("7 ")),
        ("a size in hex", sized("0x7")),
        ("a size with a fraction", sized("7.0")),
        ("a size with an exponent", sized("1e3")),
        ("a size with an underscore", sized("1_000")),
        ("a size in Arabic digits", sized("\u0667")),
        ("a size in superscript digits", sized("\u00b2")),
        ("a size of 2^63", sized(str(2**63))),
        ("a size of 2^64 + 7", sized(str(2**64 + 7))),
        ("a size of five thousand digits", sized("9" * 5000)),
        ("an empty root", rooted("")),
        ("a root in hex", rooted(ROOT.hex())),
        ("a root of 31 bytes", rooted(b64encode(ROOT[:31]).decode())),
        ("a root of 33 bytes", rooted(b64encode(ROOT + b"\0").decode())),
        ("a root without padding", rooted(ROOT_TEXT.rstrip("="))),
        ("a root with too much padding", rooted(ROOT_TEXT + "=")),
        ("a root with stray bits in its last character", rooted(STRAY_BITS)),
        ("a root with a blank inside", rooted(ROOT_TEXT[:10] + " " + ROOT_TEXT[10:])),
        ("a root in the URL alphabet", rooted("-_" + ROOT_TEXT[2:])),
        ("size and root swapped", f"{ORIGIN}\n{ROOT_TEXT}\n7\n"),
    ]
    return _accepted() + [
        {"description": what, "text": text, "verdict": "malformed"} for what, text in malformed
    ]
