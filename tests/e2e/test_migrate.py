"""An old tree is planned, imported, reported, moved away and put back, as an operator types it."""

import json
import os
import shutil
from pathlib import Path

import pytest

from e2e.workspaces import Workspace, copy_workspace, everything, small_adapter
from legacy_samples import sample
from migrations.trees import QUESTION, SPRUNG, make_old_tree, small_base
from oneseek.adapters.objects.tree import hash_tree
from oneseek.cli.app import App
from oneseek.cli.wiring import migration_moves as moves
from oneseek.cli.wiring.migration_moves import MARK
from oneseek.cli.wiring.writing import writing
from oneseek.domain.errors import Conflict

TEXT = "old/models/oneseek-7b-zero/OneSeek-7B-Zero-sv/training_samples"
SIGNER = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
"""Public half of the test key 00..1f that signed the sample."""
YESTERDAY = f"old{MARK}2020-01-01"


class Killed(BaseException):
    """What a test lets happen in place of SIGKILL: nothing catches it."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = Workspace(tmp_path_factory.mktemp("imported") / "w")
    workspace.root.mkdir()
    workspace.run("init", ".", "--origin", "test.example/log")
    make_old_tree(workspace.root / "old")
    workspace.run("migrate", "plan", "old", "-o", "plan.json")
    workspace.run("migrate", "run", "plan.json")
    return workspace.root


@pytest.fixture
def imported(made: Path, tmp_path: Path) -> Workspace:
    """A workspace that has imported the tree in its folder ``old``."""
    return copy_workspace(made, tmp_path / "w")


def old(workspace: Workspace) -> Path:
    return workspace.root / "old"


def moved(workspace: Workspace) -> list[Path]:
    return list(workspace.root.glob(f"old{MARK}*"))


def cleanup(workspace: Workspace, expect: int = 0) -> str:
    done = workspace.run("migrate", "cleanup", "--yes-i-typed", "old", expect=expect)
    return done.out + done.err


def test_a_plan_needs_no_workspace_and_changes_nothing(tmp_path: Path) -> None:
    make_old_tree(tmp_path / "old")
    before = hash_tree(tmp_path)
    here = Workspace(tmp_path)
    text = here.run("migrate", "plan", "old").out
    assert "What a person must decide" in text
    assert QUESTION not in text
    assert hash_tree(tmp_path) == before
    (report,) = json.loads(here.run("migrate", "plan", "old", "--json").out)
    assert [row["form"] for row in report["versions"]["rows"]] == ["adapter", "adapter"]
    assert "pointers-disagree" in [found["check"] for found in report["findings"]["checks"]]
    explained = here.run("migrate", "plan", "old", "--explain", "OneSeek-7B-Zero.v1.0.sv").out
    assert "adapter 2" in explained
    assert "certified-metadata" not in explained


def test_nothing_is_unpickled_and_nothing_of_what_a_person_asked_is_in_the_clear(
    imported: Workspace,
) -> None:
    assert not list(imported.root.rglob(SPRUNG))
    report = json.loads(imported.run("migrate", "report", "--json").out)[0]
    assert [row["path"] for row in report["quarantined"]["rows"]] == [
        "models/oqt/weights/oqt-1.0-v1.0.pth"
    ]
    needle = QUESTION.encode()
    kept = [path for path in (imported.root / ".oneseek").rglob("*") if path.is_file()]
    assert not any(needle in path.read_bytes() for path in kept)


def test_a_second_run_says_nothing_new(made: Path) -> None:
    again = Workspace(made)
    size = again.size()
    assert "nothing new" in again.run("migrate", "run", "old").out
    assert "nothing new" in again.run("migrate", "run", "plan.json").out
    assert again.size() == size


def test_a_plan_whose_source_changed_is_refused_and_names_what_changed(tmp_path: Path) -> None:
    here = Workspace(tmp_path)
    here.run("init", ".")
    make_old_tree(tmp_path / "old")
    here.run("migrate", "plan", "old", "-o", "plan.json")
    (tmp_path / "old" / "ml" / "ledger" / "ledger.json").write_text("{}", "utf-8")
    before = everything(here)
    done = here.run("migrate", "run", "plan.json", expect=4)
    assert "changed: ml/ledger/ledger.json" in done.err
    assert everything(here) == before


def test_the_report_is_told_in_three_forms(imported: Workspace) -> None:
    imported.run("migrate", "report", "old", "--html", "report.html")
    page = (imported.root / "report.html").read_text("utf-8")
    assert "What a person must decide" in page
    assert "oneseek migrate base" in page
    text = imported.run("migrate", "report").out
    assert "? OneSeek-7B-Zero.v1.0.sv" in text
    assert "✓ ml/ledger/ledger.json" in text
    assert "erased-by-reset" in text
    assert QUESTION not in page + text
    imported.run("migrate", "report", "elsewhere", expect=3)


def test_a_question_that_somebody_answered_is_not_asked_again(imported: Workspace) -> None:
    def asked() -> list[str]:
        report = json.loads(imported.run("migrate", "report", "--json").out)[0]
        return [row["command"] for row in report["questions"]["rows"]]

    before = asked()
    assert any(command.startswith("oneseek activate") for command in before)
    notes = imported.run("activate", "OneSeek-7B-Zero.v1.0.sv").err
    assert "it was imported (asserted): newly hashed by us" in notes
    assert "oneseek migrate base OneSeek-7B-Zero.v1.0.sv" in notes
    assert asked() == [each for each in before if not each.startswith("oneseek activate")]
    base = imported.root / "kb-llama"
    base.mkdir()
    (base / "config.json").write_bytes(b'{"model_type": "llama"}')
    (base / "model.safetensors").write_bytes(small_adapter(0))  # another model
    imported.run("base", "register", str(base))
    refused = imported.run("migrate", "base", "OneSeek-7B-Zero.v1.0.sv", "kb-llama", expect=2)
    assert "does not fit kb-llama: the base model has no model.layers.0" in refused.err
    (base / "model.safetensors").write_bytes(small_base())
    imported.run("base", "register", str(base))
    imported.run("migrate", "base", "OneSeek-7B-Zero.v1.0.sv", "kb-llama")
    assert any("migrate base" in command for command in asked())  # the other one has none yet
    imported.run("migrate", "run", "old", "--base", "kb-llama-3-1-8b-swedish=kb-llama")
    assert not any("migrate base" in command for command in asked())
    assert "answered since" in imported.run("migrate", "report").out


def test_cleanup_moves_by_renaming_and_restore_puts_back(imported: Workspace) -> None:
    before = hash_tree(old(imported))
    assert "Nothing was deleted" in cleanup(imported)
    (away,) = moved(imported)
    assert not old(imported).exists()
    assert hash_tree(away) == before
    assert f"moved away since, to {away.name}" in imported.run("migrate", "report").out
    assert "moved away already" in cleanup(imported, expect=4)
    imported.run("migrate", "restore")
    assert hash_tree(old(imported)) == before
    assert moved(imported) == []
    size = imported.size()
    imported.run("migrate", "restore", "old")
    assert imported.size() == size


def test_cleanup_wants_the_name_typed(imported: Workspace) -> None:
    before = everything(imported)
    assert "--yes-i-typed old" in imported.run("migrate", "cleanup", expect=2).err
    imported.run("migrate", "cleanup", "--yes-i-typed", "OLD", expect=2)
    assert everything(imported) == before


@pytest.mark.parametrize("harm", ["changed", "added", "removed", "sealed"])
def test_a_tree_that_is_not_as_it_was_imported_stays(imported: Workspace, harm: str) -> None:
    path = old(imported) / "ml" / "ledger" / "ledger.json"
    if harm == "changed":
        path.write_bytes(path.read_bytes().replace(b"genesis", b"GENESIS"))
    elif harm == "removed":
        path.unlink()
    elif harm == "added":
        (old(imported) / "new").mkdir()
    else:
        (path,) = (imported.root / TEXT).iterdir()
        path.write_bytes(path.read_bytes()[::-1])
    size = imported.size()
    assert "is not as it was imported" in cleanup(imported, expect=4)
    assert old(imported).is_dir()
    assert imported.size() == size


@pytest.mark.parametrize("how", ["gone", "damaged"])
def test_a_tree_whose_bytes_are_not_all_kept_stays(imported: Workspace, how: str) -> None:
    kept = next(path for path in (imported.root / ".oneseek" / "objects").rglob("*")
                if path.is_file() and b'"block_count": 3' in path.read_bytes())  # fmt: skip
    kept.chmod(0o644)
    if how == "gone":
        kept.unlink()
    else:
        kept.write_bytes(kept.read_bytes()[::-1])
    cleanup(imported, expect=1)
    assert old(imported).is_dir()


def test_texts_that_were_erased_since_do_not_stop_a_cleanup_but_are_told(
    imported: Workspace,
) -> None:
    (text,) = (imported.root / TEXT).iterdir()
    path = str(text.relative_to(old(imported)))
    imported.run("migrate", "erase", path, "--reason", "she asked for it")
    assert "It still holds 1 text that you had erased" in cleanup(imported)


@pytest.mark.parametrize("verb", ["cleanup", "restore"])
@pytest.mark.parametrize("repeated", ["cleanup", "restore"])
def test_a_kill_between_entry_and_rename_is_healed_by_either_command(
    imported: Workspace, monkeypatch: pytest.MonkeyPatch, verb: str, repeated: str
) -> None:
    before = hash_tree(old(imported))
    _die_halfway(imported, monkeypatch, verb)
    assert old(imported).is_dir()
    if repeated == "cleanup":
        cleanup(imported)
        (away,) = moved(imported)
        assert away.name == YESTERDAY  # where the ledger says that it is, not a name of today
        assert hash_tree(away) == before
    imported.run("migrate", "restore")
    assert hash_tree(old(imported)) == before
    imported.run("audit")


def test_a_source_that_was_moved_away_is_not_called_a_typing_error(imported: Workspace) -> None:
    cleanup(imported)
    gone = imported.run("migrate", "run", "old", expect=3)
    assert "moved away by a cleanup" in gone.err
    assert "oneseek migrate restore old" in gone.err


def test_odd_names_and_a_single_file_go_the_whole_way(imported: Workspace, tmp_path: Path) -> None:
    odd = tmp_path / "odd"
    odd.mkdir()
    for name in (b"\xff.json", b"a\\b", b"a\nb", "å".encode()):
        (odd / os.fsdecode(name)).write_bytes(name)
    os.mkfifo(odd / "pipe")
    (odd / "out").symlink_to("/etc")
    single = tmp_path / "single.json"
    single.write_text("{}", "utf-8")
    for place in (odd, single):
        imported.run("migrate", "plan", str(place), "-o", "odd.json")
        imported.run("migrate", "run", "odd.json")
        imported.run("migrate", "cleanup", str(place), "--yes-i-typed", place.name)
        assert not os.path.lexists(place)
        imported.run("migrate", "restore", str(place))
        assert os.path.lexists(place)
    several = imported.run("migrate", "cleanup", expect=2)
    assert "name one of them" in several.err


def test_a_file_system_of_its_own_is_not_renamed() -> None:
    with pytest.raises(Conflict, match="is a file system of its own"):
        moves._require_renamable(Path("/proc"))


def test_what_lies_there_again_is_never_overwritten(imported: Workspace) -> None:
    cleanup(imported)
    old(imported).mkdir()
    done = imported.run("migrate", "restore", expect=4)
    assert "both are kept" in done.err
    assert len(moved(imported)) == 1
    shutil.rmtree(old(imported))
    shutil.rmtree(moved(imported)[0])
    assert "lies neither" in imported.run("migrate", "restore", expect=3).err


def _die_halfway(imported: Workspace, monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    def die(*_: object) -> None:
        raise Killed

    app = imported.app()
    monkeypatch.setattr(moves, "_free", lambda place, _: place.with_name(YESTERDAY))
    try:
        if verb == "restore":
            _move_away(app)
            monkeypatch.setattr(moves.record, "move_back", die)
        else:
            monkeypatch.setattr(Path, "rename", die)
        with pytest.raises(Killed):
            _move_away(app) if verb == "cleanup" else _move_back(app)
    finally:
        monkeypatch.undo()
        app.close()


def _move_away(app: App) -> None:
    with writing(app) as ports:
        moves.move_away(app, ports, *moves.target_for(app, None))


def _move_back(app: App) -> None:
    with writing(app) as ports:
        moves.move_back(app, ports, None)


def test_a_wrong_place_is_refused_before_anything_is_recorded(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    workspace.root.mkdir()
    workspace.run("init", ".", "--origin", "test.example/log")
    (tmp_path / "empty").mkdir()
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to anna.doc").write_text("Hej")
    (tmp_path / "civicai.zip").write_bytes(b"PK\3\4")
    make_old_tree(tmp_path / "old")
    for name, why in (
        ("empty", "it is empty"),
        ("letters", "check the path; see what lies there"),
        ("civicai.zip", "unpack the archive"),
    ):
        done = workspace.run("migrate", "run", "../old", f"../{name}", expect=2)
        assert why in done.err
        assert "nothing was recorded" in done.err
    assert "nothing was imported" in workspace.run("migrate", "report", expect=3).err


def test_a_signer_can_be_named_after_the_import(tmp_path: Path) -> None:
    here = Workspace(tmp_path / "w")
    here.root.mkdir()
    here.run("init", ".", "--origin", "test.example/log")
    source = str(sample("era3_signed_dynamic"))
    here.run("migrate", "run", source)
    assert "signer-unknown" in here.run("migrate", "report").out
    vouched = ("migrate", "run", source, "--trust", SIGNER)
    assert "imported, 2 entries" in here.run(*vouched).out
    assert "signer-unknown" not in here.run("migrate", "report").out
    assert "nothing new" in here.run(*vouched).out
    assert "nothing new" in here.run("migrate", "run", source).out
