"""Writing a bundle: as a whole or not at all, and never what would be refused."""

import io
import zipfile
from pathlib import Path

import pytest

from oneseek.adapters.bundle import writing
from oneseek.adapters.bundle.reading import open_bundle
from oneseek.adapters.bundle.writing import write_bundle
from oneseek.domain.bundle.parts import Bundle
from oneseek.domain.digest import sha256
from oneseek.domain.errors import FoundDamage, InvalidInput, LedgerBroken, ServiceFailed
from oneseek.domain.manifest import ManifestFile

DATA = b"kept bytes"
KEPT = ManifestFile("model/x/å.bin", len(DATA), sha256(DATA))
BUNDLE = Bundle({"b.txt": b"second", "a.txt": b"first", "empty": b""}, {KEPT.path: KEPT})


def opened(digest: str) -> io.BytesIO:
    assert digest == KEPT.digest
    return io.BytesIO(DATA)


def nothing(path: Path) -> None:
    """Accept whatever was written."""


def test_what_was_written_is_read_again_and_ordinary_tools_read_it_too(tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    assert write_bundle(path, BUNDLE, opened, nothing) == path.stat().st_size
    with open_bundle(path) as files:
        assert list(files.measured) == ["a.txt", "b.txt", "empty", KEPT.path]
        assert files.measured[KEPT.path] == KEPT
        assert files.read("b.txt") == b"second"
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.read(KEPT.path) == DATA
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_bundle_that_is_not_accepted_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(b"older")

    def refuse(partial: Path) -> None:
        assert partial.stat().st_size > 100
        raise LedgerBroken("it does not verify")

    with pytest.raises(LedgerBroken):
        write_bundle(path, BUNDLE, opened, refuse)
    assert path.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [path]


def test_an_object_of_another_length_is_damage(tmp_path: Path) -> None:
    with pytest.raises(FoundDamage, match="does not have 10 bytes"):
        write_bundle(tmp_path / "b.zip", BUNDLE, lambda digest: io.BytesIO(b"short"), nothing)
    assert list(tmp_path.iterdir()) == []


def test_more_than_a_zip_holds_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing.zip_form, "MAX_SIZE", 1 << 28)
    with pytest.raises(InvalidInput, match="less than 4 GiB"):
        write_bundle(tmp_path / "b.zip", BUNDLE, opened, nothing)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ServiceFailed, match="cannot write"):
        write_bundle(tmp_path / "none" / "b.zip", BUNDLE, opened, nothing)
