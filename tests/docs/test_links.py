"""What the documents point to is there: files, chapters, source paths; the diagram is sound."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
RECORDS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
DIAGRAM = ROOT / "docs" / "images" / "architecture.svg"
SOURCE_FOLDERS = "domain|adapters|cli|migrations|tests|docs|datasets|models|benchmarks"


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def prose(path: Path) -> str:
    """Return a document without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.M | re.S)


def links(text: str) -> list[str]:
    """Return the targets of all links and images, of Markdown and of HTML."""
    return re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text)


def anchors(path: Path) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a document."""
    headings = re.findall(r"^#{1,6} (.+)$", prose(path), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    for target in links(prose(document)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        goal = (document.parent / path).resolve() if path else document
        assert goal.exists(), f"{name(document)} links to {target}"
        if anchor:
            assert anchor in anchors(goal), f"{name(document)} links to {target}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_source_path_that_is_named_exists(document: Path) -> None:
    found = re.findall(rf"`((?:{SOURCE_FOLDERS})/[\w./-]*)`", prose(document))
    absent = [path for path in found if not (ROOT / path).exists()]
    workspace = ("models/", "datasets/")  # in a workspace these hold what a person put there
    assert [path for path in absent if not path.startswith(workspace)] == []


def test_the_records_are_numbered_without_gaps_and_short() -> None:
    assert [int(path.name[:4]) for path in RECORDS] == list(range(1, len(RECORDS) + 1))
    for path in RECORDS:
        text = path.read_text("utf-8")
        assert re.match(rf"# {path.name[:4]} \S", text), name(path)
        for chapter in ("Context", "Decision", "Consequences"):
            assert f"\n## {chapter}\n" in text, f"{name(path)} lacks {chapter}"
        assert len(text.splitlines()) <= 40, name(path)


def test_every_record_is_listed_in_the_architecture() -> None:
    found = links((ROOT / "docs" / "architecture.md").read_text("utf-8"))
    for path in RECORDS:
        assert f"decisions/{path.name}" in found


def test_the_diagram_is_text_with_a_title_and_needs_nothing_from_elsewhere() -> None:
    text = DIAGRAM.read_text("utf-8")
    root, space = ElementTree.fromstring(text), "{http://www.w3.org/2000/svg}"
    assert root.find(f"{space}title") is not None
    tags = {element.tag.removeprefix(space) for element in root.iter()}
    assert not tags & {"script", "foreignObject", "image", "use"}
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
