"""Attacks on the files around the ledger: certified folders, objects, datasets, links."""

import json
import os
from hashlib import sha256
from pathlib import Path

from attacks.scene import Scene
from oneseek.adapters.keys.p256 import FileModelSigner
from oneseek.domain.exports.oms import (
    SignedStatement,
    pre_authentication,
    render_bundle,
    render_statement,
)
from oneseek.domain.manifest import Manifest
from oneseek.domain.model_keys import hint_of
from oneseek.domain.names import CURRENT_NAME

WEIGHTS = "adapter_model.safetensors"


def the_weights_of_two_versions_are_swapped(scene: Scene) -> None:
    one, two = _folders(scene)
    first, second = (one / WEIGHTS).read_bytes(), (two / WEIGHTS).read_bytes()
    assert first != second
    _write(one / WEIGHTS, second)
    _write(two / WEIGHTS, first)


def the_weights_of_two_versions_are_swapped_in_the_store(scene: Scene) -> None:
    paths = [_object(scene, (folder / WEIGHTS).read_bytes()) for folder in _folders(scene)]
    first, second = (path.read_bytes() for path in paths)
    _write(paths[0], second)
    _write(paths[1], first)


def metadata_is_edited_and_the_manifest_recomputed(scene: Scene) -> None:
    folder = _folders(scene)[0]
    metadata = folder / "metadata.json"
    _write(metadata, metadata.read_bytes().replace(b"0.75", b"0.99"))
    _recompute(folder, "metadata.json")


def metadata_is_edited_and_signed_again_with_a_foreign_key(scene: Scene) -> None:
    metadata_is_edited_and_the_manifest_recomputed(scene)
    folder = _folders(scene)[0]
    manifest = Manifest.from_bytes((folder / "manifest.json").read_bytes())
    signer = FileModelSigner(scene.workspace.root.parent / "foreign.pem", lambda: None)
    public, payload = signer.public_key, render_statement(manifest, folder.name)
    signed = SignedStatement(
        payload=payload,
        signature=signer.sign(pre_authentication(payload)),
        hint=hint_of(public),
    )
    _write(folder / "model.sig", render_bundle(signed))


def current_is_pointed_elsewhere_by_hand(scene: Scene) -> None:
    link = scene.workspace.certified / CURRENT_NAME
    link.unlink(missing_ok=True)
    link.symlink_to(_folders(scene)[1].name)


def a_dataset_row_is_removed_after_training(scene: Scene) -> None:
    stored = next(
        path
        for path in (scene.workspace.root / ".oneseek" / "objects").rglob("*")
        if path.is_file() and path.read_bytes().startswith(b'{"instruction"')
    )
    _write(stored, b"".join(stored.read_bytes().splitlines(keepends=True)[:-1]))


def a_symlink_in_the_tree_leads_out(scene: Scene) -> None:
    outside = scene.workspace.root.parent / "outside"
    outside.mkdir()
    (_folders(scene)[0] / "more").symlink_to(outside)


def a_file_in_the_tree_is_a_link_to_one_outside(scene: Scene) -> None:
    folder = _folders(scene)[0]
    outside = scene.workspace.root.parent / "outside.safetensors"
    outside.write_bytes((folder / WEIGHTS).read_bytes())
    os.chmod(folder, 0o755)  # noqa: PTH101 - as an attacker would
    (folder / WEIGHTS).unlink()
    (folder / WEIGHTS).symlink_to(outside)


def a_file_is_added_to_a_certified_version(scene: Scene) -> None:
    (_folders(scene)[0] / "pytorch_model.bin").write_bytes(b"\x80\x04.")


def a_version_that_nobody_certified_lies_in_the_tree(scene: Scene) -> None:
    folder = scene.workspace.certified / "OneSeek-7B-Zero.v9.0.sv.dsIdentity.00000000.00000000"
    folder.mkdir()
    (folder / "manifest.json").write_text("{}\n")


def _folders(scene: Scene) -> tuple[Path, Path]:
    one, two = (scene.workspace.certified / name for name in scene.workspace.versions())
    return one, two


def _object(scene: Scene, data: bytes) -> Path:
    """Return where the content store keeps ``data``."""
    digest = sha256(data).hexdigest()
    found = [
        path
        for path in (scene.workspace.root / ".oneseek" / "objects").rglob("*")
        if path.is_file() and digest.endswith(path.name) and path.read_bytes() == data
    ]
    return found[0]


def _write(path: Path, data: bytes) -> None:
    """Change a file in its place, as one who owns it."""
    path.chmod(0o644)
    path.write_bytes(data)


def _recompute(folder: Path, name: str) -> None:
    """Make the manifest fit a changed file."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    data = (folder / name).read_bytes()
    for item in manifest["files"]:
        if item["path"] == name:
            item.update(size=len(data), sha256=sha256(data).hexdigest())
    _write(path, (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode())
