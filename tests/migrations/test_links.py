"""Links that lead out of a source or round and round are told of, and nobody follows them."""

from pathlib import Path

import pytest

from oneseek.migrations.links import link_findings
from oneseek.migrations.paths import link_below


def checks(source: Path, path: str) -> list[str]:
    raw = path.encode()
    return [finding.check for finding in link_findings(source, raw, link_below(source, raw))]


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("model", []),
        ("../top", []),
        ("./model/../model", []),
        ("nowhere", []),
        ("../../outside", ["link-leads-out"]),
        ("../../../../../../../../../../etc/passwd", ["link-leads-out"]),
        ("/srv/civicai/models/oqt", ["link-leads-out"]),
        (r"C:\models\oqt", ["link-leads-out"]),
        (r"\\server\models", ["link-leads-out"]),
        (".", ["link-loop"]),
        ("..", ["link-loop"]),
        ("../folder", ["link-loop"]),
        ("link", ["link-loop"]),
    ],
)
def test_a_link_is_judged_by_its_text(tmp_path: Path, target: str, found: list[str]) -> None:
    (tmp_path / "folder/model").mkdir(parents=True)
    (tmp_path / "folder/link").symlink_to(target)
    assert checks(tmp_path, "folder/link") == found


def test_an_absolute_link_into_the_source_leads_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "model")
    assert checks(tmp_path, "link") == []


def test_links_that_lead_to_each_other_are_a_loop(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/one").symlink_to("../two")
    (tmp_path / "two").symlink_to("three")
    (tmp_path / "three").symlink_to("a/one")
    (tmp_path / "into").symlink_to("two")
    for path in ("a/one", "two", "three", "into"):
        assert checks(tmp_path, path) == ["link-loop"]


def test_a_chain_of_links_that_ends_is_no_loop(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number}").symlink_to(f"{number + 1}")
    assert checks(tmp_path, "0") == []


def test_a_chain_that_no_system_would_follow_is_taken_for_a_loop(tmp_path: Path) -> None:
    for number in range(50):
        (tmp_path / f"{number}").symlink_to(f"{number + 1}")
    assert checks(tmp_path, "0") == ["link-loop"]


def test_a_chain_that_leaves_the_source_on_the_way_ends_there(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("/etc")
    assert checks(tmp_path, "one") == []
    assert checks(tmp_path, "two") == ["link-leads-out"]
