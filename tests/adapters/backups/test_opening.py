"""The place that a text names, and one sentence where it names none."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from oneseek.adapters.backups.opening import open_place
from oneseek.adapters.workspace.settings import FirebaseSettings
from oneseek.domain.backup_place import BackupPlace
from oneseek.domain.errors import InvalidInput, NotFound, OneSeekError, ServiceFailed
from storage_server.faults import Fault

if TYPE_CHECKING:
    from storage_server.server import Running

SECRET = "s3cret-w0rd"


def opened(text: str, root: Path, **firebase: str) -> BackupPlace:
    return open_place(
        text, workspace=root, backups=root / "backups", firebase=FirebaseSettings(**firebase)
    )


def test_a_place_is_named_without_secrets_and_says_whether_it_is_the_cloud(
    tmp_path: Path, storage: "Running", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", storage.url)
    folder = f"file://{tmp_path}"
    google = opened("gcs://things/some/where/", tmp_path)
    firebase = opened("firebase", tmp_path, bucket="things")
    google.write("versions/x", b"1")
    firebase.write("versions/x", b"2")
    assert [
        (place.url, place.cloud)
        for place in (opened("local", tmp_path), opened(folder, tmp_path), google, firebase)
    ] == [
        ("local", False),
        (folder, False),
        ("gs://things/some/where", True),
        ("gs://things/models/oneseek-7b-zero", True),
    ]
    assert sorted(storage.bucket.objects) == [
        "models/oneseek-7b-zero/versions/x", "some/where/versions/x"
    ]  # fmt: skip
    assert not (tmp_path / "backups").exists()


@pytest.mark.parametrize(
    "text",
    ["", "locl", "/mnt/disk", "s3:bucket", f"s3://user:{SECRET}@bucket/x", "gs://", "nobody://x/y",
     f"gs://bucket/x?key={SECRET}", "file://relative", "firebase", "local:///tmp/x"],
)  # fmt: skip
def test_a_text_that_names_no_place_is_one_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        opened(text, tmp_path)
    assert caught.value.hint
    assert SECRET not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("bucket", ["gs://things", "things/models", "Things", "a b", ""])
def test_a_setting_that_is_no_bucket_is_one_sentence(tmp_path: Path, bucket: str) -> None:
    with pytest.raises(InvalidInput, match="bucket"):
        opened("firebase", tmp_path, bucket=bucket)


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "credentials"), (403, "refused"), (404, "no such bucket"), (400, "scripted")],
)
def test_a_bucket_that_refuses_is_one_sentence(
    tmp_path: Path,
    storage: "Running",
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    words: str,
) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", storage.url)
    storage.script.next("list", Fault(status=status))
    with pytest.raises(ServiceFailed, match=words) as caught:
        opened("gs://things/x", tmp_path)
    assert "gs://things/x" in caught.value.message
    assert caught.value.hint


def test_a_bucket_that_does_not_exist_is_one_sentence(
    tmp_path: Path, storage: "Running", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", storage.url)
    with pytest.raises(ServiceFailed, match="gs://other does not exist: there is no such bucket"):
        opened("gs://other", tmp_path)


def test_a_dead_service_is_noticed_by_the_patience_of_the_first_contact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from oneseek.adapters.backups import patience

    monkeypatch.setattr(patience, "PATIENCE", patience.Patience(first=0.2, total=3600))
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", "http://127.0.0.1:9")
    with pytest.raises(ServiceFailed, match="gs://things"):
        opened("gs://things", tmp_path)


def test_an_emulator_that_is_no_address_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", "localhost:4443")
    with pytest.raises(InvalidInput, match="STORAGE_EMULATOR_HOST"):
        opened("gs://things", tmp_path)


@pytest.mark.parametrize("content", [None, "", "[]", "{}", json.dumps({"type": "authorized_user"})])
def test_wrong_credentials_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    monkeypatch.delenv("STORAGE_EMULATOR_HOST", raising=False)
    if content is not None:
        (tmp_path / "key.json").write_text(content)
    with pytest.raises(OneSeekError, match=r"key\.json") as caught:
        opened("firebase", tmp_path, bucket="things", credentials="key.json")
    assert type(caught.value) in (InvalidInput, NotFound)
    assert caught.value.hint
