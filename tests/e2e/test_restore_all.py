"""The machine is gone: a whole workspace again from backups, and what is lost, exactly."""

import json
import os
import shutil
import subprocess
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from e2e.harm import answered
from e2e.workspaces import ONESEEK, Workspace, copy_workspace
from oneseek.adapters.documents.mirror import MirrorStore
from oneseek.adapters.keys.ed25519 import create_key
from oneseek.adapters.ledger import restoring
from oneseek.adapters.objects.tree import hash_tree
from oneseek.cli.app import App
from oneseek.cli.output import Output
from oneseek.cli.wiring.backup_places import place_of
from oneseek.cli.wiring.given_keys import given_key
from oneseek.cli.wiring.ledger_backup import back_up_ledger, back_up_vault
from oneseek.cli.wiring.restore_all import Wish, restore_all
from oneseek.cli.wiring.restored import Restored
from oneseek.domain.audit.named_objects import manifest_files
from oneseek.domain.documents import Write
from oneseek.domain.errors import (
    Conflict,
    Erased,
    FoundDamage,
    InvalidInput,
    LedgerBroken,
    NotFound,
    OneSeekError,
)
from oneseek.domain.ledger_backup.listing import LedgerListing
from oneseek.domain.listings import OnShelf
from oneseek.domain.state.documents import Query, Version

