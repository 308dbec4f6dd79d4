"""A workspace whose objects lie in a shared place: a folder, and a bucket of an S3-like server."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from e2e.workspaces import Workspace, make_stocked, train_small
from oneseek.adapters.objects.vault_db import SqliteVault
from oneseek.adapters.objects.vault_move import move_vault
from oneseek.domain.digest import sha256
from oneseek.domain.errors import ServiceFailed


@dataclass(frozen=True)
class Shared:
    """A shared place as somebody else sees it, past all of our code."""

    url: str
    folder: Path | None
    kept: dict[str, bytes] = field(default_factory=dict)

    def names(self) -> list[str]:
        if self.folder is not None:
            found = (path for path in self.folder.rglob("*") if path.is_file())
            return sorted(path.relative_to(self.folder).as_posix() for path in found)
        bucket, prefix = self._bucket()
        return sorted(item.key.removeprefix(prefix) for item in bucket.objects.all())

    def change(self, name: str, data: bytes | None) -> bytes:
        """Give the object other bytes, or remove it; return what it was."""
        if self.folder is not None:
            path = self.folder / name
            before = path.read_bytes()
            path.unlink()
            if data is not None:
                path.write_bytes(data)
            return before
        bucket, prefix = self._bucket()
        item = bucket.Object(prefix + name)
        before = item.get()["Body"].read()
        if data is None:
            item.delete()
        else:
            item.put(Body=data)
        return bytes(before)

    def take_away(self) -> None:
        if self.folder is not None:
            self.folder.rename(self.folder.with_name("away"))
            return
        bucket, _ = self._bucket()
        kept = {item.key: item.get()["Body"].read() for item in bucket.objects.all()}
        bucket.objects.all().delete()
        bucket.delete()
        self.kept.update(kept)

    def bring_back(self) -> None:
        if self.folder is not None:
            self.folder.with_name("away").rename(self.folder)
            return
        bucket, _ = self._bucket()
        bucket.create()
        for key, data in self.kept.items():
            bucket.put_object(Key=key, Body=data)

    def _bucket(self):  # type: ignore[no-untyped-def]
        import boto3

        name, _, prefix = self.url.removeprefix("s3://").partition("/")
        return boto3.resource("s3").Bucket(name), f"{prefix}/"


@pytest.fixture(params=["file", pytest.param("s3", marks=pytest.mark.thorough)])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shared]:
    if request.param == "s3":
        yield Shared(request.getfixturevalue("s3_url"), None)
        return
    folder = tmp_path / "shared"
    folder.mkdir()
    yield Shared(f"file://{folder}", folder)


def set_url(workspace: Workspace, url: str) -> None:
    settings = workspace.root / "oneseek.toml"
    text = settings.read_text("utf-8")
    assert '# url = "s3://bucket/prefix"' in text
    settings.write_text(text.replace('# url = "s3://bucket/prefix"', f'url = "{url}"'), "utf-8")


@pytest.fixture
def sharing(stocked: Workspace, shared: Shared) -> Workspace:
    """A workspace that was switched over to the shared place."""
    set_url(stocked, shared.url)
    stocked.run("objects", "push")
    return stocked


def cache(workspace: Workspace) -> Path:
    return workspace.root / ".oneseek" / "objects"


def objects(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def test_a_workspace_is_switched_over_and_lives_without_its_cache(
    stocked: Workspace, shared: Shared
) -> None:
    set_url(stocked, shared.url)
    missing = stocked.run("verify", expect=1)
    assert "object-missing" in missing.out
    pushed = json.loads(stocked.run("objects", "push", "--json").out)
    assert pushed["uploaded"] == pushed["here"] == len(shared.names()) > 10
    assert shared.names() == objects(cache(stocked))
    assert json.loads(stocked.run("objects", "push", "--json").out)["uploaded"] == 0
    app = stocked.app()
    try:
        train_small(app, 3)
    finally:
        app.close()
    assert shared.names() == objects(cache(stocked))
    shutil.rmtree(cache(stocked))
    shutil.rmtree(stocked.certified)
    stocked.run("rebuild")
    stocked.run("verify", "--deep")
    assert len(stocked.versions()) == 3
    shutil.rmtree(cache(stocked))
    pulled = json.loads(stocked.run("objects", "pull", "--json").out)
    assert pulled["fetched"] == pulled["named"] > 20
    assert objects(cache(stocked)) == shared.names()
    assert json.loads(stocked.run("objects", "pull", "--json").out)["fetched"] == 0
    assert shared.url in stocked.run("status").out
    assert f"shared objects: {shared.url}, reached" in stocked.run("doctor").out


def test_what_was_collected_before_objects_were_shared_is_told_of(
    stocked: Workspace, shared: Shared
) -> None:
    gone = stocked.versions()[0]
    stocked.run("reset", "--confirm", "RESET")
    stocked.run("backup", "run", gone)
    entry = json.loads(stocked.run("gc", "--grace-days", "0", "--json").out)["entry"]
    set_url(stocked, shared.url)
    stocked.run("objects", "push")
    told = stocked.run("objects", "pull", expect=1).out
    assert f"entry {entry} collected it" in told
    assert f"oneseek restore {gone} --from local" in told


def test_a_flipped_byte_in_the_shared_place_is_found_named_and_mended(
    sharing: Workspace, shared: Shared
) -> None:
    weights = sharing.certified / sharing.versions()[0] / "adapter_model.safetensors"
    digest = sha256(weights.read_bytes())
    name = f"{digest[:2]}/{digest[2:]}"
    raw = bytearray(weights.read_bytes())
    raw[-1] ^= 1
    shared.change(name, bytes(raw))
    found = json.loads(sharing.run("verify", "--deep", "--json", expect=1).out)["findings"]
    assert [(item["check"], item["where"]) for item in found] == [
        ("object-damaged", f"{shared.url}/{name}")
    ]
    assert "adapter_model.safetensors of version" in found[0]["expected"]
    assert "delete it there" in found[0]["hint"]
    (cache(sharing) / name).unlink()
    refused = json.loads(sharing.run("objects", "pull", "--json", expect=1).out)["findings"]
    assert f"{shared.url}/{name}" in refused[0]["found"]
    assert not (cache(sharing) / name).exists()
    cached = cache(sharing) / name
    cached.parent.mkdir(exist_ok=True)
    cached.write_bytes(weights.read_bytes())
    cached.chmod(0o444)
    shared.change(name, None)
    assert "object-missing" in sharing.run("verify", expect=1).out
    assert json.loads(sharing.run("objects", "push", "--json").out)["uploaded"] == 1
    sharing.run("verify", "--deep")


def test_damage_in_the_cache_is_told_from_damage_in_the_shared_place(
    sharing: Workspace, shared: Shared
) -> None:
    path = cache(sharing) / shared.names()[0]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"!")
    path.chmod(0o444)
    (found,) = json.loads(sharing.run("objects", "check", "--json", expect=1).out)["findings"]
    assert (found["check"], found["where"]) == ("object-damaged", str(path))
    assert "the shared place has the whole object" in found["hint"]
    refused = json.loads(sharing.run("objects", "push", "--json", expect=1).out)
    assert [refused["uploaded"], len(refused["findings"])] == [0, 1]
    path.unlink()
    sharing.run("objects", "check")


def test_a_damaged_object_is_never_pushed(stocked: Workspace, shared: Shared) -> None:
    path = cache(stocked) / objects(cache(stocked))[0]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    set_url(stocked, shared.url)
    done = json.loads(stocked.run("objects", "push", "--json", expect=1).out)
    assert done["uploaded"] == done["here"] - 1
    assert str(path) in done["findings"][0]["found"]
    assert objects(cache(stocked))[0] not in shared.names()


@pytest.mark.parametrize(("at", "certified"), [(4, False), (9, True)])
def test_a_shared_place_that_goes_away_in_a_training_loses_nothing_that_was_acknowledged(
    sharing: Workspace, shared: Shared, at: int, certified: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the training is complete it is recorded as failed, later it is certified."""
    from oneseek.adapters.objects.shared.store import SharedObjectStore

    share, calls = SharedObjectStore.share, 0

    def vanish(store: SharedObjectStore, digest: str) -> bool:
        nonlocal calls
        calls += 1
        if calls == at:
            shared.take_away()
        return share(store, digest)

    before, app = sharing.versions(), sharing.app()
    with monkeypatch.context() as patch:
        patch.setattr(SharedObjectStore, "share", vanish)
        try:
            with pytest.raises(ServiceFailed) as caught:
                train_small(app, 5)
        finally:
            app.close()
    assert shared.url in caught.value.message
    assert "\n" not in caught.value.message
    sharing.run("activate", "1.0")  # needs no object that is not here
    assert sharing.versions() == before
    stopped = sharing.run("dataset", "add", "oneseek_identity_v1.jsonl", expect=5)
    assert stopped.err.splitlines()[-2].startswith("Error: ")
    assert "does not exist" in stopped.err or "there is no folder" in stopped.err
    shared.bring_back()
    sharing.run("activate", "2.0")
    assert len(sharing.versions()) == len(before) + certified
    sharing.run("verify", "--deep")


def test_the_keys_of_a_machine_move_beside_a_ledger_in_postgresql(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workspace whose vault was a file although its ledger was not is switched over by a push."""
    (tmp_path / "shared").mkdir()
    monkeypatch.setenv("OQT_LEDGER_URL", postgres_url)
    monkeypatch.setenv("OQT_OBJECTS_URL", f"file://{tmp_path}/shared")
    workspace = make_stocked(tmp_path / "w")
    vault = workspace.root / ".oneseek" / "vault.db"
    assert not vault.exists()
    assert f'url = "file://{tmp_path}/shared"' in (workspace.root / "oneseek.toml").read_text()
    workspace.run("verify", "--deep")
    app = workspace.app()
    move_vault(app.vault_database, SqliteVault(vault))
    app.close()
    assert "salts" in workspace.run("verify", "--deep", expect=1).out
    assert "oneseek objects push" in workspace.run("doctor", expect=1).out
    moved = json.loads(workspace.run("objects", "push", "--json").out)
    assert moved["vault_rows_moved"] == 1
    assert not vault.exists()
    workspace.run("doctor")
    workspace.run("verify", "--deep")
