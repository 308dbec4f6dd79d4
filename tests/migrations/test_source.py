"""What may be a source at all."""

import os
import socket
from pathlib import Path

import pytest

from oneseek.domain.errors import InvalidInput, NotFound
from oneseek.migrations.source import check_source


def test_a_folder_and_a_single_file_are_sources(tmp_path: Path) -> None:
    (tmp_path / "ledger.json").touch()
    assert check_source(tmp_path) == tmp_path.resolve()
    assert check_source(tmp_path / "ledger.json") == (tmp_path / "ledger.json").resolve()


def test_a_source_is_named_by_where_it_really_lies(tmp_path: Path) -> None:
    (tmp_path / "real/tree").mkdir(parents=True)
    (tmp_path / "way").symlink_to("real")
    assert check_source(tmp_path / "way/tree") == (tmp_path / "real/tree").resolve()


@pytest.mark.parametrize("name", ["absent", "file/below"])
def test_what_does_not_exist_is_not_found(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotFound, match="there is no "):
        check_source(tmp_path / name)


def test_a_link_is_refused_with_the_path_that_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("elsewhere")
    with pytest.raises(InvalidInput, match="is a link") as caught:
        check_source(tmp_path / "link")
    assert caught.value.hint == "give the path that it leads to: elsewhere"


def test_pipes_sockets_and_devices_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        for odd in (tmp_path / "pipe", tmp_path / "socket", Path("/dev/null")):
            with pytest.raises(InvalidInput, match="neither a folder nor a file"):
                check_source(odd)


@pytest.mark.parametrize("name", ["a\0b", "n" * 300])
def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        check_source(tmp_path / name)


def test_a_source_that_must_not_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(InvalidInput, match="permission denied"):
        check_source(tmp_path)


@pytest.mark.parametrize("name", [".", ".oneseek", ".oneseek/objects", ".."])
def test_the_workspace_is_no_source_of_itself(tmp_path: Path, name: str) -> None:
    workspace = tmp_path / "workspace"
    (workspace / ".oneseek/objects").mkdir(parents=True)
    with pytest.raises(InvalidInput, match="workspace"):
        check_source(workspace / name, workspace)


def test_an_old_tree_in_the_workspace_is_a_source(tmp_path: Path) -> None:
    (tmp_path / ".oneseek").mkdir()
    (tmp_path / "models/oqt").mkdir(parents=True)
    assert check_source(tmp_path / "models/oqt", tmp_path).name == "oqt"
