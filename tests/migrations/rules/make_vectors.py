"""Write the vectors of old JSON texts with a real Node and a real Python.

``python tests/migrations/rules/make_vectors.py [FOLDER]``

Every input is a text in JSON that both read. ``javascript_vectors.json`` holds what Node printed:
``JSON.stringify(JSON.parse(text))``, and for texts of questions the cut. ``python_vectors.json``
holds what Python's ``json`` printed in both forms. Nothing is random: the same versions of both
programs give the same files.
"""

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent

NUMBERS = """
0 -0 0.0 -0.0 1 -1 1.0 1.5 100 123456789 0.1 0.25 0.3 2.5e-5 1e-5 1e-6 0.000001 1.5e-6 1e-7 1.25e-7
1.25e-07 0.00000123 1e-10 5e-324 4.9406564584124654e-324 2.2250738585072014e-308 1e15 1e16 1e17
1e20 1e21 1.0e21 1.5e21 123456789012345680000 1234567890123456800000 1e22 1.7976931348623157e308
1e308 1e309 -1e309 9007199254740991 9007199254740992 9007199254740993 -9007199254740993
9223372036854775807 18446744073709551615 123456789012345678901234567890 0.1e1 100e-2 33333333.333333
0.8800000000000001 0.9481999999999999 0.08380000000000001 0.9090876947133707 4.35 2.675 1795199265
999999999999999900000 999999999999999999999 1000000000000000000000 -1e-7 -123.456e-9 3e-05 1e+2
""".split()

TEXTS = [
    '""',
    '"plain"',
    '"å ä ö Å Ä Ö é ß"',
    '"\\u00e5 \\u0000 \\u0001 \\b \\f \\n \\r \\t \\u000b \\u001f \\u007f \\u0080"',
    '"quote \\" solidus / \\/ reverse \\\\"',
    '"\\u2028 \\u2029 \\ufeff \\ufffd \\uffff"',
    '"\\ud83d\\ude00 😀 𝒳"',
    '"high \\ud83d"',
    '"low \\ude00 x"',
    '"turned \\ude00\\ud83d"',
    '"\\ud83dx\\ude00"',
]

OTHERS = [
    "null",
    "true",
    "[]",
    "{}",
    '[1, 2.0, "x", null, false, [], {}]',
    '{"b": 1, "a": 2}',
    '{"10": 1, "9": 2, "b": 3, "1": 4, "a": 5, "0": 6}',
    '{"01": 1, "1": 2, "-1": 3, "1.0": 4, "1e0": 5, "+1": 6, "": 7, " 1": 8}',
    '{"4294967294": 1, "4294967295": 2, "4294967296": 3, "x": 4, "2": 5, "99999999999": 6}',
    '{"a": 1, "a": 2, "b": 3, "a": 4}',
    '{"b": 1, "2": 0, "b": 5, "2": 7}',
    '{"__proto__": 1, "constructor": {"toString": 2}}',
    '{"å": {"ä": {"ö": 1e-7}}, "z": [1e21, -0, 0.1]}',
    '{"score": 1.0, "loss": 2e-05, "samples": 450, "nested": {"z": [], "å": "\\ud800"}}',
]

LONG = (
    "Vad är demokrati och hur fungerar riksdagen i Sverige när lagförslag behandlas av utskotten i"
)
QUESTIONS = [
    "",
    "Vad är demokrati?",
    "x" * 99,
    "x" * 100,
    "x" * 101,
    "å" * 100,
    "å" * 101,
    "x" * 98 + "😀",
    "x" * 98 + "😀y",
    "x" * 99 + "😀",
    "x" * 99 + "😀 och mer",
    "😀" * 50,
    "😀" * 51,
    "y" + "😀" * 50,
    LONG + " kammaren, och sedan?",
]

NODE = """
const rows = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const made = rows.map(([kind, text]) => kind === 'stringify'
  ? JSON.stringify(JSON.parse(text))
  : JSON.stringify(text.substring(0, 100) + (text.length > 100 ? '...' : '')));
process.stdout.write(JSON.stringify(made));
"""


def javascript_rows() -> list[list[str]]:
    """Return the inputs for Node: what to do, and with which text."""
    texts = NUMBERS + [f"[{number}]" for number in NUMBERS[:3]] + TEXTS + OTHERS
    return [["stringify", text] for text in texts] + [["cut", text] for text in QUESTIONS]


def node_says(rows: list[list[str]], node: str = "node") -> list[str]:
    """Return what Node prints for each row."""
    ran = subprocess.run(
        [node, "-e", NODE], input=json.dumps(rows).encode(), capture_output=True, check=True
    )
    said: list[str] = json.loads(ran.stdout)
    return said


def python_rows() -> list[list[str]]:
    """Return rows of input, default form and canonical form, as Python's ``json`` prints them."""
    made = []
    for text in NUMBERS + TEXTS + OTHERS + ["NaN", "[Infinity, -Infinity]"]:
        value = json.loads(text)
        default = json.dumps(value, sort_keys=True)
        canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        made.append([text, default, canonical])
    return made


def main(folder: Path) -> None:
    """Write both files into ``folder``."""
    rows = javascript_rows()
    said = [[*row, text] for row, text in zip(rows, node_says(rows), strict=True)]
    for name, vectors in (("javascript", said), ("python", python_rows())):
        # One vector a line; ASCII, because halves of surrogate pairs have no other spelling.
        lines = ",\n".join(map(json.dumps, vectors))
        (folder / f"{name}_vectors.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
