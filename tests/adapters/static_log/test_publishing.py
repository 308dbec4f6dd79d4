"""Publishing: only what is new, never what is not signed, and the checkpoint only ever forward."""

from pathlib import Path

import pytest
from forging import forging, put, raw
from static_logs import files, publish_bench, seal

import builders as make
from oneseek.adapters.keys.ed25519 import create_key
from oneseek.adapters.static_log import folder as folders
from oneseek.adapters.static_log.folder import LogFolder
from oneseek.domain.errors import Conflict, InvalidInput, LedgerBroken
from oneseek.domain.merkle.bundles import parse_bundle
from oneseek.domain.merkle.static_files import bundles_of, tiles_of
from oneseek.domain.merkle.tiles import parse_tile_path
from oneseek.domain.note.tlog_proof import TlogProof
from workbench import Workbench, workbench


def grow(bench: Workbench, count: int) -> None:
    bench.append(*[make.repaired()] * count)


def test_the_files_are_those_of_the_format_and_hold_the_entries(
    bench: Workbench, tmp_path: Path
) -> None:
    grow(bench, 598)
    done = publish_bench(bench, tmp_path / "log")
    assert (done.size, done.new, done.root) == (600, 600, bench.ledger.head().root)
    there = files(tmp_path / "log")
    wanted = {str(path) for path in (*tiles_of(600), *bundles_of(600))}
    assert {name for name in there if name.startswith("tile")} == wanted
    assert there["checkpoint"] == bench.ledger.head().checkpoint
    assert there["log.vkey"] == f"{bench.key}\n".encode()
    raws = [
        entry for path in bundles_of(600) for entry in parse_bundle(there[str(path)], path.width)
    ]
    assert raws == [record.raw for record in bench.ledger.records()]
    assert TlogProof.parse(there["keys/0.tlog-proof"]).index == 1


def test_growing_gives_the_same_files_as_publishing_once(bench: Workbench, tmp_path: Path) -> None:
    for count in (3, 250, 1, 300):
        grow(bench, count)
        publish_bench(bench, tmp_path / "step")
    publish_bench(bench, tmp_path / "once")
    once, step = files(tmp_path / "once"), files(tmp_path / "step")
    assert once == {name: data for name, data in step.items() if name in once}
    # Of older partial files those are left in whose place there is no full one yet.
    assert all(parse_tile_path(name).width < 256 for name in step.keys() - once.keys())
    assert not any(name.startswith("tile/0/000.p") for name in step)


