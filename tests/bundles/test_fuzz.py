"""Whatever is done to a bundle, both verifiers name what is wrong, and never call it fine."""

import importlib.util
import io
import json
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bundles.judging import SCRIPT, ours
from bundles.made import CHILD, Files, key_of
from bundles.story import Story, packed
from strategies import mutations

KEY = key_of("machine A")


@cache
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_bundle", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def good() -> bytes:
    return Story().bundle()


@cache
def members() -> Files:
    files = Story().files()
    return {"bundle.json": Story().listing(files), **files}


def codes(path: Path, raw: bytes) -> list[int]:
    """The verdicts of both verifiers."""
    path.write_bytes(raw)
    module: Any = script()
    try:
        theirs = module.examine(io.BytesIO(raw), [module.read_key(str(KEY))], [])[0].exit_code
    except module.NoBundle:
        theirs = 2
    return [ours(path, (KEY,)).code, theirs]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "bundle.zip"


FEW = settings(max_examples=150, suppress_health_check=list(HealthCheck))


@FEW
@given(st.data())
def test_a_file_with_other_bytes_is_refused(place: Path, data: st.DataObject) -> None:
    raw = data.draw(mutations(good()))
    found = codes(place, raw)
    assert found[0] == found[1]
    assert found[0] in ((0,) if raw == good() else (1, 2))


def meaningless(name: str) -> bool:
    """Whether the bytes of a member prove nothing, so that others do no harm."""
    return name in ("README.txt", "verify_bundle.py")


@FEW
@given(st.data())
def test_a_member_with_other_bytes_is_refused_although_it_is_listed_so(
    place: Path, data: st.DataObject
) -> None:
    files = {name: raw for name, raw in members().items() if name != "bundle.json"}
    names = [name for name in sorted(files) if not meaningless(name)]
    name = data.draw(st.sampled_from(names))
    changed = data.draw(mutations(files[name]))
    found = codes(place, Story().bundle({**files, name: changed}))
    assert found[0] == found[1]
    assert found[0] == (0 if changed == files[name] else 1)


@FEW
@given(st.data())
def test_a_listing_with_other_bytes_is_refused(place: Path, data: st.DataObject) -> None:
    files = members()
    changed = data.draw(mutations(files["bundle.json"]))
    found = codes(place, packed({**files, "bundle.json": changed}))
    assert found[0] == found[1]
    assert found[0] in ((0,) if changed == files["bundle.json"] else (1, 2))


@FEW
@given(st.data())
def test_members_that_are_moved_left_out_or_exchanged_are_refused(
    place: Path, data: st.DataObject
) -> None:
    files = {name: raw for name, raw in members().items() if name != "bundle.json"}
    optional = ("rows/", "signatures/", "README.txt", "verify_bundle.py")
    names = [name for name in sorted(files) if not name.startswith(optional)]
    one, other = (data.draw(st.sampled_from(names)) for _ in range(2))
    what = data.draw(st.sampled_from(["drop", "swap", "rename"]))
    if what == "drop":
        del files[one]
    elif what == "swap":
        files[one], files[other] = files[other], files[one]
    else:
        files[other + ".bak"] = files.pop(one)
    found = codes(place, Story().bundle(files))
    assert found[0] == found[1]
    assert found[0] == (0 if what == "swap" and one == other else 1)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@FEW
@given(st.data())
def test_an_entry_whose_fields_are_others_is_judged_alike(place: Path, data: st.DataObject) -> None:
    """In the log itself: bytes, proofs and signature all fit."""
    story = Story()
    index = data.draw(st.sampled_from([i for i, x in enumerate(story.events) if story.tells(x)]))
    value = json.loads(story.entries[index])
    where = data.draw(st.sampled_from([value, value["body"]]))
    field = data.draw(st.sampled_from([name for name in where if name != "body"]))
    where[field] = data.draw(JSON)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    story.raws = {index: text.encode()}
    found = codes(place, story.bundle())
    assert found[0] == found[1], text
    assert found[0] in (0, 1)


@FEW
@given(st.text(max_size=40))
def test_any_text_in_an_entry_is_spelled_alike_by_both(place: Path, text: str) -> None:
    story = Story()
    index = len(story.events) - 6
    assert b'"wrong data"' in story.entries[index]
    raw = json.dumps(text, ensure_ascii=False).encode()
    story.raws = {index: story.entries[index].replace(b'"wrong data"', raw)}
    assert codes(place, story.bundle()) == [0, 0]


@FEW
@given(st.binary(max_size=300))
def test_any_bytes_are_no_bundle(place: Path, raw: bytes) -> None:
    found = codes(place, raw)
    assert found[0] == found[1] != 0


def test_the_story_is_fine(place: Path) -> None:
    assert codes(place, good()) == [0, 0]
    assert CHILD.dna.encode() in members()["bundle.json"]