PASSPHRASE = {"OQT_BACKUP_PASSPHRASE": "korrekt häst"}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder on another disk, as it were."""
    folder = tmp_path / "disk"
    folder.mkdir()
    return folder


@pytest.fixture
def backed_up(stocked: Workspace, place: Path, tmp_path: Path) -> Workspace:
    """A workspace whose ledger and objects were copied; a key is kept apart."""
    back_up(stocked, place)
    shutil.copytree(stocked.root / ".oneseek" / "keys", tmp_path / "keys")
    shutil.copy(stocked.root / ".oneseek" / "checkpoint.vkey", tmp_path / "log.vkey")
    return stocked


def back_up(workspace: Workspace, place: Path) -> None:
    app = workspace.app()
    try:
        back_up_ledger(app, place.as_uri())
        there = place_of(app, place.as_uri())
        for digest, _ in app.objects.digests():
            there.upload(app.objects.path(digest), digest)
    finally:
        app.close()


def restore(place: Path, into: Path, **wish: object) -> Restored:
    app = App(workspace=None, actor="tester", out=Output(json=True))
    return restore_all(app, Wish(into, place.as_uri(), **wish))  # type: ignore[arg-type]


def shelf(place: Path, kind: str = "ledger") -> list[Path]:
    return sorted(path for path in (place / kind).iterdir() if path.is_file())


def newest_listing(place: Path) -> LedgerListing:
    digest = OnShelf.from_bytes(shelf(place)[-1].read_bytes()).listing
    return LedgerListing.from_bytes(stored(place, digest).read_bytes())


def stored(place: Path, digest: str) -> Path:
    return place / "objects" / digest[:2] / digest[2:]


def rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.chmod(0o644)
    path.write_bytes(change(path.read_bytes()))


def test_a_workspace_that_was_deleted_comes_back_byte_for_byte(
    backed_up: Workspace, place: Path, tmp_path: Path
) -> None:
    backed_up.run("backup", "vault", "--to", place.as_uri(), env=PASSPHRASE)
    tree = hash_tree(backed_up.certified)
    before = backed_up.size()
    back_up(backed_up, place)
    shutil.rmtree(backed_up.root)
    outside = Workspace(tmp_path)

    done = outside.run(
        "restore", "--all", "--ledger", place.as_uri(), "--into", "again", "--keys", "keys",
        "--public-key", "log.vkey", "--vault", place.as_uri(), "--json", env=PASSPHRASE,
    ).json  # fmt: skip

    again = Workspace(tmp_path / "again")
    assert isinstance(done, dict)
    assert (done["size"], done["lost"], done["missing"]) == (before, [], [])
    assert hash_tree(again.certified) == tree
    assert again.size() == before + 1
    assert json.loads(raws(again)[-1])["kind"] == "ledger-restored/v1"
    again.run("verify", "--deep")
    assert not (again.root / ".oneseek" / "restoring").exists()


def test_without_keys_it_is_whole_and_read_only(
    backed_up: Workspace, place: Path, tmp_path: Path
) -> None:
    done = restore(place, tmp_path / "again")

    again = Workspace(tmp_path / "again")
    assert done.entry is None
    assert done.complete
    assert any("read-only" in line for line in done.lines())
    again.run("verify")
    assert "signing key" in again.run("sign", again.versions()[0], expect=3).err


def test_an_older_backup_and_a_newer_checkpoint_list_what_is_lost(
    backed_up: Workspace, place: Path, tmp_path: Path
) -> None:
    size = newest_listing(place).tree.size
    answered(backed_up)
    kept = tmp_path / "kept.checkpoint"
    shutil.copy(backed_up.root / ".oneseek" / "checkpoint", kept)
    end = backed_up.size()

    done = restore(place, tmp_path / "again", known=(str(kept),), keys=tmp_path / "keys")

    assert done.lost == range(size, end)
    assert not done.complete
    assert done.as_json()["lost"] == [{"index": index} for index in range(size, end)]
    assert done.as_json()["known_size"] == end
    assert any(f"entries {size} to {end - 1}" in line for line in done.lines())
    assert Workspace(tmp_path / "again").size() == size + 1


def test_what_a_published_log_has_beyond_the_backup_is_brought_back(
    backed_up: Workspace, place: Path, tmp_path: Path
) -> None:
    size = newest_listing(place).tree.size
    answered(backed_up)
    backed_up.run("ledger", "publish", str(tmp_path / "log"))
    end = backed_up.size()

    done = restore(
        place, tmp_path / "again", known=(str(tmp_path / "log"),),
        public_key=given_key(str(tmp_path / "log.vkey")),
    )  # fmt: skip

    assert (done.recovered, done.lost, done.size) == (end - size, range(end, end), size)
    assert Workspace(tmp_path / "again").size() == end
    # The sealed texts of the last question were in no backup.
    assert sorted(what.split()[1] for _, what in done.missing if "sealed" in what) == [
        "answer", "question",
    ]  # fmt: skip


def test_a_checkpoint_of_the_same_history_is_proved_and_nothing_is_lost(
    backed_up: Workspace, place: Path, tmp_path: Path
) -> None:
    note = backed_up.run("ledger", "head", "--note").out
    back_up(backed_up, place)
    (tmp_path / "kept").write_text(note, "utf-8")

    assert restore(place, tmp_path / "again", known=(str(tmp_path / "kept"),)).lost == range(
        newest_listing(place).tree.size, newest_listing(place).tree.size
    )


def test_a_checkpoint_of_another_history_under_the_same_key_refuses_the_backup(
    backed_up: Workspace, place: Path, tmp_path: Path
) -> None:
    app = backed_up.app()
    try:
        (tmp_path / "fork").write_bytes(app.sealer(3, b"\x07" * 32))
    finally:
        app.close()

    with pytest.raises(LedgerBroken, match="same first 3 entries"):
        restore(place, tmp_path / "again", known=(str(tmp_path / "fork"),))
    assert not (tmp_path / "again" / "oneseek.toml").exists()


def flip(place: Path) -> None:
    rewrite(stored(place, newest_listing(place).segments[0].digest), lambda raw: raw[::-1])


def drop(place: Path) -> None:
    stored(place, newest_listing(place).segments[0].digest).unlink()


def swap(place: Path) -> None:
    one, *_ = shelf(place)
    one.rename(one.with_name(f"{99:012d}-00000000-00000000.json"))


def garble(place: Path) -> None:
    rewrite(shelf(place)[-1], lambda raw: raw + b" ")


@pytest.mark.parametrize(
    ("harm", "words"),
    [(flip, "is whole"), (drop, "is whole"), (swap, "another backup"), (garble, "is whole")],
)
def test_a_tampered_backup_is_refused_in_one_sentence(
    backed_up: Workspace, place: Path, tmp_path: Path, harm: Callable[[Path], None], words: str
) -> None:
    harm(place)

    with pytest.raises(FoundDamage, match=words):
        restore(place, tmp_path / "again")
    assert not (tmp_path / "again" / "oneseek.toml").exists()


def forged(place: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Let the newest backup hold other lines, with every digest above them made to fit."""
    from msgspec.structs import replace

    from oneseek.domain.digest import sha256
    from oneseek.domain.ledger_backup.listing import ledger_name

    listing = newest_listing(place)
    (at,) = listing.segments
    text = zlib.decompress(stored(place, at.digest).read_bytes()).split(b"\n")
    packed = zlib.compress(b"\n".join(change(text)))
    new = sha256(packed)
    objects = tuple(
        replace(item, digest=new) if item.digest == at.digest else item for item in listing.objects
    )
    made = replace(listing, segments=(replace(at, digest=new),), objects=objects)
    for data in (packed, made.to_bytes()):
        target = stored(place, sha256(data))
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(data)
    (old,) = shelf(place)
    old.unlink()
    (place / ledger_name(made)).write_bytes(OnShelf.of(made.to_bytes()).to_bytes())


