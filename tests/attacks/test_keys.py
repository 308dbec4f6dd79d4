"""Attacks with keys: a retired one, and one that nobody announced."""

from pathlib import Path

import pytest

from attacks import on_the_ledger as attack
from attacks.scene import Scene, seen


@pytest.fixture
def old_key(scene: Scene) -> Path:
    """A private key of the log that has been rotated away; somebody kept a copy."""
    pem = scene.workspace.root / ".oneseek" / "keys" / "checkpoint.pem"
    kept = scene.auditor.parent / "stolen.pem"
    kept.write_bytes(pem.read_bytes())
    scene.workspace.run("keys", "rotate", "--purpose", "checkpoint", "--reason", "it was copied")
    return kept


def test_what_a_retired_key_signed_while_it_was_valid_stays_good(
    scene: Scene, old_key: Path
) -> None:
    scene.workspace.run("withdraw", "1.0", "--reason", "signed by the new key")
    scene.audit("--deep", expect=0)


def test_a_retired_key_used_again_convinces_nobody(scene: Scene, old_key: Path) -> None:
    attack.seal(scene, old_key)
    for words in ((), ("--deep",)):
        found = seen(scene.audit(*words, "--json", expect=10))
        assert found.has("checkpoint", "the head"), found


def test_a_history_that_hides_the_retirement_contradicts_what_was_kept_since(
    scene: Scene, old_key: Path
) -> None:
    """The thief cuts the retirement off and goes on with the key that was good then."""
    later = scene.auditor / "later.checkpoint"
    later.write_text(scene.workspace.run("ledger", "head", "--note").out, "utf-8")
    size = scene.workspace.size()
    attack.cut(scene, size - 2)
    attack.seal(scene, old_key)
    words = ("audit", "--trust", str(scene.key), "--since", str(later), "--json")
    assert seen(scene.workspace.run(*words, expect=10)).has(
        "history", f"checkpoint of {size} entries"
    )


def test_a_model_key_that_nobody_announced_signs_nothing_that_counts(scene: Scene) -> None:
    """With the log's own private key the attacker even records his signature."""
    attack.a_version_is_signed_by_a_key_that_nobody_announced(scene)
    found = seen(scene.audit("--json", expect=1))
    assert any(check.startswith("signature") for check, _ in found.findings), found
