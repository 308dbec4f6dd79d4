"""Which format a file has, and what that format reads out of it.

A format that fails has a mistake of ours in it: the file is kept, and the finding names the format,
so that one odd file never keeps the rest of a tree from being read.
"""

import msgspec

from oneseek.domain.findings import Finding
from oneseek.migrations.discovery import all_formats
from oneseek.migrations.format import Format, Reading
from oneseek.migrations.listing import CHANGED
from oneseek.migrations.look import Look
from oneseek.migrations.source import reason_of
from oneseek.migrations.verdicts import Verdict

MAX_READING_BYTES = 256 * 1024
"""What a record says, with every claim; a hostile one may say more than anybody wants to keep."""

_ENCODE = msgspec.msgpack.Encoder().encode


class Classed(msgspec.Struct, frozen=True, kw_only=True):
    """What was made of one file."""

    form: Format | None = None
    reading: Reading | None = None
    """None: no format knows it, or the one that does failed."""
    findings: tuple[Finding, ...] = ()


def classify(look: Look) -> Classed:
    """Ask each format in turn; never raises for what a file holds."""
    asked = known = None
    try:
        for asked in all_formats():
            if asked.matches(look):
                known = asked
                return Classed(form=known, reading=_writable(known.read(look), look))
    except OSError as error:
        finding = Finding(CHANGED, look.path, "the file that was hashed", reason_of(error))
        return Classed(form=known, findings=(finding,))
    except Exception as error:
        finding = format_failed(asked.name if asked else "?", look.path, error)
        return Classed(form=known, findings=(finding,))
    return Classed()


def format_failed(name: str, path: str, error: Exception) -> Finding:
    """Return the finding on a mistake of ours, without a word of the file.

    What the error itself says is left out: it may quote what a person wrote.
    """
    return Finding(
        "format-failed",
        path,
        f"the format {name} reads it, or says why it cannot be read",
        type(error).__name__,
        hint="this is a mistake of the program, not of the file; please report it",
    )


def _writable(reading: Reading, look: Look) -> Reading:
    """Return ``reading`` if it can be written down, else one that says why it cannot.

    JSON can hold half of a surrogate pair, which is no text, and integers of any length.
    """
    try:
        size = len(_ENCODE(reading))
        why = f"it says more than {MAX_READING_BYTES} bytes"
    except UnicodeEncodeError:
        size, why = -1, "it holds half of a character"
    except OverflowError:
        size, why = -1, "it holds a number of more than 64 bits"
    if 0 <= size <= MAX_READING_BYTES:
        return reading
    finding = Finding("unwritable-record", look.path, "texts and numbers that can be kept", why)
    return Reading(
        verdict=Verdict.ASSERTED, reason=f"nothing of it is used: {why}", findings=(finding,)
    )