def change_entry(lines: list[bytes]) -> list[bytes]:
    return [line.replace(b'"tiny"', b'"tiNy"') for line in lines]


def no_entry(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[1].replace(b"ledger-opened/v1", b"ledger-opened/v9"), *lines[2:]]


def no_checkpoint(lines: list[bytes]) -> list[bytes]:
    return [*lines[:-2], b'[%d,"nothing"]' % json.loads(lines[-2])[0], lines[-1]]


def swap_entries(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[1], lines[2], lines[4], lines[3], *lines[5:]]


@pytest.mark.parametrize("change", [change_entry, no_entry, no_checkpoint, swap_entries])
def test_a_forged_entry_does_not_lead_to_the_signed_root(
    backed_up: Workspace,
    place: Path,
    tmp_path: Path,
    change: Callable[[list[bytes]], list[bytes]],
) -> None:
    forged(place, change)

    with pytest.raises(FoundDamage):
        restore(place, tmp_path / "again")
    assert not (tmp_path / "again" / "oneseek.toml").exists()


def test_a_backup_that_another_key_signed_is_refused(
    backed_up: Workspace, place: Path, tmp_path: Path
) -> None:
    other = create_key(tmp_path / "other.pem", "test.example/log")

    with pytest.raises(LedgerBroken, match="cannot be verified with the key"):
        restore(place, tmp_path / "again", public_key=other)
    assert not (tmp_path / "again" / "oneseek.toml").exists()


def test_a_larger_ledger_of_another_key_is_refused_with_a_way_to_the_own_one(
    backed_up: Workspace, place: Path, tmp_path: Path
) -> None:
    """Whoever can write to the place can put a backup of his own ledger there."""
    size = newest_listing(place).tree.size
    trusted = given_key(str(tmp_path / "log.vkey"))
    (tmp_path / "other").mkdir()
    other = Workspace(tmp_path / "other")
    other.run("init", ".", "--origin", "test.example/log")
    (tmp_path / "elsewhere").mkdir()
    for _ in range(size):
        back_up(other, tmp_path / "elsewhere")
    back_up(other, place)

    with pytest.raises(LedgerBroken, match="cannot be verified") as refused:
        restore(place, tmp_path / "again", public_key=trusted)
    assert refused.value.hint is not None
    assert "older backup with --size" in refused.value.hint
    assert restore(place, tmp_path / "second", public_key=trusted, size=size).size == size


def test_places_that_the_settings_of_a_backup_name_are_told_of(
    stocked: Workspace, place: Path, tmp_path: Path
) -> None:
    """Whoever can write to the place can let texts go to a project of his own."""
    rewrite(
        stocked.root / "oneseek.toml",
        lambda raw: raw.replace(b"[firebase]", b'[firebase]\nproject = "not-yours"')
        .replace(b"[backup]", b'[backup]\nto = ["local", "s3://not-yours/x"]'),
    )  # fmt: skip
    back_up(stocked, place)

    done = restore(place, tmp_path / "again")

    names = ["the Firebase project not-yours", "s3://not-yours/x"]
    assert done.reached == done.as_json()["settings_name"] == names
    assert any(f"They name {', '.join(names)}: look" in line for line in done.lines())


