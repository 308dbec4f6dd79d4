"""An inventory of whatever a source is: one item per entry, and nothing ends the scan."""

import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings

from legacy_samples import sample
from migrations.big_trees import write_metadata_tree
from migrations.odd_trees import PIECES, Pieces, built, names_below, tree_state
from oneseek.domain.digest import sha256
from oneseek.migrations import classing, look
from oneseek.migrations import scan as scanning
from oneseek.migrations.format import Format, PointerFacts, Reading, VersionFacts
from oneseek.migrations.hashing import SMALL_BYTES
from oneseek.migrations.item import FILE, FOLDER, LINK, SPECIAL, UNCLASSIFIED, UNREADABLE, Item
from oneseek.migrations.look import Look
from oneseek.migrations.paths import raw_path
from oneseek.migrations.scan import POINTER, Scanned, scan
from oneseek.migrations.source import check_source
from oneseek.migrations.verdicts import Verdict

TEXT = "Vad tycker du om min fru?"


def reading(look: Look) -> Reading:
    return Reading(
        verdict=Verdict.ASSERTED,
        reason="it says so",
        says=f"{look.json.value}",
        facts=VersionFacts(name=look.path, values={"json": look.json.value}),
    )


def of_format(
    matches: Callable[[Look], bool] = lambda look: look.name.endswith(".json"),
    read: Callable[[Look], Reading] = reading,
    personal: bool = False,
) -> Format:
    return Format(
        name="odd-record", what="an odd record", matches=matches, read=read, personal=personal
    )


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the scan know the given formats and no others."""

    def know(*formats: Format) -> None:
        monkeypatch.setattr(classing, "all_formats", lambda: formats)

    know()
    return know


def one(source: Path) -> Scanned:
    (scanned,) = scan(source)
    return scanned


@settings(max_examples=40)
@given(PIECES)
def test_every_entry_is_one_item_and_the_source_stays_as_it_is(pieces: Pieces) -> None:
    with built(pieces) as root:
        before = tree_state(root)
        items: list[Item] = []
        for scanned in scan(root, on_entry=items.append):
            assert scanned.item is items[-1]
            assert (scanned.look is not None) == (scanned.item.type == FILE)
        assert [raw_path(item.path) for item in items] == names_below(root)
        assert tree_state(root) == before
        for item in items:
            path = os.fsencode(root) + b"/" + raw_path(item.path)
            assert (item.type == LINK) == os.path.islink(path)  # noqa: PTH114
            assert (item.digest is not None) == (item.type == FILE)


def test_the_first_format_that_matches_reads_a_file(
    tmp_path: Path, known: Callable[..., None]
) -> None:
    (tmp_path / "a.json").write_bytes(b"[1]")
    known(
        of_format(matches=lambda _: False, read=broken),
        of_format(personal=True),
        of_format(matches=lambda _: True, read=broken),
    )
    scanned = one(tmp_path)
    assert scanned.item == Item(
        path="a.json",
        type=FILE,
        size=3,
        digest=sha256(b"[1]"),
        kind="odd-record",
        reason="it says so",
        says="[1]",
        personal=True,
    )
    assert scanned.reading is not None
    assert scanned.reading.facts == VersionFacts(name="a.json", values={"json": [1]})


def broken(*_: object) -> Reading:
    raise KeyError(TEXT)


@pytest.mark.parametrize("where", ["matches", "read"])
def test_a_format_that_fails_is_named_without_a_word_of_the_file(
    tmp_path: Path, known: Callable[..., None], where: str
) -> None:
    (tmp_path / "a.json").write_bytes(b"[1]")
    known(of_format(**{where: broken}))
    scanned = one(tmp_path)
    assert (scanned.item.kind, scanned.reading) == (UNCLASSIFIED, None)
    (finding,) = scanned.item.findings
    assert (finding.check, finding.found) == ("format-failed", "KeyError")
    assert "odd-record" in finding.expected
    assert TEXT not in str(scanned.item)


@pytest.mark.parametrize("error", [RecursionError, MemoryError, AssertionError, UnicodeEncodeError])
def test_no_mistake_of_a_format_ends_the_scan(
    tmp_path: Path, known: Callable[..., None], error: type[Exception]
) -> None:
    def fails(_: Look) -> Reading:
        raise error if error is not UnicodeEncodeError else UnicodeEncodeError("u", "", 0, 1, "")

    for name in ("a.json", "b.txt"):
        (tmp_path / name).touch()
    known(of_format(read=fails))
    first, second = scan(tmp_path)
    assert first.item.findings[0].found == error.__name__
    assert second.item.findings == ()


def test_what_a_failed_format_knew_of_peoples_text_still_holds(
    tmp_path: Path, known: Callable[..., None]
) -> None:
    (tmp_path / "a.json").write_bytes(b"[1]")
    known(of_format(read=broken, personal=True))
    assert one(tmp_path).item.personal
    known(of_format(read=broken))
    assert not one(tmp_path).item.personal


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (rb'["\ud83d"]', "half of a character"),
        (b"[" + b"9" * 100 + b"]", "more than 64 bits"),
        (b'["' + b"x" * 300_000 + b'"]', "more than 262144 bytes"),
    ],
)
def test_a_record_that_cannot_be_written_down_is_told_and_not_used(
    tmp_path: Path, known: Callable[..., None], data: bytes, why: str
) -> None:
    (tmp_path / "a.json").write_bytes(data)
    known(of_format())
    scanned = one(tmp_path)
    assert scanned.item.kind == "odd-record"
    assert scanned.item.findings[0].check == "unwritable-record"
    assert why in scanned.item.reason
    assert scanned.reading is not None
    assert scanned.reading.facts is None


def test_hostile_json_is_a_problem_for_the_format_to_tell(
    tmp_path: Path, known: Callable[..., None]
) -> None:
    def told(look: Look) -> Reading:
        return Reading(verdict=Verdict.ASSERTED, reason=look.json.problem)

    (tmp_path / "deep.json").write_bytes(b"[" * 100_000)
    with (tmp_path / "large.json").open("wb") as file:
        file.truncate(look.MAX_JSON_BYTES + 1)
    (tmp_path / "latin.json").write_bytes('"ö"'.encode("latin-1"))
    known(of_format(read=told))
    assert [scanned.item.reason for scanned in scan(tmp_path)] == [
        "nested deeper than 200 levels",
        f"{look.MAX_JSON_BYTES + 1} bytes are too many for a record",
        "undecodable: byte 1 is no UTF-8",
    ]


def test_a_file_that_changes_after_it_was_hashed_is_not_parsed(
    tmp_path: Path, known: Callable[..., None]
) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(b" " * SMALL_BYTES + b'"one"')

    def meddle(_: Look) -> bool:
        file.write_bytes(b" " * SMALL_BYTES + b'"two"')
        os.utime(file, (1, 1))
        return True

    known(of_format(matches=meddle))
    scanned = one(tmp_path)
    assert (scanned.item.kind, scanned.reading) == (UNCLASSIFIED, None)
    assert [finding.check for finding in scanned.item.findings] == ["changed-while-read"]


@pytest.mark.usefixtures("known")
def test_links_pipes_and_folders_need_no_format(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "up").symlink_to("../..")
    folder, pipe, up = (scanned.item for scanned in scan(tmp_path))
    assert (folder.type, folder.kind, folder.findings) == (FOLDER, FOLDER, ())
    assert (pipe.type, pipe.kind) == (SPECIAL, SPECIAL)
    assert [finding.check for finding in pipe.findings] == ["special-file"]
    assert (up.type, up.kind, up.target) == (LINK, LINK, "../..")
    assert [finding.check for finding in up.findings] == ["link-leads-out"]


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("target", "pointer", "checks"),
    [
        ("OneSeek-7B-Zero.v1.0", "link", []),
        ("../../../etc", "link", ["link-leads-out"]),
        (r"C:\models\OneSeek-7B-Zero.v1.0", "autonomy-link", ["link-leads-out"]),
    ],
)
def test_a_link_to_the_active_model_is_a_pointer_and_stays_unfollowed(
    tmp_path: Path, target: str, pointer: str, checks: list[str]
) -> None:
    (tmp_path / "OneSeek-7B-Zero-CURRENT").symlink_to(target)
    scanned = one(tmp_path)
    assert (scanned.item.type, scanned.item.kind) == (LINK, POINTER)
    assert scanned.item.target == target
    assert scanned.item.says == f"{pointer}: {target}"
    assert [finding.check for finding in scanned.item.findings] == checks
    assert scanned.reading is not None
    assert scanned.reading.facts == PointerFacts(pointer=pointer, target=target)


@pytest.mark.usefixtures("known")
def test_a_mistake_about_a_link_does_not_end_the_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "CURRENT").symlink_to("model")
    monkeypatch.setattr(scanning, "pointer_of_link", broken)
    scanned = one(tmp_path)
    assert (scanned.item.kind, scanned.reading) == (LINK, None)
    assert [finding.check for finding in scanned.item.findings] == ["format-failed"]
    assert TEXT not in str(scanned.item)


@pytest.mark.usefixtures("known")
def test_names_that_are_no_text_are_written_out(tmp_path: Path) -> None:
    with open(os.fsencode(tmp_path) + b"/\xffo.json", "wb"):  # noqa: PTH123
        pass
    item = one(tmp_path).item
    assert (item.path, item.raw_path) == (r"\xffo.json", "/28uanNvbg==")


@pytest.mark.usefixtures("known")
def test_unknown_files_with_peoples_text_are_personal(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(f'{{"question": "{TEXT}"}}')
    (tmp_path / "b.json").write_text('{"loss": 1}')
    first, second = scan(tmp_path)
    assert (first.item.personal, second.item.personal) == (True, False)
    assert first.item.reason == "no known format: kept as it is"
    assert TEXT not in str(first.item)


@pytest.mark.usefixtures("known")
def test_a_file_that_could_not_be_read_is_told_with_its_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_disk(*_: object) -> int:
        raise OSError(5, "Input/output error")

    (tmp_path / "a.json").write_bytes(b"[1]")
    monkeypatch.setattr(os, "readv", broken_disk)
    item = one(tmp_path).item
    assert (item.type, item.kind, item.digest) == (UNREADABLE, UNREADABLE, None)
    assert (item.findings[0].check, item.findings[0].found) == ("unreadable", "input/output error")


@pytest.mark.usefixtures("known")
def test_bytes_are_let_go_of_when_the_next_entry_is_asked_for(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"x")
    looks = [scanned.look for scanned in scan(tmp_path) if scanned.look]
    (tmp_path / "a").unlink()
    with pytest.raises(FileNotFoundError):
        _ = looks[0].head
    assert looks[1].siblings == {"a", "b"}


def test_memory_does_not_grow_with_the_number_of_files(tmp_path: Path) -> None:
    peaks = []
    for files in (10, 50, 350):  # the first scan loads the formats
        root = tmp_path / str(files)
        write_metadata_tree(root, files)
        tracemalloc.start()
        try:
            for _ in scan(root):
                pass
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[2] - peaks[1] < 120_000  # the bytes of the files alone are more


@pytest.mark.parametrize(
    "name", ["certified_cli", "oqt_docs_tree", "firestore_export", "py_ledger_variants"]
)
def test_every_entry_of_a_real_tree_is_read_without_a_mistake_of_ours(name: str) -> None:
    source = check_source(sample(name))
    before = tree_state(source)
    items = [scanned.item for scanned in scan(source)]
    assert [raw_path(item.path) for item in items] == names_below(source)
    assert not [item for item in items for found in item.findings if found.check == "format-failed"]
    assert tree_state(source) == before


@pytest.mark.parametrize(
    "name",
    [
        "adapter_config.json",
        "tokenizer_config.json",
        "config.json",
        "live_metrics.json",
        "ledger_proof.json",
    ],
)
def test_what_people_wrote_is_sealed_whatever_the_file_is_called(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text('{"question": "Vem?", "r": 4}', "utf-8")
    (found,) = [one.item for one in scan(tmp_path) if one.item.path == name]
    assert found.personal


def test_a_vocabulary_has_words_and_no_texts_of_people(tmp_path: Path) -> None:
    words = '{"version": "1.0", "model": {"vocab": {"question": 17, "answer": 18}}}'
    (tmp_path / "tokenizer.json").write_text(words, "utf-8")
    (found,) = [one.item for one in scan(tmp_path) if one.item.path == "tokenizer.json"]
    assert not found.personal
