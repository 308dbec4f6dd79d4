"""Old trees made by somebody who means harm: every trick at once, around one honest model."""

# pathlib has no names that are bytes.
# ruff: noqa: PTH118, PTH123

import json
import os
import pickle
import socket
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch_files
from migrations import trees
from migrations.examples import example

SECRET = "what lies outside is nobody's business"
MARKER = "sprung-by-a-pickle"
SCRIPT = "<script>alert(1)</script>"
ESCAPE = "\x1b]0;owned\x07\x1b[2J"
EVIL_LISTS: tuple[Any, ...] = (
    ["../../../outside/adapter", "../../outside/adapter", "/etc/passwd", "../../../../etc/passwd"],
    ["C:\\Windows\\system32", "..\\..\\outside\\adapter", "a\0b", "", ".", ".."],
    ["\ud800", "x" * 5000],
    {"../outside": "adapter"},
    [["../outside/adapter"], None, 7, {"path": "/etc"}],
)  # fmt: skip
EVIL_LABELS = (
    "OneSeek-7B-Zero-CURRENT", "README.md", ".", "..", "", "../../../evil", "/tmp/evil", "a\0b",
    "a\nb", "~", "CON", "x" * 300, "é" * 150, "\ud800", SCRIPT, ESCAPE, "\u202egnp.exe",
    "OneSeek-7B-Zero.v1000000000000000000000000000000.0.sv.dsX.0123abcd.4567cdef",
    f"OneSeek-7B-Zero.v{10**30}.{10**30}", "OneSeek-7B-Zero.v1.0.sv.ds../../x.0123abcd.4567cdef",
)  # fmt: skip
ODD_NAMES = (
    b"\xff\xfe.json", b"line\nbreak.json", ESCAPE.encode() + b".json", b"\\xff.json", b"-rf",
    b"x" * 250 + b".json", "\u202egnp.pth".encode(), b"%2e%2e%2fetc", b"a\tb .pth", b"con.",
    b"<img src=x onerror=alert(1)>.json", b"'\"&.json", "n\u0303.json".encode(), b"\xed\xa0\x80",
)  # fmt: skip


def make_hostile(root: Path, marker: Path) -> Path:
    """Build the tree at ``root``; its traps would make ``marker``, and their kin beside it."""
    trees.make_old_tree(root)
    certified = root / "models" / "oneseek-certified"
    weights = root / "models" / "oneseek-7b-zero" / "weights"
    weights.mkdir(parents=True)
    _evil_records(certified, weights)
    _names(root / "names")
    _links(root)
    _json(root / "ml" / "ledger")
    _traps(root, marker)
    _bombs(weights)
    os.mkfifo(root / "ml" / "ledger" / "ledger_proof.json")
    os.mkfifo(weights / "oneseek-7b-zero-v9.9.pth")
    with socket.socket(socket.AF_UNIX) as listening, suppress(OSError):
        # A path of a socket must be short; without it there is one trick less.
        listening.bind(os.path.relpath(root / "s.json"))
    return root


def _evil_records(certified: Path, weights: Path) -> None:
    for number, listed in enumerate(EVIL_LISTS):
        write_record(certified / f"OneSeek-7B-Zero.v2.{number}", adapters=listed)
    for number, label in enumerate(EVIL_LABELS):
        write_record(certified / f"labels-{number}", dna=label, version=label, baseModel=label)
        if label.strip("."):
            with suppress(OSError, ValueError):  # no folder can be called so
                write_record(certified.with_name("copies") / label.replace("/", "_"), dna=label)
        made = example("weights-metadata-pytorch").value | {"version": label, "adapters": [label]}
        _dump(weights / f"oneseek-7b-zero-v3.{number}.json", made)
    long = {key: "x" * (1 << 20) for key, value in example("certified-metadata").value.items()
            if isinstance(value, str)}  # fmt: skip
    write_record(certified / "OneSeek-7B-Zero.v4.1", **long)
    home = certified / "OneSeek-7B-Zero.v4.0"
    write_record(home, status=ESCAPE + SCRIPT, trainingType=SCRIPT, language="../..")
    text = (home / "metadata.json").read_text("utf-8")
    (home / "metadata.json").write_text('{"dna": "../evil", "dna": "twice",' + text[1:], "utf-8")


def write_record(folder: Path, **fields: Any) -> None:
    """Write a model's record with odd ``fields``, and an adapter beside it."""
    _dump(folder / "metadata.json", example("certified-metadata").value | fields)
    trees.write_peft(folder / "an-adapter", float(len(folder.name)))


def _names(folder: Path) -> None:
    folder.mkdir()
    for number, name in enumerate(ODD_NAMES):
        path = os.path.join(os.fsencode(folder), name)
        with open(path, "wb") as file:
            file.write(example("certified-metadata").data if number % 2 else b"%d" % number)
        inside = os.path.join(os.fsencode(folder), b"in" + name[:200])
        os.mkdir(inside)  # noqa: PTH102
        with open(os.path.join(inside, b"metadata.json"), "wb") as file:
            file.write(json.dumps(example("certified-metadata").value | {"n": number}).encode())


