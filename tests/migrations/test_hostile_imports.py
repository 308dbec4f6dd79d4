"""Trees of somebody who means harm, scanned and imported as an operator types it.

Whatever is in them ends in findings and in a documented exit code: nothing is executed, nothing
hangs, nothing is written outside the workspace, and what a terminal or a page shows is only text.
"""

import json
import os
import shutil
import subprocess
import threading
from html.parser import HTMLParser
from itertools import count
from pathlib import Path

import pytest

from e2e.workspaces import ONESEEK, Done, Workspace, everything, make_stocked
from migrations import hostile_trees as hostile
from migrations import trees
from migrations.odd_trees import names_below, tree_state
from oneseek.adapters.objects.tree import hash_tree
from oneseek.domain.manifest import Manifest
from oneseek.domain.state.documents import LegacySource, RecordedVersion, Version
from oneseek.migrations.importing.previous import read_inventory
from oneseek.migrations.item import QUARANTINED, SPECIAL, UNREADABLE, Item
from oneseek.migrations.paths import raw_path

SECONDS = 120
"""After so long a command hangs."""


def typed(root: Path, *words: str, codes: tuple[int, ...] = (0,), bound: bool = False) -> Done:
    """Run ``oneseek words…`` in ``root``; it must end by itself, with one of ``codes``.

    ``bound`` is for tests of rights: the superuser must respect them as everybody does.
    """
    command = [*(_bound() if bound else ()), str(ONESEEK), *words]
    done = subprocess.run(
        command, cwd=root, capture_output=True, check=False, timeout=SECONDS,
        stdin=subprocess.DEVNULL, env={**os.environ, "COLUMNS": "200", "HOME": str(root)},
    )  # fmt: skip
    out, err = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    assert done.returncode in codes, f"{words} → {done.returncode}\n{out[-3000:]}\n{err[-3000:]}"
    assert "Traceback" not in out + err
    assert "unexpected" not in err
    assert not {char for char in out + err if not char.isprintable()} - {"\n"}
    errors = sum(line.startswith("Error: ") for line in err.splitlines())
    assert errors == (done.returncode not in (0, 1)), err
    return Done(done.returncode, out, err)


def _bound() -> tuple[str, ...]:
    if os.geteuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        pytest.skip("root reads everything, and there is no setpriv")
    rights = "-dac_override,-dac_read_search"
    return ("setpriv", "--bounding-set", rights, "--inh-caps", rights)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a hostile ``source``, what lies ``outside`` of it, and a workspace ``w``.

    Everything was typed once, and what was told is in the workspace.
    """
    top = tmp_path_factory.mktemp("h")
    trees.write_peft(top / "outside" / "adapter", 1e6)
    secret = {"dna": hostile.SECRET, "question": hostile.SECRET}
    (top / "outside" / "secret.json").write_text(json.dumps(secret), "utf-8")
    workspace = make_stocked(top / "w")
    source = hostile.make_hostile(top / "source", top / hostile.MARKER)
    for dna in workspace.versions():
        hostile.write_record(source / "models" / "oneseek-certified" / dna, dna=dna)
    before = tree_state(source), tree_state(top / "outside")
    listed = typed(workspace.root, "migrate", "scan", "../source", "--list", codes=(1,))
    done = typed(workspace.root, "migrate", "run", "../source")
    (workspace.root / "told").write_text(listed.out + done.out + done.err, "utf-8")
    typed(workspace.root, "migrate", "report", "--html", "page.html")
    assert (tree_state(source), tree_state(top / "outside")) == before
    return top


def imported(root: Path) -> tuple[list[Item], dict[str, tuple[str, ...]]]:
    """Return the kept inventory, and the paths in the folder of every imported version."""
    app = Workspace(root).app()
    try:
        with app.ledger.view() as view:
            ((_, source),) = view.scan(LegacySource)
            versions = [
                found for kind in (Version, RecordedVersion) for _, found in view.scan(kind)
            ]
        folders = {
            each.dna: tuple(
                f"{file.path} {file.digest}"
                for file in Manifest.from_bytes(app.objects.read(each.manifest)).files
            )
            for each in versions
            if each.imported is not None
        }
        return list(read_inventory(app.objects, source.inventory)), folders
    finally:
        app.close()


def test_nothing_was_executed_and_nothing_was_written_outside(world: Path) -> None:
    assert {path.name for path in world.iterdir()} == {"outside", "source", "w"}
    made = {path.name for path in (world / "w").iterdir()}
    assert made == {".oneseek", "oneseek.toml", "models", "datasets", "told", "page.html"}
    for place in ("/evil", "/tmp/evil", str(world.parent / "evil")):
        assert not os.path.lexists(place)


def test_nothing_that_lies_outside_was_read(world: Path) -> None:
    secret = hostile.SECRET.encode()
    for path in (world / "w").rglob("*"):
        if path.is_symlink():
            assert path.resolve().is_relative_to(world / "w")
        elif path.is_file():
            assert secret not in path.read_bytes()
    digest = hash_tree(world / "outside" / "adapter")["adapter_model.safetensors"].digest
    assert not [path for path in (world / "w").rglob(f"*{str(digest)[4:]}*")]


def test_every_entry_is_in_the_inventory_exactly_once(world: Path) -> None:
    items, _ = imported(world / "w")
    assert [raw_path(item.path) for item in items] == names_below(world / "source")
    assert not [item for item in items for found in item.findings if found.check == "format-failed"]
    assert {item.path for item in items if item.type == SPECIAL} >= {
        "ml/ledger/ledger_proof.json", "models/oneseek-7b-zero/weights/oneseek-7b-zero-v9.9.pth"
    }  # fmt: skip


def test_traps_and_bombs_are_in_quarantine_and_in_no_version(world: Path) -> None:
    items, folders = imported(world / "w")
    hostile_items = {item.path: item for item in items if item.kind == QUARANTINED}
    # Pickles that are not called weights are sealed without a look.
    pickles = {item.path for item in items if item.path.endswith((".pickle", ".pkl"))}
    assert all(item.sealed for item in items if item.path in pickles)
    assert hostile.trap_paths(world / "source") - pickles <= set(hostile_items)
    assert sum("-v7." in path for path in hostile_items) == 5
    kept = {name.rpartition(" ")[2] for files in folders.values() for name in files}
    assert not kept & {item.digest for item in hostile_items.values()}


def test_folders_of_versions_are_plain_names_in_the_tree_and_beside_ours(world: Path) -> None:
    _, folders = imported(world / "w")
    assert len(folders) > 30
    for dna, files in folders.items():
        assert Path(dna).name == dna
        assert dna.isprintable()
        assert not [name for name in files if name.startswith("/") or ".." in name.split("/")]
    assert not {"OneSeek-7B-Zero-CURRENT", "README.md", ".", "..", ""} & set(folders)
    ours = set(Workspace(world / "w").versions()) - set(folders)
    assert len(ours) == 2
    beside = {dna.partition("~")[0] for dna in folders if "~" in dna}
    assert ours <= beside


class Tags(HTMLParser):
    """Collects the tags and attributes of a page, and the addresses in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


