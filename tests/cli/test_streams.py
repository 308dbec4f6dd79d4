"""Standard output that outlives its reader, and the stream that it replaced."""

import gc
import io
import os
import sys

import pytest

from oneseek.cli.streams import LastingText, make_lasting, reader_gone


def test_a_stream_that_nobody_else_holds_is_not_closed_when_it_is_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())  # the one of the test runner is not ours
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="utf-8"))
    make_lasting()
    gc.collect()
    sys.stdout.write("said")
    sys.stdout.flush()
    assert raw.getvalue() == b"said"


def test_what_nobody_reads_any_more_goes_into_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        make_lasting()
        assert isinstance(sys.stdout, LastingText)
        os.close(reading)
        sys.stdout.write("to whom?\n")
        sys.stdout.flush()
        assert reader_gone()
        sys.stdout.write("and again\n")
        sys.stdout.flush()