def test_a_full_file_is_never_written_again(bench: Workbench, tmp_path: Path) -> None:
    grow(bench, 300)
    publish_bench(bench, tmp_path / "log")
    full = tmp_path / "log" / "tile" / "entries" / "000"
    before = full.stat()
    grow(bench, 1)
    assert publish_bench(bench, tmp_path / "log").new == 1
    assert publish_bench(bench, tmp_path / "log").new == 0
    assert (full.stat().st_ino, full.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_partial_files_go_when_the_full_one_is_there(bench: Workbench, tmp_path: Path) -> None:
    publish_bench(bench, tmp_path / "log")
    partial = tmp_path / "log" / "tile" / "0" / "000.p"
    assert (partial / "2").is_file()
    grow(bench, 254)
    publish_bench(bench, tmp_path / "log")
    assert not partial.exists()


def test_what_was_cut_off_is_finished_by_repeating(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(bench, 600)
    publish_bench(bench, tmp_path / "whole")
    steps = 0

    def count(*_: object) -> None:
        nonlocal steps
        steps += 1

    real = LogFolder.put
    monkeypatch.setattr(LogFolder, "put", lambda self, *a: (count(), real(self, *a))[1])
    publish_bench(bench, tmp_path / "counted")
    for last in range(steps):
        left = last

        def stop(self: LogFolder, path: str, data: bytes) -> None:
            nonlocal left
            if left == 0:
                raise KeyboardInterrupt
            left -= 1
            real(self, path, data)

        target = tmp_path / f"cut{last}"
        monkeypatch.setattr(LogFolder, "put", stop)
        with pytest.raises(KeyboardInterrupt):
            publish_bench(bench, target)
        assert not (target / "checkpoint").exists()
        monkeypatch.setattr(LogFolder, "put", real)
        publish_bench(bench, target)
        assert files(target) == files(tmp_path / "whole")


def test_an_entry_that_does_not_hash_into_the_root_is_never_published(
    bench: Workbench, tmp_path: Path
) -> None:
    grow(bench, 300)
    put(bench, 270, raw(bench, 270).replace(b"anna", b"eve0"), hashed=False)
    with pytest.raises(LedgerBroken, match="entry 270"):
        publish_bench(bench, tmp_path / "log")
    assert not (tmp_path / "log" / "checkpoint").exists()
    assert b"eve0" not in b"".join(files(tmp_path / "log").values())


@pytest.mark.parametrize(
    "statement",
    ["UPDATE entries SET leaf_hash = zeroblob(32) WHERE position = 301",
     "UPDATE tiles SET root = zeroblob(32)", "DELETE FROM entries WHERE position = 5",
     "DELETE FROM tiles"],
)  # fmt: skip
def test_a_damaged_ledger_is_not_published(
    bench: Workbench, tmp_path: Path, statement: str
) -> None:
    grow(bench, 300)
    with forging(bench) as connection:
        connection.execute(statement)
    with pytest.raises(LedgerBroken):
        publish_bench(bench, tmp_path / "log")
    assert not (tmp_path / "log" / "checkpoint").exists()


def test_a_smaller_ledger_is_never_published_over_a_larger_one(
    bench: Workbench, tmp_path: Path
) -> None:
    old = bench.ledger.head()
    grow(bench, 3)
    publish_bench(bench, tmp_path / "log")
    before = files(tmp_path / "log")
    with pytest.raises(LedgerBroken, match="holds 5 entries, the ledger has 2: it was rolled"):
        publish_bench(bench, tmp_path / "log", old.checkpoint)
    assert files(tmp_path / "log") == before


def test_another_history_is_never_published_over_the_first(
    bench: Workbench, tmp_path: Path
) -> None:
    publish_bench(bench, tmp_path / "log")
    (tmp_path / "log" / "checkpoint").write_bytes(seal(bench, 2, bytes(32)))
    with pytest.raises(LedgerBroken, match="does not go on from"):
        publish_bench(bench, tmp_path / "log")


def test_another_log_in_the_folder_is_left_alone(bench: Workbench, tmp_path: Path) -> None:
    log = tmp_path / "log"
    publish_bench(bench, log)
    create_key(bench.folder / "eve.pem", make.ORIGIN)
    for content, why in (
        (seal(bench, 2, bytes(32), "eve.pem"), "by no key of this ledger"),
        (b"my shopping list", "is not a checkpoint"),
    ):
        (log / "checkpoint").write_bytes(content)
        with pytest.raises(Conflict, match=why):
            publish_bench(bench, log)
        assert (log / "checkpoint").read_bytes() == content
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InvalidInput, match="not a folder"):
        publish_bench(bench, tmp_path / "file")


def test_a_log_of_another_origin_is_left_alone(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_bench(bench, tmp_path / "log")
    text = (tmp_path / "log" / "checkpoint").read_text("utf-8")
    (tmp_path / "log" / "checkpoint").write_text(text.replace("oneseek.test/log\n", "b\n", 1))
    with pytest.raises(Conflict, match="holds the log b, not"):
        publish_bench(bench, tmp_path / "log")


def test_two_publishers_at_once_wait_for_each_other(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = LogFolder(tmp_path / "log")
    real = folders.locked
    monkeypatch.setattr(folders, "locked", lambda path: real(path, wait=0.05))
    with log.locked(), pytest.raises(Conflict, match="another process holds"):
        publish_bench(bench, tmp_path / "log")
    assert publish_bench(bench, tmp_path / "log").new == 2


def test_lost_proofs_of_keys_are_made_again(bench: Workbench, tmp_path: Path) -> None:
    publish_bench(bench, tmp_path / "log")
    before = files(tmp_path / "log")
    (tmp_path / "log" / "keys" / "0.tlog-proof").unlink()
    publish_bench(bench, tmp_path / "log")
    assert files(tmp_path / "log") == before


def test_a_checkpoint_with_more_signatures_takes_the_place_of_the_same_one(
    bench: Workbench, tmp_path: Path
) -> None:
    publish_bench(bench, tmp_path / "log")
    create_key(bench.folder / "witness.pem", "witness")
    note = bench.ledger.head().checkpoint
    more = note + seal(bench, 2, bytes(32), "witness.pem").split(b"\n\n")[1]
    publish_bench(bench, tmp_path / "log", more)
    assert (tmp_path / "log" / "checkpoint").read_bytes() == more


def test_nobodys_words_are_published(tmp_path: Path) -> None:
    from oneseek.domain.decisions.lookup import find_base
    from oneseek.domain.usecases.ask import Reply, ask

    with workbench(tmp_path) as bench:
        bench.open()
        bench.add_materials()
        with bench.ledger.view() as view:
            base = find_base(view, "tiny")
        ask(bench.ports, question="Vem är Ångström?", base=base, version=None,
            generate=lambda _: Reply("En fysiker från Lögdö.", 3, 4))  # fmt: skip
        publish_bench(bench, tmp_path / "log")
    everything = b"".join(files(tmp_path / "log").values())
    assert b"query-answered" in everything
    for word in ("Ångström", "fysiker", "Lögdö", "Svar 1", "Fråga"):
        assert word.encode() not in everything
