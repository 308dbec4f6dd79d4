"""What documents are made of."""

from dataclasses import replace

from msgspec.structs import replace as changed

from builders import ENVIRONMENT, RECIPE, digest
from dossiers import dossier_of
from oneseek.domain.events import BaseModelRegistered
from oneseek.domain.exports.rendering import (
    as_json,
    as_text,
    known,
    licence,
    seconds,
    urn,
    uuid_of,
)
from workbench import Workbench


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


def test_a_licence_can_be_stated_under_another_name(bench: Workbench) -> None:
    bench.add_materials()
    (base,) = (event for event in bench.events() if isinstance(event, BaseModelRegistered))
    bench.append(changed(base, name="second", licence=None))
    bench.append(changed(base, name="third", licence="mit"))
    bench.certify("t1")
    after = bench.append(changed(base, name="fourth", licence="isc")).indices[0]
    record = dossier_of(bench, "1.0").subject
    assert licence(record, record.base) == "mit"
    assert licence(record, record.base, after) == "mit"
    assert licence(record, record.base, after + 1) == "isc"
    assert licence(record, record.dataset) is None
    alone = replace(record, again=())
    assert licence(alone, record.base) == "apache-2.0"
    silent = replace(record.base, event=changed(record.base.event, licence=""))
    assert licence(alone, silent) is None
