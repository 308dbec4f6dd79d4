"""A mirror believes one key: what else a published log does is found out, and nothing is kept."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from static_logs import files, mirror_of, publish_bench, seal, send, served

import builders as make
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, create_key
from oneseek.adapters.static_log.folder import LogFolder
from oneseek.adapters.static_log.http_source import HttpSource
from oneseek.adapters.static_log.mirroring import origin_of
from oneseek.adapters.static_log.reference import open_reference
from oneseek.adapters.static_log.refused import LogRefused
from oneseek.adapters.static_log.source import FolderSource, open_source
from oneseek.domain.errors import Conflict, FoundDamage, InvalidInput, NotFound, OneSeekError
from oneseek.domain.events import KeyAdded, KeyRetired
from oneseek.domain.keys import CHECKPOINT
from oneseek.domain.merkle.bundles import format_bundle, parse_bundle
from oneseek.domain.merkle.hashing import leaf_hash, tree_root
from oneseek.domain.note.signed_note import VerifierKey
from workbench import Workbench, workbench


def grow(bench: Workbench, count: int) -> None:
    bench.append(*[make.repaired()] * count)


@pytest.fixture
def log(bench: Workbench, tmp_path: Path) -> Path:
    """A published log of 300 entries."""
    grow(bench, 298)
    publish_bench(bench, tmp_path / "log")
    return tmp_path / "log"


@pytest.fixture
def other(bench: Workbench, log: Path, tmp_path: Path) -> Iterator[Workbench]:
    """Another history under the same key: the same first entries, then others."""
    folder = tmp_path / "other"
    copytree(bench.folder, folder, ignore=lambda *_: ["log", "other", "mirror"])
    with workbench(folder) as made:
        yield made


def test_a_mirror_has_the_same_files_over_http_and_from_a_folder(
    bench: Workbench, log: Path, tmp_path: Path
) -> None:
    with served(log) as url:
        done = mirror_of(HttpSource(url), tmp_path / "mirror", bench.key)
    assert (done.size, done.new, done.origin) == (300, 300, make.ORIGIN)
    assert files(tmp_path / "mirror") == files(log)
    mirror_of(tmp_path / "mirror", tmp_path / "second", bench.key)
    assert files(tmp_path / "second") == files(log)


def test_only_what_is_new_is_fetched(bench: Workbench, log: Path, tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    mirror_of(log, mirror, bench.key)
    grow(bench, 300)
    publish_bench(bench, log)
    asked: list[str] = []

    class Counting(FolderSource):
        def fetch(self, path: str, limit: int) -> bytes | None:
            asked.append(path)
            return super().fetch(path, limit)

    done = mirror_of(Counting(log), mirror, bench.key)
    assert (done.size, done.new) == (600, 300)
    assert "tile/entries/000" not in asked
    assert {path for path in asked if "entries" in path} == {
        "tile/entries/001", "tile/entries/002.p/88",
    }  # fmt: skip
    wanted = files(log)
    assert wanted == {name: data for name, data in files(mirror).items() if name in wanted}
    asked.clear()
    assert mirror_of(Counting(log), mirror, bench.key).new == 0
    assert not any("entries" in path for path in asked)


def test_a_full_tile_serves_where_the_partial_one_is_gone(
    bench: Workbench, log: Path, tmp_path: Path
) -> None:
    note = (log / "checkpoint").read_bytes()
    grow(bench, 212)
    publish_bench(bench, log)
    (log / "checkpoint").write_bytes(note)  # what a cache still gives out
    assert not (log / "tile" / "0" / "001.p").exists()
    assert mirror_of(log, tmp_path / "mirror", bench.key).size == 300


def changed(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def act(log: Path) -> None:
        path = log / name
        path.write_bytes(change(path.read_bytes()))

    return act


def swapped_entries(data: bytes) -> bytes:
    one, other, *rest = parse_bundle(data, 256)
    return format_bundle([other, one, *rest])


NUMBERS = count()
BUNDLE, TILE = "tile/entries/000", "tile/0/000"
ATTACKS: dict[str, tuple[Callable[[Path], None], str]] = {
    "other bytes in an entry": (
        changed(BUNDLE, lambda data: data.replace(b'"anna"', b'"eve0"', 1)), "entry"),
    "two entries swapped": (changed(BUNDLE, swapped_entries), "entry"),
    "a bundle cut off": (changed(BUNDLE, lambda data: data[:-1]), "bundle"),
    "an entry more": (changed(BUNDLE, lambda data: data + b"\0\1x"), "bundle"),
    "an entry that is too long": (
        changed(BUNDLE, lambda data: b"\xff\xff" + bytes(65535) + data), "bundle"),
    "an empty bundle": (changed(BUNDLE, lambda data: b""), "bundle"),
    "a bundle that is gone": (lambda log: (log / BUNDLE).unlink(), "file"),
    "a tile changed": (changed(TILE, lambda data: bytes(32) + data[32:]), "tiles"),
    "a tile cut off": (changed(TILE, lambda data: data[:-32]), "tiles"),
    "the tile at the edge changed": (
        changed("tile/1/000.p/1", lambda data: bytes(32)), "tiles"),
    "an extension line added": (
        changed("checkpoint", lambda data: data.replace(b"\n\n", b"\nmore\n\n", 1)), "checkpoint"),
    "the size changed": (
        changed("checkpoint", lambda data: data.replace(b"300", b"301", 1)), "checkpoint"),
    "a size of 2^63": (
        changed("checkpoint", lambda data: data.replace(b"300", str(2**63).encode(), 1)),
        "checkpoint"),
    "the signature taken away": (
        changed("checkpoint", lambda data: data.split(b"\n\n")[0] + b"\n\n"), "checkpoint"),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_log_that_was_tampered_with_is_refused_and_nothing_is_believed(
    bench: Workbench, log: Path, tmp_path: Path, attack: str
) -> None:
    act, check = ATTACKS[attack]
    fresh, kept = tmp_path / "fresh", tmp_path / "kept"
    act(log)
    with served(log) as url, pytest.raises(LogRefused) as caught:
        mirror_of(HttpSource(url), fresh, bench.key)
    finding = caught.value.finding
    assert finding.check == check
    assert finding.expected != finding.found
    assert caught.value.exit_code == 1
    assert not (fresh / "checkpoint").exists()
    with pytest.raises(LogRefused):
        open_reference(FolderSource(log), [bench.key], make.ORIGIN)
    assert not kept.exists()


def test_a_changed_entry_is_named_by_its_index(bench: Workbench, log: Path, tmp_path: Path) -> None:
    changed("tile/entries/001.p/44", lambda data: data[:-3] + b"?" + data[-2:])(log)
    with pytest.raises(LogRefused) as caught:
        mirror_of(log, tmp_path / "mirror", bench.key)
    assert caught.value.finding.where == "entry 299 in tile/entries/001.p/44"
    assert not (tmp_path / "mirror" / "checkpoint").exists()


def test_a_giant_answer_is_cut_off(bench: Workbench, log: Path, tmp_path: Path) -> None:
    with (
        served(log, {TILE: lambda handler: send(handler, bytes(10_000_000))}) as url,
        pytest.raises(FoundDamage, match="more than 8192 bytes"),
    ):
        mirror_of(HttpSource(url), tmp_path / "mirror", bench.key)
    assert not (tmp_path / "mirror" / "checkpoint").exists()


def test_a_fork_is_proved_by_both_checkpoints_and_changes_nothing(
    bench: Workbench, other: Workbench, log: Path, tmp_path: Path
) -> None:
    mirror, forked = tmp_path / "mirror", tmp_path / "forked"
    grow(bench, 5)
    publish_bench(bench, log)
    mirror_of(log, mirror, bench.key)
    before = files(mirror)
    other.append(*[make.repaired("integrity-manifests")] * 5)
    for more in (0, 1, 300):
        if more:
            grow(other, more)
        publish_bench(other, forked)
        with pytest.raises(LogRefused) as caught:
            mirror_of(forked, mirror, bench.key)
        finding = caught.value.finding
        assert finding.check == "log-forked"
        assert bench.ledger.head().root.hex() in finding.expected
        kept = {(mirror / name).read_bytes() for name in caught.value.evidence}
        assert kept == {bench.ledger.head().checkpoint, other.ledger.head().checkpoint}
        now = files(mirror)
        assert before == {n: d for n, d in now.items() if not n.startswith("evidence")}
    # Two auditors who were shown two histories find out by mirroring each other.
    mirror_of(forked, tmp_path / "theirs", bench.key)
    with pytest.raises(LogRefused, match="root"):
        mirror_of(tmp_path / "theirs", mirror, bench.key)


def test_a_fork_that_is_shorter_is_a_fork_and_no_roll_back(
    bench: Workbench, other: Workbench, log: Path, tmp_path: Path
) -> None:
    grow(bench, 5)
    publish_bench(bench, log)
    mirror_of(log, tmp_path / "mirror", bench.key)
    other.append(make.repaired("integrity-manifests"))
    publish_bench(other, tmp_path / "forked")
    with pytest.raises(LogRefused) as caught:
        mirror_of(tmp_path / "forked", tmp_path / "mirror", bench.key)
    assert caught.value.finding.check == "log-forked"


def test_a_fork_of_the_same_size_needs_no_files_to_be_proved(
    bench: Workbench, log: Path, tmp_path: Path
) -> None:
    mirror_of(log, tmp_path / "mirror", bench.key)
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "checkpoint").write_bytes(seal(bench, 300, bytes(32)))
    with pytest.raises(LogRefused) as caught:
        mirror_of(tmp_path / "bare", tmp_path / "mirror", bench.key)
    assert caught.value.finding.check == "log-forked"
    assert len(caught.value.evidence) == 2


def test_a_roll_back_is_told_with_both_sizes(bench: Workbench, log: Path, tmp_path: Path) -> None:
    copytree(log, tmp_path / "old")
    grow(bench, 3)
    publish_bench(bench, log)
    mirror_of(log, tmp_path / "mirror", bench.key)
    before = (tmp_path / "mirror" / "checkpoint").read_bytes()
    with pytest.raises(LogRefused) as caught:
        mirror_of(tmp_path / "old", tmp_path / "mirror", bench.key)
    finding = caught.value.finding
    assert finding.check == "log-rolled-back"
    assert ("303" in finding.expected, "300" in finding.found) == (True, True)
    assert (tmp_path / "mirror" / "checkpoint").read_bytes() == before
    assert len(list((tmp_path / "mirror" / "evidence").iterdir())) == 2


def test_an_extension_line_that_was_signed_is_no_fork(
    bench: Workbench, log: Path, tmp_path: Path
) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    from oneseek.domain.note.checkpoint import Checkpoint
    from oneseek.domain.note.signed_note import Note, NoteSignature, format_note

    mirror_of(log, tmp_path / "mirror", bench.key)
    private = load_pem_private_key((bench.folder / "key.pem").read_bytes(), None)
    assert isinstance(private, Ed25519PrivateKey)
    text = Checkpoint(make.ORIGIN, 300, bench.ledger.head().root, ("an extension",)).body()
    signature = NoteSignature(make.ORIGIN, bench.key.key_id, private.sign(text.encode()))
    note = format_note(Note(text, (signature,)))
    (log / "checkpoint").write_bytes(note)
    assert mirror_of(log, tmp_path / "mirror", bench.key).new == 0
    assert (tmp_path / "mirror" / "checkpoint").read_bytes() == note


def test_a_strangers_key_is_refused(bench: Workbench, log: Path, tmp_path: Path) -> None:
    stranger = create_key(tmp_path / "stranger.pem", make.ORIGIN)
    with pytest.raises(LogRefused, match="signed by a trusted key"):
        mirror_of(log, tmp_path / "mirror", stranger)
    mirror_of(log, tmp_path / "mirror", bench.key)
    with pytest.raises(Conflict, match="does not vouch for"):
        mirror_of(log, tmp_path / "mirror", stranger)


def rotate(bench: Workbench) -> VerifierKey:
    """Announce a second key, which retires the first one and signs alone."""
    second = create_key(bench.folder / "second.pem", make.ORIGIN)
    bench.append(KeyAdded(purpose=CHECKPOINT, verifier=str(second)))
    bench.ledger._seal = Ed25519Sealer(make.ORIGIN, bench.folder / "second.pem")  # type: ignore[attr-defined]
    bench.append(KeyRetired(verifier=str(bench.key), purpose=CHECKPOINT, reason="old"))
    grow(bench, 300)
    return second


def test_keys_that_were_rotated_are_followed_from_the_first_one(
    bench: Workbench, log: Path, tmp_path: Path
) -> None:
    mirror_of(log, tmp_path / "early", bench.key)
    second = rotate(bench)
    publish_bench(bench, log)
    for name in ("early", "late"):
        assert mirror_of(log, tmp_path / name, bench.key).size == 602
        assert (tmp_path / name / "log.vkey").read_text("utf-8").split() == [
            str(bench.key), str(second),
        ]  # fmt: skip
    mirror_of(tmp_path / "late", tmp_path / "third", bench.key)
    assert open_reference(FolderSource(log), [bench.key], make.ORIGIN).size == 602


def test_a_retired_key_that_signs_again_is_refused_even_if_the_proofs_are_hidden(
    bench: Workbench, log: Path, tmp_path: Path
) -> None:
    rotate(bench)
    publish_bench(bench, log)
    head = bench.ledger.head()
    (log / "checkpoint").write_bytes(seal(bench, head.size, head.root))
    with pytest.raises(LogRefused):
        mirror_of(log, tmp_path / "mirror", bench.key)
    for number in (1, 2):
        (log / "keys" / f"{number}.tlog-proof").unlink()
    with pytest.raises(LogRefused, match="signed by a trusted key"):
        mirror_of(log, tmp_path / "mirror", bench.key)
    assert not (tmp_path / "mirror" / "checkpoint").exists()
    with pytest.raises(LogRefused):
        open_reference(FolderSource(log), [bench.key], make.ORIGIN)


def test_a_mirror_makes_proofs_of_keys_that_the_log_has_lost(
    bench: Workbench, log: Path, tmp_path: Path
) -> None:
    (log / "keys" / "0.tlog-proof").write_bytes(b"rubbish")
    mirror_of(log, tmp_path / "mirror", bench.key)
    mirror_of(tmp_path / "mirror", tmp_path / "second", bench.key)
    (tmp_path / "second" / "keys" / "0.tlog-proof").unlink()
    grow(bench, 1)
    publish_bench(bench, log)
    mirror_of(log, tmp_path / "second", bench.key)
    assert (tmp_path / "second" / "keys" / "0.tlog-proof").is_file()


def test_what_was_cut_off_is_finished_by_repeating(
    bench: Workbench, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = LogFolder.put
    for last in range(9):
        left = last

        def stop(self: LogFolder, path: str, data: bytes) -> None:
            nonlocal left
            if left == 0:
                raise KeyboardInterrupt
            left -= 1
            real(self, path, data)

        target = tmp_path / f"cut{last}"
        monkeypatch.setattr(LogFolder, "put", stop)
        try:
            mirror_of(log, target, bench.key)
        except KeyboardInterrupt:
            assert not (target / "checkpoint").exists()
        monkeypatch.setattr(LogFolder, "put", real)
        mirror_of(log, target, bench.key)
        assert files(target) == files(log)


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def test_any_changed_byte_is_refused_or_without_effect(
    bench: Workbench, log: Path, tmp_path: Path, data: st.DataObject
) -> None:
    good = files(log)
    name = data.draw(st.sampled_from(sorted(good)))
    position = data.draw(st.integers(0, len(good[name]) - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    bad = bytearray(good[name])
    bad[position] ^= bit
    target = tmp_path / f"m{next(NUMBERS)}"
    try:
        (log / name).write_bytes(bad)
        mirror_of(log, target, bench.key)
    except OneSeekError:
        assert not (target / "checkpoint").exists()
    else:
        assert name.startswith(("keys", "log.vkey"))
        got = files(target)
        assert all(got[path] == good[path] for path in good if not path.startswith("keys"))
    finally:
        (log / name).write_bytes(good[name])


def test_where_nothing_was_published_there_is_nothing_to_mirror(
    bench: Workbench, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotFound, match="no checkpoint"):
        mirror_of(tmp_path / "empty", tmp_path / "mirror", bench.key)
    with pytest.raises(InvalidInput, match="no folder"):
        open_source(str(tmp_path / "nowhere"))
    assert isinstance(open_source("https://log.example/x"), HttpSource)
    assert isinstance(open_source(str(tmp_path)), FolderSource)


def test_keys_of_two_logs_are_no_trust_in_one(tmp_path: Path) -> None:
    keys = [create_key(tmp_path / f"{name}.pem", name) for name in ("a", "b")]
    with pytest.raises(InvalidInput, match="one log"):
        origin_of(keys)
    with pytest.raises(InvalidInput, match="one log"):
        origin_of([])


def test_a_folder_with_odd_files_is_read_no_further(bench: Workbench, tmp_path: Path) -> None:
    import os

    source = FolderSource(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dir").mkdir()
    (tmp_path / "link").symlink_to("/etc/passwd")
    (tmp_path / "long").write_bytes(bytes(11))
    for name in ("pipe", "dir", "link", "long"):
        with pytest.raises(OneSeekError):
            source.fetch(name, 10)
    assert source.fetch("long/deeper", 10) is None


def test_a_log_that_is_empty_is_mirrored_as_such(bench: Workbench, tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "checkpoint").write_bytes(seal(bench, 0, tree_root([])))
    assert mirror_of(tmp_path / "log", tmp_path / "mirror", bench.key).size == 0
    publish_bench(bench, tmp_path / "log2")
    assert mirror_of(tmp_path / "log2", tmp_path / "mirror", bench.key).new == 2


def test_a_reference_gives_verified_bytes_at_every_reading(bench: Workbench, log: Path) -> None:
    reference = open_reference(FolderSource(log), [bench.key], make.ORIGIN)
    raws = [record.raw for record in bench.ledger.records()]
    assert list(reference.entries(250, 300)) == raws[250:300]
    assert reference.root == tree_root([leaf_hash(raw) for raw in raws])
    changed(BUNDLE, lambda data: data.replace(b'"anna"', b'"eve0"', 1))(log)
    fresh = open_reference
    with pytest.raises(LogRefused):
        fresh(FolderSource(log), [bench.key], make.ORIGIN)