def test_a_restore_that_waited_for_another_one_leaves_the_workspace_alone(
    backed_up: Workspace, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    into = tmp_path / "again"

    @contextmanager
    def waited(path: Path) -> Iterator[None]:
        monkeypatch.undo()
        restore(place, into)
        yield

    monkeypatch.setattr("oneseek.cli.wiring.restore_all.locked", waited)
    with pytest.raises(Conflict, match="by another process just now"):
        restore(place, into)
    assert not (into / ".oneseek" / "restoring").exists()


def test_a_damaged_newest_backup_is_passed_over_and_tells_what_is_lost(
    backed_up: Workspace, place: Path, tmp_path: Path
) -> None:
    size = newest_listing(place).tree.size
    back_up(backed_up, place)
    drop(place)

    done = restore(place, tmp_path / "again")

    assert [item.name for item in done.chosen.passed_over] == [f"ledger/{shelf(place)[-1].name}"]
    assert (done.size, done.lost) == (size, range(size, size + 1))


def test_what_is_damaged_at_one_place_comes_from_the_next(
    backed_up: Workspace, place: Path, tmp_path: Path
) -> None:
    shutil.copytree(place, tmp_path / "second")
    flip(place)

    done = restore(place, tmp_path / "again", sources=((tmp_path / "second").as_uri(),))

    assert done.complete
    assert len(done.damaged) == 1


def test_only_as_many_entries_as_were_asked_for(
    backed_up: Workspace, place: Path, tmp_path: Path
) -> None:
    size = newest_listing(place).tree.size
    back_up(backed_up, place)

    assert restore(place, tmp_path / "again", size=size).size == size
    with pytest.raises(NotFound, match="at most 2 entries"):
        restore(place, tmp_path / "none", size=2)


def test_versions_that_no_backup_holds_are_named(
    stocked: Workspace, place: Path, tmp_path: Path
) -> None:
    app = stocked.app()
    try:
        back_up_ledger(app, place.as_uri())
    finally:
        app.close()

    done = restore(place, tmp_path / "again")

    assert done.versions == stocked.versions()
    assert not done.complete
    assert done.projected is not None


def test_what_was_erased_is_not_put_back(
    backed_up: Workspace, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OQT_BACKUP_PASSPHRASE", "korrekt häst")
    gone, stays = answered(backed_up), answered(backed_up)
    app = backed_up.app()
    try:
        back_up_vault(app, place.as_uri())
    finally:
        app.close()
    backed_up.run("erase", gone.query)
    back_up(backed_up, place)

    done = restore(
        place, tmp_path / "again", vault=place.as_uri(), passphrase="korrekt häst".encode()
    )

    assert done.vault is not None
    assert (done.vault.keys, done.vault.erased, done.vault.salts) == (2, 2, 1)
    again = Workspace(tmp_path / "again").app()
    try:
        with again.ledger.view() as view:
            lost, kept = (view.get(Query, item.query) for item in (gone, stays))
        assert lost is not None
        assert kept is not None
        with pytest.raises(Erased):
            again.vault.unseal(lost.question)
        assert again.vault.unseal(kept.question)
        for found in (*shelf(place, "vault"), *(place / "objects").rglob("*")):
            assert not found.is_file() or again.vault.unseal(kept.answer) not in found.read_bytes()
    finally:
        again.close()
    with pytest.raises(InvalidInput, match="does not open"):
        restore(place, tmp_path / "wrong", vault=place.as_uri(), passphrase=b"another")


def garbage(newest: Path) -> None:
    newest.write_bytes(b"[" * 100_000)


def changed(newest: Path) -> None:
    (older,) = (path for path in newest.parent.iterdir() if path != newest)
    newest.write_bytes(older.read_bytes()[:-1] + b"\x00\x01")


def pipe(newest: Path) -> None:
    os.mkfifo(newest)


def huge(newest: Path) -> None:
    with newest.open("wb") as file:
        file.truncate(1 << 40)


@pytest.mark.parametrize("harm", [garbage, changed, pipe, huge])
def test_a_newer_vault_backup_that_does_not_open_is_passed_over_and_told_of(
    backed_up: Workspace,
    place: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    harm: Callable[[Path], None],
) -> None:
    monkeypatch.setenv("OQT_BACKUP_PASSPHRASE", "korrekt häst")
    app = backed_up.app()
    try:
        back_up_vault(app, place.as_uri())
    finally:
        app.close()
    harm(place / "vault" / "000000000099-00000000")

    done = restore(
        place, tmp_path / "again", vault=place.as_uri(), passphrase="korrekt häst".encode()
    )

    assert done.vault is not None
    assert done.vault.salts == 1
    assert not done.complete  # keys that only the newer one had would be missing
    assert any("passed over: vault/000000000099-00000000" in line for line in done.lines())


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: (folder / "photo.jpg").write_bytes(b"x"), "holds something else"),
        (lambda folder: (folder / "oneseek.toml").write_bytes(b"x"), "is a workspace already"),
    ],
)
def test_a_folder_that_holds_something_else_is_left_alone(
    backed_up: Workspace,
    place: Path,
    tmp_path: Path,
    make: Callable[[Path], object],
    words: str,
) -> None:
    folder = tmp_path / "again"
    folder.mkdir()
    make(folder)
    before = sorted(folder.iterdir())

    with pytest.raises(Conflict, match=words):
        restore(place, folder)
    assert sorted(folder.iterdir()) == before


