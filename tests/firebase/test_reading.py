"""A reader who has the database, the documentation and the log's key, and nothing of ours."""

import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from e2e.workspaces import make_stocked
from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.domain.note.signed_note import VerifierKey
from oneseek.domain.projections.collections.proof import verify_block

if TYPE_CHECKING:
    from firestore_server.service import SmallFirestore

PROJECT = "demo-reading"
PAGE = (Path(__file__).parents[2] / "docs" / "firestore.md").read_text("utf-8")


def test_every_block_that_was_pushed_is_verified_as_google_s_library_reads_it(
    small_firestore: "SmallFirestore", tmp_path: Path
) -> None:
    firestore = pytest.importorskip("google.cloud.firestore")
    workspace = make_stocked(tmp_path / "w")
    settings = workspace.root / "oneseek.toml"
    named = settings.read_text("utf-8").replace(
        '# project = "my-project"', f'project = "{PROJECT}"'
    )
    settings.write_text(named, "utf-8")
    assert workspace.run("firebase", "push").code == 0
    key = re.findall(r"\S+\+[0-9a-f]{8}\+\S+", workspace.run("keys", "list").out)[0]
    recipe: dict[str, Any] = {}
    exec(re.findall(r"^```python verify\n(.*?)^```$", PAGE, re.M | re.S)[0], recipe)
    with closing(firestore.Client(project=PROJECT)) as client:
        blocks = {item.id: item.to_dict() for item in client.collection("oqt_ledger").stream()}
    assert blocks.keys() == {str(index) for index in range(workspace.size())}
    verifier = VerifierKey.parse(key)
    for id, block in blocks.items():
        recipe["verify"](block, key)
        verify_block(block, verifier.name, [verifier], check_ed25519, id=id)
