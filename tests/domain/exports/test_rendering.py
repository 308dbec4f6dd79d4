"""What documents are made of."""

from builders import ENVIRONMENT, RECIPE, digest
from oneseek.domain.exports.rendering import as_json, as_text, known, seconds, urn, uuid_of


def test_what_is_unknown_is_left_out() -> None:
    assert known(a=1, b=None, c=0, d="") == {"a": 1, "c": 0, "d": ""}
    assert "accelerator" not in as_json(ENVIRONMENT)


def test_fields_are_told_as_text() -> None:
    told = as_text(RECIPE)
    assert told["target_modules"] == "q_proj,v_proj"
    assert told["deterministic"] == "true"
    assert told["epochs"] == "3"
    assert as_text(ENVIRONMENT)["python"] == "3.11.9"
    assert "packages" not in as_text(ENVIRONMENT)


def test_names_are_escaped() -> None:
    assert urn("log", "å.example/log 1:2") == "urn:oneseek:log:%C3%A5.example/log%201%3A2"


def test_identifiers_follow_from_digests() -> None:
    one = uuid_of("spdx", digest("one"))
    assert one == uuid_of("spdx", digest("one"))
    assert one[14] == "5"
    assert len({one, uuid_of("spdx", digest("two")), uuid_of("cyclonedx", digest("one"))}) == 3


def test_times_lose_their_microseconds() -> None:
    assert seconds("2026-11-20T18:25:38.187329Z") == "2026-11-20T18:25:38Z"
