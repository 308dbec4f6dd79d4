"""A hostile shared place: what lies there is never believed, nor printed as it is."""

import json
import os
from pathlib import Path

import pytest

from e2e.workspaces import Workspace


@pytest.fixture
def place(stocked: Workspace, tmp_path: Path) -> Path:
    folder = tmp_path / "shared"
    folder.mkdir()
    settings = stocked.root / "oneseek.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace('# url = "s3://bucket/prefix"', f'url = "file://{folder}"'))
    stocked.run("objects", "push")
    return folder


def test_names_that_are_no_text_and_steer_terminals_are_told_of_without_harm(
    stocked: Workspace, place: Path
) -> None:
    for name in (b"\xff\xfe", b"\x1b[2Jgone", b"a\nb", b"..."):
        (Path(os.fsdecode(os.fsencode(place) + b"/" + name))).write_bytes(b"x")
    for words in (("objects", "check"), ("objects", "check", "--json")):
        done = stocked.run(*words, expect=1)
        assert "\x1b" not in done.out + done.err
    names = [
        finding["where"].rpartition("shared/")[2] for finding in json.loads(done.out)["findings"]
    ]
    assert names == ["\x1b[2Jgone", "...", "a\nb", "\\udcff\\udcfe"]
    stocked.run("objects", "push")
    stocked.run("objects", "pull")
    stocked.run("verify", "--deep", expect=1)


def test_a_folder_of_the_place_that_leads_elsewhere_is_not_written_to(
    stocked: Workspace, place: Path, tmp_path: Path
) -> None:
    folder, outside = min(place.iterdir()), tmp_path / "outside"
    outside.mkdir()
    folder.rename(tmp_path / "whole")
    folder.symlink_to(outside)
    assert f"{folder} is a symbolic link" in stocked.run("objects", "push", expect=1).out
    assert list(outside.iterdir()) == []
    folder.unlink()
    stocked.run("objects", "push")
    stocked.run("objects", "check")


def test_an_object_that_is_another_or_endless_is_not_kept(stocked: Workspace, place: Path) -> None:
    cache = stocked.root / ".oneseek" / "objects"
    for path in cache.rglob("*"):
        if path.is_file():
            path.unlink()
    one, two, three = sorted(path for path in place.rglob("*") if path.is_file())[:3]
    one.chmod(0o644)
    one.write_bytes(two.read_bytes())
    two.unlink()
    two.symlink_to("/dev/zero")
    three.unlink()
    os.mkfifo(three)
    done = stocked.run("objects", "pull", expect=1)
    assert (done.out.count("object-damaged"), done.out.count("object-missing")) == (1, 2)
    assert not any((cache / path.parent.name / path.name).exists() for path in (one, two, three))
