"""What a person may type to mean a version, a base model or a dataset."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from builders import BASE, DATASET, digest, dna, manifest, version
from oneseek.domain.decisions.lookup import find_base, find_dataset, find_version
from oneseek.domain.errors import InvalidInput, NotFound, OneSeekError
from oneseek.domain.state import documents as doc
from oneseek.domain.state.store import DictState


def state(*majors: int, active: int | None = None) -> DictState:
    made = DictState()
    for major in majors:
        made.put(dna(major), version(major))
        made.put(manifest(major), doc.VersionName(dna=dna(major)))
    if active is not None:
        registry = doc.RegistryState(active=dna(active), since=9, last_reset=-1, resets=0)
        made.put(doc.REGISTRY_KEY, registry)
    for name in ("tiny", "small"):
        made.put(digest(name), replace(BASE, name=name, manifest=digest(name)))
        made.put(name, doc.BaseName(digest=digest(name)))
    made.put(digest("identity"), DATASET)
    made.put("identity", doc.DatasetName(digest=digest("identity")))
    return made


@pytest.mark.parametrize(
    "text",
    [
        dna(1), dna(1)[:20], manifest(1), manifest(1)[:4], "v1.0", "1.0", "current", "CURRENT",
    ],
)  # fmt: skip
def test_a_version_is_found_by(text: str) -> None:
    assert find_version(state(1, 2, active=1), text).dna == dna(1)


@pytest.mark.parametrize("text", [dna(1)[:16], "OneSeek", "O"])
def test_the_beginning_of_several_names_is_refused_and_they_are_shown(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"beginning of 2 versions") as caught:
        find_version(state(1, 2), text)
    assert dna(1) in caught.value.message


def test_no_more_than_four_names_are_shown() -> None:
    with pytest.raises(InvalidInput, match=r"6 versions: .* …$") as caught:
        find_version(state(1, 2, 3, 4, 5, 6), "OneSeek")
    assert caught.value.message.count("OneSeek-7B-Zero") == 4


def test_a_number_that_two_languages_have_is_refused() -> None:
    both = state(1)
    other = replace(version(1), dna=dna(1, language="en"), language="en")
    both.put(other.dna, other)
    with pytest.raises(InvalidInput, match="2 versions"):
        find_version(both, "1.0")


@pytest.mark.parametrize(
    "text",
    [
        "", "3.0", "v", "1", "current", dna(3), manifest(3), manifest(1)[:3], dna(1) + " ",
        "*", "%", "å", "\ud800", "\x00",
    ],
)  # fmt: skip
def test_no_version_is_found_by(text: str) -> None:
    with pytest.raises(NotFound) as caught:
        find_version(state(1, 2), text)
    assert caught.value.hint


def test_materials_are_found_by_name_digest_or_its_beginning() -> None:
    for text in ("tiny", digest("tiny"), digest("tiny")[:4]):
        assert find_base(state(), text).name == "tiny"
    for text in ("identity", digest("identity"), digest("identity")[:9]):
        assert find_dataset(state(), text).name == "identity"


@pytest.mark.parametrize("text", ["", "tin", "tinyy", digest("tiny")[:3], "0000", "\ud800"])
def test_no_material_is_found_by(text: str) -> None:
    with pytest.raises(NotFound, match="base model"):
        find_base(state(), text)
    with pytest.raises(NotFound, match="dataset"):
        find_dataset(state(), text)


def test_a_name_goes_before_a_digest_that_begins_so() -> None:
    clash = state()
    name = digest("tiny")[:8]
    clash.put(name, doc.BaseName(digest=digest("small")))
    assert find_base(clash, name).name == "small"


@given(st.text(max_size=8) | st.text("OneSk-7BZrv.10abcdef", max_size=30))
def test_whatever_is_typed_a_named_error_or_a_match_comes_out(text: str) -> None:
    try:
        found = find_version(state(1, 2), text)
    except OneSeekError:
        return
    assert (
        found.dna.startswith(text)
        or found.manifest.startswith(text)
        or text.removeprefix("v") == f"{found.major}.{found.minor}"
    )