def test_the_page_has_no_tags_of_others(world: Path) -> None:
    page = (world / "w" / "page.html").read_text("utf-8")
    found = Tags(page)
    assert not {"script", "img", "iframe", "object"} & found.tags
    assert not [name for name in found.attributes if name.startswith("on")]
    assert not [link for link in found.links if not link.startswith("#")]
    assert not [char for char in page if not char.isprintable() and char not in "\n\t\u00a0"]
    assert "alert(1)" in page


def test_the_workspace_is_sound_afterwards_and_a_second_run_adds_nothing(world: Path) -> None:
    root = world / "w"
    typed(root, "verify", "--deep")
    size = Workspace(root).size()
    assert "nothing new" in typed(root, "migrate", "run", "../source").out
    assert Workspace(root).size() == size


def test_a_file_that_is_written_all_the_time_ends_in_a_sentence_or_a_finding(
    tmp_path: Path,
) -> None:
    Workspace(tmp_path).run("init", ".")
    tree = trees.make_old_tree(tmp_path / "old")
    ledger, large = tree / "ml" / "ledger" / "ledger.json", tree / "large.bin"
    blocks = ledger.read_bytes()
    end = threading.Event()

    def write() -> None:
        for number in count():
            ledger.write_bytes(blocks + b" " * (number % 50))
            large.write_bytes(os.urandom(1 << 20))
            if end.is_set():
                return

    writer = threading.Thread(target=write)
    writer.start()
    try:
        done = typed(tmp_path, "migrate", "run", "old", codes=(0, 4))
    finally:
        end.set()
        writer.join()
    assert done.code == 0 or "changed" in done.err
    typed(tmp_path, "verify", "--deep")
    typed(tmp_path, "migrate", "run", "old")
    typed(tmp_path, "verify", "--deep")


def test_what_must_not_be_read_is_told_and_a_read_only_source_is_enough(tmp_path: Path) -> None:
    tree = trees.make_old_tree(tmp_path / "old")
    closed = [tree / "models" / "oqt", tree / "ml" / "ledger" / "ledger.json"]
    for path in sorted(tree.rglob("*"), reverse=True):
        if not path.is_symlink():
            path.chmod(0 if path in closed else 0o555 if path.is_dir() else 0o444)
    (tmp_path / "w").mkdir()
    try:
        typed(tmp_path / "w", "init", ".")
        typed(tmp_path / "w", "migrate", "scan", "../old", codes=(1,), bound=True)
        typed(tmp_path / "w", "migrate", "run", "../old", bound=True)
        items, _ = imported(tmp_path / "w")
        words = ("migrate", "cleanup", "--yes-i-typed", "old")
        away = typed(tmp_path / "w", *words, codes=(4,), bound=True)
    finally:
        for path in (tree, *closed, *tree.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755)
    unread = {item.path: item.reason for item in items if item.type == UNREADABLE}
    paths = ("ml/ledger/ledger.json", "models/oqt")
    assert unread == dict.fromkeys(paths, "permission denied")
    assert "could not be read" in away.err


def test_no_workspace_is_the_source_of_itself(tmp_path: Path) -> None:
    here = Workspace(tmp_path / "w")
    here.root.mkdir()
    here.run("init", ".")
    before = everything(here)
    for place in (".", "..", ".oneseek/objects", "models/oneseek-certified", "models"):
        typed(here.root, "migrate", "run", place, codes=(2,))
    assert everything(here) == before


def test_no_workspace_is_made_around_older_models(tmp_path: Path) -> None:
    tree = trees.make_old_tree(tmp_path / "old")
    before = tree_state(tree)
    said = typed(tree, "init", ".", codes=(4,))
    assert "make the workspace in another folder" in said.err
    assert tree_state(tree) == before
