"""The worked example of the entry format, byte for byte, and what an envelope refuses."""

from typing import Any

import pytest
from msgspec.structs import replace

from builders import TIME, entry, failed
from oneseek.domain.entry import MAX_ENTRY_BYTES
from oneseek.domain.errors import InvalidInput, LedgerBroken
from oneseek.domain.registry import REGISTRY

EXAMPLE = (
    b'{"kind":"training-failed/v1","stream":"training:t1","stream_version":1,'
    b'"time":"2026-11-20T18:25:38.187329Z","actor":"anna",'
    b'"body":{"training":"t1","reason":"minnet tog slut \xe2\x80\x93 f\xc3\xb6rs\xc3\xb6k igen"}}'
)


def test_an_entry_is_compact_json_in_one_order_of_members() -> None:
    made = entry(failed(reason="minnet tog slut – försök igen"))
    assert made.kind == "training-failed/v1"
    assert REGISTRY.encode(made) == EXAMPLE
    assert REGISTRY.decode(EXAMPLE) == made


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("stream", "training:t2"),
        ("stream", ""),
        ("stream_version", 0),
        ("stream_version", -1),
        ("stream_version", 2**53 + 1),
        ("stream_version", 2**80),
        ("stream_version", True),
        ("stream_version", "1"),
        ("time", TIME[:-1]),
        ("time", TIME + "\n"),
        ("time", TIME.replace("Z", "+00:00")),
        ("time", TIME.replace(".187329", "")),
        ("actor", ""),
        ("actor", "x" * 257),
        ("actor", "\ud800"),
        ("actor", None),
    ],
)
def test_a_wrong_envelope_is_refused_before_it_is_written(member: str, value: Any) -> None:
    with pytest.raises(InvalidInput):
        REGISTRY.encode(replace(entry(failed()), **{member: value}))


@pytest.mark.parametrize("value", [3, None, float("nan"), object(), b"bytes", "\udcff"])
def test_a_wrong_body_is_refused_before_it_is_written(value: Any) -> None:
    with pytest.raises(InvalidInput):
        REGISTRY.encode(entry(failed(reason=value)))


def test_an_entry_has_at_most_16_kib() -> None:
    empty = len(REGISTRY.encode(entry(failed(reason=""))))
    fits = REGISTRY.encode(entry(failed(reason="x" * (MAX_ENTRY_BYTES - empty))))
    assert len(fits) == MAX_ENTRY_BYTES
    assert REGISTRY.encode(REGISTRY.decode(fits)) == fits
    with pytest.raises(InvalidInput, match="16385 bytes"):
        REGISTRY.encode(entry(failed(reason="x" * (MAX_ENTRY_BYTES - empty + 1))))
    with pytest.raises(LedgerBroken, match="16385 bytes"):
        REGISTRY.decode(fits.replace(b'"x', b'"xx', 1))