_KILLED = """
import os, signal, sys
from oneseek.cli.wiring import restore_all, restored
from oneseek.adapters.workspace import restoring
step, place, into, keys = sys.argv[1:]
where, name = {"ledger": (restore_all, "_verified"), "objects": (restored, "record_restored"),
    "opened": (restore_all, "bring_objects"), "recorded": (restore_all, "complete_restore"),
    "chosen": (restore_all, "write_segments"), "mark": (restoring, "fsync_dir"),
    "settings": (restoring, "_remove_mark")}[step]
if name == "record_restored":
    where = restore_all
setattr(where, name, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
from pathlib import Path
from oneseek.cli.app import App
from oneseek.cli.output import Output
restore_all.restore_all(App(workspace=None, actor="t", out=Output(json=True)),
    restore_all.Wish(Path(into), place, keys=Path(keys)))
"""


@pytest.mark.parametrize("step", ["chosen", "ledger", "opened", "objects", "recorded"])
def test_a_restore_that_was_killed_is_taken_up_where_it_ended(
    backed_up: Workspace, place: Path, tmp_path: Path, step: str
) -> None:
    tree = hash_tree(backed_up.certified)
    into = tmp_path / "again"
    killed_at(step, place, into, tmp_path / "keys")

    done = restore(place, into, keys=tmp_path / "keys")

    assert done.complete
    again = Workspace(into)
    assert hash_tree(again.certified) == tree
    kinds = [json.loads(row)["kind"] for row in raws(again)]
    assert kinds.count("ledger-restored/v1") == 1
    assert not (into / ".oneseek" / "restoring").exists()


def killed_at(step: str, place: Path, into: Path, keys: Path) -> None:
    python = ONESEEK.parent / "python"
    words = [str(python), "-c", _KILLED, step, place.as_uri(), str(into), str(keys)]
    assert subprocess.run(words, check=False, cwd=into.parent).returncode == -9


def test_what_was_done_after_a_restore_that_lacked_only_its_end_is_not_undone(
    backed_up: Workspace, place: Path, tmp_path: Path
) -> None:
    again = Workspace(tmp_path / "again")
    killed_at("settings", place, again.root, tmp_path / "keys")
    again.run("keys", "rotate", "--reason", "yearly")
    key = (again.root / ".oneseek" / "keys" / "checkpoint.pem").read_bytes()
    size = again.size()

    with pytest.raises(Conflict, match="is a workspace already"):
        restore(place, again.root, keys=tmp_path / "keys")

    assert (again.root / ".oneseek" / "keys" / "checkpoint.pem").read_bytes() == key
    assert again.size() == size
    assert not (again.root / ".oneseek" / "restoring").exists()
    again.run("verify", "--deep")


