"""``model.sig`` before the real tool: ``model_signing`` accepts the folder as it lies, and refuses
every broken twin of it. What only we can know (that a key was never announced) is ours to find."""

import json
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from e2e.workspaces import Workspace, copy_workspace, make_stocked

TOOL = Path(sys.executable).parent / "model_signing"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = make_stocked(tmp_path_factory.mktemp("oms") / "workspace")
    workspace.run("activate", "1.0")
    workspace.run("keys", "export", "-o", "model.pub")
    return workspace


@pytest.fixture
def twin(made: Workspace, tmp_path: Path) -> Workspace:
    """A copy that a test may break."""
    return copy_workspace(made.root, tmp_path / "workspace")


def put(path: Path, data: bytes) -> None:
    """Put a file in the place of another, with the mode that it should have."""
    path.unlink()
    path.write_bytes(data)
    path.chmod(0o444)


def folder(workspace: Workspace, number: int = 1) -> Path:
    (found,) = workspace.certified.glob(f"*.v{number}.0.*")
    return found


def accepts(place: Path, key: Path) -> bool:
    done = subprocess.run(
        [str(TOOL), "verify", "key", str(place), "--signature", str(place / "model.sig"),
         "--public_key", str(key)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    told = done.stdout + done.stderr
    assert ("Verification succeeded" in told) is (done.returncode == 0), told
    return done.returncode == 0


def new_key(place: Path) -> tuple[Path, Path]:
    """Make a key with openssl; return the private and the public half."""
    private, public = place / "evil.pem", place / "evil.pub"
    for words in (
        ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", str(private)],
        ["ec", "-in", str(private), "-pubout", "-out", str(public)],
    ):
        subprocess.run(["openssl", *words], check=True, capture_output=True)
    return private, public


def findings(workspace: Workspace, *words: str) -> list[tuple[str, str]]:
    listed = json.loads(workspace.run("verify", *words, "--json", expect=1).out)["findings"]
    return [(item["check"], item["found"]) for item in listed]


def test_the_tool_accepts_a_certified_folder_as_it_lies(made: Workspace) -> None:
    key = made.root / "model.pub"
    names = {path.name for path in folder(made).iterdir()}
    assert {"ledger.proof", "model.sig", "manifest.json", "adapter_model.safetensors"} <= names
    assert accepts(folder(made), key)
    assert accepts(folder(made, 2), key)
    assert accepts((made.certified / "OneSeek-7B-Zero-CURRENT").resolve(), key)


def _one_byte(workspace: Workspace) -> None:
    weights = folder(workspace) / "adapter_model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    put(weights, data)


def _added(workspace: Workspace) -> None:
    (folder(workspace) / "evil.py").write_bytes(b"print()\n")


def _removed(workspace: Workspace) -> None:
    (folder(workspace) / "README.md").unlink()


def _swapped(workspace: Workspace) -> None:
    first, second = (folder(workspace, n) / "adapter_model.safetensors" for n in (1, 2))
    aside = workspace.root / "aside"
    first.rename(aside)
    second.rename(first)
    aside.rename(second)


def _other_signature(workspace: Workspace) -> None:
    put(folder(workspace) / "model.sig", (folder(workspace, 2) / "model.sig").read_bytes())


def _edited(workspace: Workspace) -> None:
    """Metadata edited, and the manifest made again to fit."""
    place = folder(workspace)
    metadata, manifest = place / "metadata.json", place / "manifest.json"
    data = metadata.read_bytes().replace(b'"epochs": 1', b'"epochs": 9')
    listed = json.loads(manifest.read_bytes())
    for item in listed["files"]:
        if item["path"] == "metadata.json":
            item.update(size=len(data), sha256=sha256(data).hexdigest())
    put(metadata, data)
    put(manifest, (json.dumps(listed, indent=2, ensure_ascii=False) + "\n").encode())


@pytest.mark.parametrize(
    "harm", [_one_byte, _added, _removed, _swapped, _other_signature, _edited],
    ids=["a byte changed", "a file added", "a file removed", "weights swapped between two versions",
         "the signature of another version", "metadata edited and the manifest made again"],
)  # fmt: skip
def test_the_tool_refuses_and_so_do_we(twin: Workspace, harm: Callable[[Workspace], None]) -> None:
    harm(twin)
    assert not accepts(folder(twin), twin.root / "model.pub")
    assert findings(twin, "1.0")


def test_a_folder_that_a_stranger_signed_anew_convinces_the_tool_but_not_us(
    twin: Workspace,
) -> None:
    _edited(twin)
    private, public = new_key(twin.root)
    place = folder(twin)
    (place / "model.sig").unlink()
    subprocess.run(
        [str(TOOL), "sign", "key", str(place), "--signature", str(place / "model.sig"),
         "--private_key", str(private), "--ignore-paths", str(place / "ledger.proof")],
        check=True, capture_output=True,
    )  # fmt: skip
    (place / "model.sig").chmod(0o444)
    assert accepts(place, public)
    assert not accepts(place, twin.root / "model.pub")
    for words in (["1.0"], []):
        found = findings(twin, *words)
        assert any(check == "signature-key" and "never announced" in told for check, told in found)
        assert [check for check, _ in found].count("drift-changed") == 3
    # Nothing of it stays.
    twin.run("rebuild")
    assert accepts(place, twin.root / "model.pub")
    twin.run("verify", "1.0")


def test_a_rotated_key_vouches_for_what_it_signed_and_the_new_one_signs_anew(
    twin: Workspace,
) -> None:
    twin.run("keys", "rotate", "--purpose", "model", "--reason", "yearly")
    twin.run("keys", "export", "-o", "second.pub")
    old, new = twin.root / "model.pub", twin.root / "second.pub"
    assert accepts(folder(twin), old)
    assert not accepts(folder(twin), new)
    twin.run("verify")
    twin.run("sign", "1.0")
    assert accepts(folder(twin), new)
    twin.run("verify")
