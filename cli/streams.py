"""Standard output and error that outlive their reader.

``oneseek verify | head -1`` closes the pipe while the command still has something to say. What the
command found, and with it its exit code, must not depend on that: the rest is said to nobody.
"""

import io
import os
import sys
from pathlib import Path
from typing import TextIO


class LastingText(io.TextIOWrapper):
    """A text stream that goes on into nothing when nobody reads it any more."""

    reader_gone = False
    replaced: TextIO | None = None

    def write(self, text: str, /) -> int:
        try:
            return super().write(text)
        except BrokenPipeError:
            self._let_go()
            return len(text)

    def flush(self) -> None:
        try:
            super().flush()
        except BrokenPipeError:
            self._let_go()

    def _let_go(self) -> None:
        # What is still buffered goes the same way, at exit at the latest.
        self.reader_gone = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)


def make_lasting() -> None:
    """Replace standard output and error; where somebody started us without, nobody is told."""
    sys.stdout = _lasting(sys.stdout)
    sys.stderr = _lasting(sys.stderr)


def reader_gone() -> bool:
    """Return whether standard output is said to nobody: for what would go on for ever."""
    return isinstance(sys.stdout, LastingText) and sys.stdout.reader_gone


def _lasting(stream: TextIO | None) -> TextIO:
    if stream is None:
        return Path(os.devnull).open("w")
    if not isinstance(stream, io.TextIOWrapper):  # a test's, in memory
        return stream
    lasting = LastingText(
        stream.buffer,
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
    # Forgotten, it would close the buffer that they have in common.
    lasting.replaced = stream
    return lasting
