"""What a rotation does to files: the old key is kept, the new one takes its place."""

from pathlib import Path

from oneseek.adapters.keys.key_file import KeyFile
from oneseek.adapters.keys.p256 import create_model_key
from oneseek.adapters.keys.rotation import keep_aside, take_place


def test_the_old_key_is_kept_for_its_owner_and_the_new_one_is_in_place(tmp_path: Path) -> None:
    current, following, retired = (tmp_path / name for name in ("a.pem", "next.pem", "retired"))
    for path in (current, following):
        create_model_key(path)
    old, new = current.read_bytes(), following.read_bytes()
    file = KeyFile(current, "P-256", "model key")
    take_place(file, following, retired)
    assert current.read_bytes() == new
    assert not following.exists()
    (kept,) = retired.iterdir()
    assert kept.read_bytes() == old
    assert retired.stat().st_mode & 0o777 == 0o700


def test_a_rotation_that_was_cut_off_between_the_two_steps_goes_on(tmp_path: Path) -> None:
    current, following, retired = (tmp_path / name for name in ("a.pem", "next.pem", "retired"))
    for path in (current, following):
        create_model_key(path)
    file, new = KeyFile(current, "P-256", "model key"), following.read_bytes()
    keep_aside(file, retired)
    take_place(file, following, retired)
    assert current.read_bytes() == new
    assert len(list(retired.iterdir())) == 1


def test_a_key_that_its_owner_has_lost_keeps_nothing_from_its_place(tmp_path: Path) -> None:
    current, following, retired = (tmp_path / name for name in ("a.pem", "next.pem", "retired"))
    create_model_key(following)
    new = following.read_bytes()
    take_place(KeyFile(current, "P-256", "model key"), following, retired)
    assert current.read_bytes() == new
    create_model_key(following)
    current.write_bytes(b"garbage")
    take_place(KeyFile(current, "P-256", "model key"), following, retired)
    assert [path.read_bytes() for path in retired.iterdir()] == [b"garbage"]