def _links(root: Path) -> None:
    links = root / "links"
    links.mkdir()
    for name, target in {
        "loop": "loop", "up": "..", "itself": ".", "root": "/", "passwd": "/etc/passwd",
        "secret.json": "../../outside/secret.json", "outside": "../../outside",
        "metadata.json": "../../outside/secret.json", "OneSeek-7B-Zero-CURRENT": "../../outside",
    }.items():  # fmt: skip
        (links / name).symlink_to(target)
    certified = root / "models" / "oneseek-certified"
    (certified / "lora_adapters").symlink_to("../../../outside")
    home = certified / "OneSeek-7B-Zero.v5.0"
    _dump(home / "metadata.json", example("certified-metadata").value | {"adapters": ["adapter"]})
    (home / "adapter").symlink_to("../../../../outside/adapter")
    home = certified / "OneSeek-7B-Zero.v5.1"
    home.mkdir()
    (home / "metadata.json").symlink_to("../../../../outside/secret.json")


def _json(ledgers: Path) -> None:
    deep = b"[" * 100_000
    (ledgers / "deep.json").write_bytes(deep)
    (ledgers / "ledger_deep.json").write_bytes(b'{"blocks": ' + deep)
    (ledgers / "ledger.bak").write_bytes(b'{"blocks": [{"block_id": ' + b"9" * 5000 + b"}]}")
    (ledgers / "nan.json").write_bytes(b'{"blocks": [{"block_id": NaN, "data": Infinity}]}')
    (ledgers / "twice.json").write_bytes(
        b'{"blocks": [], "blocks": [{"block_id": 0, "block_id": 1}]}'
    )
    certified = ledgers.parents[1] / "models" / "oneseek-certified"
    wide = example("certified-metadata").data.decode().encode("utf-16")
    records = {"deep": b'{"dna":' + deep, "null": b"null", "empty": b"", "wide": wide}
    for name, data in records.items():
        (certified / name).mkdir()
        (certified / name / "metadata.json").write_bytes(data)
    with (certified / "deep" / "training_results.json").open("wb") as file:
        file.truncate(80 << 20)  # more than a record may have, and nothing of it on the disk


def _traps(root: Path, marker: Path) -> None:
    certified = root / "models" / "oneseek-certified"
    places = (
        "models/oqt/weights/oqt-1.0-v2.0.pth", "models/oqt/weights/oqt-1.0-v2.1.bin",
        "models/oqt/checkpoints/checkpoint-1.pth", "models/oqt/backups/backup.pt",
        "models/oqt/weights/model.pkl", "ml/ledger/ledger.pickle", "models/oqt/weights/x.ckpt",
    )  # fmt: skip
    home = certified / "OneSeek-7B-Zero.v6.0"
    _dump(home / "metadata.json", example("certified-metadata").value | {"adapters": ["trapped"]})
    trees.write_peft(home / "trapped", 6.0)
    (home / "trapped" / "adapter_model.safetensors").unlink()
    adapters = [home / "trapped" / "adapter_model.bin", home / "adapter_model.bin"]
    makers: tuple[Callable[[Path, bytes], object], ...] = (
        torch_files.write_zip, torch_files.write_legacy, Path.write_bytes,
        lambda path, data: torch_files.write_zip(path, data, compression=zipfile.ZIP_DEFLATED),
    )  # fmt: skip
    for number, path in enumerate([*(root / place for place in places), *adapters]):
        path.parent.mkdir(parents=True, exist_ok=True)
        trap = torch_files.Trap(os.mkdir, f"{marker}-{number}")
        makers[number % len(makers)](path, pickle.dumps({"weight": trap}, protocol=2))


def trap_paths(root: Path) -> set[str]:
    """Return the paths of the traps below ``root``."""
    return {
        str(path.relative_to(root))
        for path in root.rglob("*")
        if path.is_file() and b"mkdir" in path.read_bytes()
    }


def _bombs(weights: Path) -> None:
    zeros, endless = bytes(1 << 24), 1 << 40
    with zipfile.ZipFile(weights / "oneseek-7b-zero-v7.0.pth", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr(
            "archive/data.pkl", torch_files.tensor_pickle(count=endless, shape=(endless,))
        )
        for number in range(8):
            bomb.writestr(f"archive/data/{number}", zeros)
    with zipfile.ZipFile(weights / "oneseek-7b-zero-v7.1.pth", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("archive/data.pkl", b"\x80\x02" + zeros * 8)
    with zipfile.ZipFile(weights / "oneseek-7b-zero-v7.2.pth", "w") as evil:
        evil.writestr("../../../../evil", b"x")
        evil.writestr("/evil", b"x")
    (weights / "oneseek-7b-zero-v7.3.pth").write_bytes(b"\x80\x02" + b"(" * 1_000_000)
    (weights / "oneseek-7b-zero-v7.4.pth").write_bytes(b"PK\x03\x04" + b"\xff" * 100)
    (weights / "model.safetensors").write_bytes(b"\xff" * 8 + b"{}")


def _dump(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), "utf-8")