def raws(workspace: Workspace) -> Sequence[bytes]:
    app = workspace.app()
    try:
        return [record.raw for record in app.ledger.records()]
    finally:
        app.close()


def test_a_ledger_that_is_not_whole_yet_takes_no_entry(
    backed_up: Workspace, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from oneseek.cli.wiring import restore_all as module

    def stop(*_: object) -> None:
        raise FoundDamage("stopped")

    monkeypatch.setattr(module, "_verified", stop)
    with pytest.raises(OneSeekError, match="stopped"):
        restore(place, tmp_path / "again")

    from oneseek.adapters.ledger.location import locate

    location = locate(tmp_path / "again" / ".oneseek" / "ledger.db", None)
    assert restoring.is_arriving(location, "test.example/log")
    ledger = location.open(lambda size, root: b"")
    closed = ledger.closed()
    ledger.close()
    assert closed is not None
    assert closed.place == place.as_uri()


def test_a_copy_of_a_workspace_shares_its_backups(
    backed_up: Workspace, place: Path, tmp_path: Path
) -> None:
    other = copy_workspace(backed_up.root, tmp_path / "copy")
    sent = json.loads(other.run("backup", "ledger", "--to", place.as_uri(), "--json").out)

    assert sent[0]["sent"] < sent[0]["bytes"] + 8000
    assert len(shelf(place)) == 2


def test_of_several_ledgers_at_one_place_the_key_chooses(
    backed_up: Workspace, place: Path, tmp_path: Path
) -> None:
    Workspace(tmp_path).run("init", "other", "--origin", "other.example/log")
    other = Workspace(tmp_path / "other")
    app = other.app()
    try:
        back_up_ledger(app, place.as_uri())
    finally:
        app.close()
    key = given_key(str(other.root / ".oneseek" / "checkpoint.vkey"))
    stranger = create_key(tmp_path / "stranger.pem", "stranger.example/log")

    assert restore(place, tmp_path / "a", public_key=key).origin == "other.example/log"
    with pytest.raises(NotFound, match=r"of the log stranger\.example"):
        restore(place, tmp_path / "b", public_key=stranger)


def test_a_ledger_comes_back_into_a_database(
    backed_up: Workspace, place: Path, tmp_path: Path, postgres_url: str
) -> None:
    tree = hash_tree(backed_up.certified)

    done = restore(place, tmp_path / "again", url=postgres_url, keys=tmp_path / "keys")

    again = Workspace(tmp_path / "again")
    assert done.complete
    assert hash_tree(again.certified) == tree
    again.run("verify", env={"OQT_LEDGER_URL": postgres_url})
    with pytest.raises(Conflict, match="in use"):
        restore(place, tmp_path / "second", url=postgres_url)


@pytest.mark.parametrize("missing", [False, True])
def test_documents_of_the_mirror_give_entries_back_or_say_what_was_lost(
    backed_up: Workspace, place: Path, tmp_path: Path, missing: bool
) -> None:
    size = newest_listing(place).tree.size
    answered(backed_up)
    end = backed_up.size()
    backed_up.run("firebase", "push")
    mirror = MirrorStore(backed_up.root / ".oneseek" / "mirror.db")
    if missing:
        mirror.commit([Write("oqt_ledger", str(size), None)])

    done = restore(place, tmp_path / "again", known=(mirror.name,))

    if missing:
        assert (done.recovered, done.lost) == (0, range(size, end))
        last = done.as_json()["lost"][-1]
        assert (last["index"], last["kind"]) == (end - 1, "query-answered/v1")
    else:
        assert (done.recovered, done.lost) == (end - size, range(end, end))


def test_a_vault_backup_that_only_brought_back_entries_know_is_whole(
    backed_up: Workspace, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(*next(iter(PASSPHRASE.items())))
    for _ in range(2):  # also of the older one, whose file is not opened
        backed_up.run("backup", "vault", "--to", place.as_uri())
    backed_up.run("firebase", "push")
    mirror = str(backed_up.root / ".oneseek" / "mirror.db")
    passphrase = PASSPHRASE["OQT_BACKUP_PASSPHRASE"].encode()

    done = restore(
        place, tmp_path / "again", known=(mirror,), vault=place.as_uri(), passphrase=passphrase
    )

    assert (done.recovered, list(done.missing)) == (3, [])
    Workspace(tmp_path / "again").run("verify", "--deep")


def test_what_was_collected_before_the_backup_is_not_missed(
    stocked: Workspace, place: Path, tmp_path: Path
) -> None:
    stocked.run("hold", "1.0", "--reason", "an open complaint")
    stocked.run("reset", "--confirm", "RESET")
    kept, gone = stocked.versions()
    stocked.run("restore", kept)
    stocked.run("gc", "--grace-days", "0", "--without-backup")
    back_up(stocked, place)

    done = restore(place, tmp_path / "again")

    assert done.missing == []
    assert (done.complete, done.versions) == (True, [])
    app = Workspace(tmp_path / "again").app()
    try:
        with app.ledger.view() as view:
            manifests = {version.dna: version.manifest for _, version in view.scan(Version)}
        files = {
            dna: {digest for digest, _ in manifest_files(manifest, "", app.objects)}
            for dna, manifest in manifests.items()
        }
        assert all(map(app.objects.has, files[kept]))
        assert not all(map(app.objects.has, files[gone]))
    finally:
        app.close()


def test_what_a_version_that_stands_needs_is_missed_though_it_was_collected_once(
    stocked: Workspace, place: Path, tmp_path: Path
) -> None:
    dna = stocked.versions()[0]
    stocked.run("reset", "--confirm", "RESET")
    stocked.run("backup", "run", dna)
    taken = stocked.run("gc", "--grace-days", "0", "--json").json
    assert isinstance(taken, dict)
    stocked.run("restore", dna)
    back_up(stocked, place)
    for item in taken["removed"]:
        stored(place, item["sha256"]).unlink(missing_ok=True)

    assert restore(place, tmp_path / "again").versions == [dna]


def test_the_vault_alone_comes_back_into_a_workspace_that_is_there(
    backed_up: Workspace, place: Path
) -> None:
    gone, stays = answered(backed_up), answered(backed_up)
    backed_up.run("backup", "vault", "--to", place.as_uri(), env=PASSPHRASE)
    backed_up.run("firebase", "push", "--collection", "oqt_queries")
    backed_up.run("erase", gone.query)
    vault = backed_up.root / ".oneseek" / "vault.db"
    vault.unlink()
    later = answered(backed_up)

    wrong = {"OQT_BACKUP_PASSPHRASE": "another"}
    backed_up.run("restore", "--vault", place.as_uri(), env=wrong, expect=2)
    said = backed_up.run("restore", "--vault", place.as_uri(), env=PASSPHRASE).out
    assert "2 erased and not put back" in said

    app = backed_up.app()
    try:
        with app.ledger.view() as view:
            old, kept, new = (view.get(Query, item.query) for item in (gone, stays, later))
        assert old is not None
        assert kept is not None
        assert new is not None
        assert app.vault.unseal(kept.question)
        assert app.vault.unseal(new.question)
        with pytest.raises(Erased):
            app.vault.unseal(old.question)
    finally:
        app.close()
    backed_up.run("firebase", "rebuild", "--collection", "oqt_queries")
    assert "✗" not in backed_up.run("firebase", "verify", "--collection", "oqt_queries").out


@pytest.mark.parametrize("words", [(), ("--vault", "x", "--from", "y"), ("1.0", "--vault", "x")])
def test_what_to_restore_is_said_clearly(stocked: Workspace, words: Sequence[str]) -> None:
    stocked.run("restore", *words, expect=2)
