"""Two looks at a source are compared as they go by, whatever bytes the names have."""

from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.digest import sha256
from oneseek.migrations.comparing import Seen, differences, seen
from oneseek.migrations.item import Item

A, B = sha256(b"a"), sha256(b"b")


def file(path: str, digest: str | None = A, size: int = 1) -> Seen:
    return Seen(path.encode(), path, "file", size, digest)


def test_what_came_went_and_changed_is_named() -> None:
    before = [file("a"), file("b"), file("d"), file("e")]
    now = [file("a"), file("c"), file("d", B), file("e", A, 2)]
    assert list(differences(before, now)) == ["gone: b", "new: c", "changed: d", "changed: e"]


def test_a_link_that_leads_elsewhere_and_a_file_that_is_a_folder_now_are_seen() -> None:
    link = Seen(b"l", "l", "link", 0, None, "there")
    assert list(differences([link], [Seen(b"l", "l", "link", 0, None, "here")])) == ["changed: l"]
    folder = Seen(b"a", "a", "folder", 1, None)
    assert list(differences([file("a")], [folder])) == ["a file then, now folder: a"]


def test_missing_digests_are_the_business_of_who_asks() -> None:
    sealed = file("q", None)
    assert list(differences([sealed], [file("q")])) == []
    assert list(differences([sealed], [file("q")], lambda old, new: False)) == ["changed: q"]


def test_names_that_are_no_text_are_compared_by_their_bytes() -> None:
    odd = Item(path="\\xff", type="file")
    assert seen(odd, A).raw == b"\xff"
    assert seen(Item(path="å", type="file"), None).raw == "å".encode()


@given(st.dictionaries(st.text(max_size=3), st.sampled_from([A, B])),
       st.dictionaries(st.text(max_size=3), st.sampled_from([A, B])))  # fmt: skip
def test_as_many_differences_are_told_as_there_are(
    old: dict[str, str], new: dict[str, str]
) -> None:
    looks = [
        [file(path, of[path]) for path in sorted(of, key=str.encode)] for of in (old, new)
    ]  # fmt: skip
    unlike = {path for path in old | new if old.get(path) != new.get(path)}
    assert len(list(differences(*looks))) == len(unlike)
