"""A plan file tells whether its source is what it was, and holds no digest of texts of people."""

import io
from pathlib import Path

import pytest

from oneseek.domain.digest import sha256
from oneseek.domain.errors import InvalidInput
from oneseek.migrations.item import Item
from oneseek.migrations.plan import SourcePlan
from oneseek.migrations.plan_file import KeptPlan, changes, is_plan_file, read_plan, write_plan
from planned import source_plan, spooled

SECRET = b"Vem bor i huset?"


def plan_of(root: Path, *items: Item) -> SourcePlan:
    return source_plan(root, items=spooled(Item, items))


def written(*plans: SourcePlan) -> bytes:
    buffer = io.BytesIO()
    write_plan(buffer, plans, {"ab" * 32})
    return buffer.getvalue()


def kept(*plans: SourcePlan) -> KeptPlan:
    return read_plan(written(*plans), "plan.json")


def item(path: str, data: bytes, personal: bool = False) -> Item:
    digest = sha256(data)
    return Item(path=path, type="file", size=len(data), digest=digest, personal=personal)


def test_a_plan_is_read_back_with_its_sources_and_keys(tmp_path: Path) -> None:
    found = kept(plan_of(tmp_path, item("a", b"a")), plan_of(tmp_path / "å", item("b", b"b")))
    assert found.trust == ("ab" * 32,)
    assert [source.place for source in found.sources] == [tmp_path, tmp_path / "å"]
    assert found.sources[0].entries[0].digest == sha256(b"a")
    assert found.sources[0].report["format"] == "oneseek-migration-report/v1"


def test_what_changed_since_is_named(tmp_path: Path) -> None:
    (source,) = kept(plan_of(tmp_path, item("a", b"a"), item("b", b"b"))).sources
    now = plan_of(tmp_path, item("a", b"A"), item("c", b"c"))
    assert list(changes(source, now)) == ["changed: a", "gone: b", "new: c"]
    assert list(changes(source, plan_of(tmp_path, item("a", b"a"), item("b", b"b")))) == []


def test_texts_of_people_are_named_by_no_digest_and_their_change_is_seen_all_the_same(
    tmp_path: Path,
) -> None:
    text = tmp_path / "q.json"
    text.write_bytes(SECRET)
    plan = plan_of(tmp_path, item("q.json", SECRET, personal=True))
    assert sha256(SECRET).encode() not in written(plan)
    (source,) = kept(plan).sources
    assert list(changes(source, plan)) == []
    text.write_bytes(SECRET[::-1])
    assert list(changes(source, plan)) == ["changed: q.json"]


def test_only_what_begins_as_a_plan_is_taken_for_one(tmp_path: Path) -> None:
    plan, other = tmp_path / "plan.json", tmp_path / "ledger.json"
    plan.write_bytes(written(plan_of(tmp_path)))
    other.write_text('{"blocks": []}', "utf-8")
    assert is_plan_file(plan)
    assert not is_plan_file(other)
    assert not is_plan_file(tmp_path)
    assert not is_plan_file(tmp_path / "absent")


@pytest.mark.parametrize(
    "data", [b"{", b'{"format":"oneseek-migration-plan/v1"}', written().replace(b"/v1", b"/v9")]
)
def test_what_is_no_plan_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(InvalidInput, match=r"plan\.json is (no plan|a plan of another format)"):
        read_plan(data, "plan.json")
