"""One version again from a backup: what is missing, what is damaged, and what a reset removed."""

import json
from pathlib import Path

import pytest

from e2e.test_restore_all import back_up, backed_up, place, raws, stored  # noqa: F401 - fixtures
from e2e.workspaces import Workspace
from oneseek.adapters.objects.tree import hash_tree
from oneseek.cli.wiring.restoring_version import Done, restore_version
from oneseek.domain.errors import FoundDamage, NotFound
from oneseek.domain.manifest import Manifest


def bring(workspace: Workspace, dna: str, *sources: Path) -> Done:
    app = workspace.app()
    try:
        return restore_version(app, dna, [source.as_uri() for source in sources])
    finally:
        app.close()


def weights(workspace: Workspace, dna: str) -> tuple[str, Path]:
    """Return digest and path of an object that only this version has."""
    app = workspace.app()
    try:
        with app.ledger.view() as view:
            from oneseek.domain.decisions.lookup import find_version

            version = find_version(view, dna)
        manifest = Manifest.from_bytes(app.objects.read(version.manifest))
        digest = next(f.digest for f in manifest.files if f.path == "adapter_model.safetensors")
        return digest, app.objects.path(digest)
    finally:
        app.close()


def test_missing_objects_are_fetched_and_the_version_stands_again(
    backed_up: Workspace,  # noqa: F811
    place: Path,  # noqa: F811
) -> None:
    tree = hash_tree(backed_up.certified)
    dna = backed_up.versions()[0]
    _, path = weights(backed_up, dna)
    backed_up.run("reset", "--confirm", "RESET")
    path.unlink()

    done = json.loads(backed_up.run("restore", dna, "--from", place.as_uri(), "--json").out)

    assert (done["objects"], done["from"]) == (1, [place.as_uri()])
    assert done["entry"] == backed_up.size() - 1
    restored = hash_tree(backed_up.certified / dna)
    assert restored == {
        name.removeprefix(f"{dna}/"): entry for name, entry in tree.items()
        if name.startswith(f"{dna}/")
    }  # fmt: skip


def test_a_damaged_object_is_replaced_and_kept_aside(
    backed_up: Workspace,  # noqa: F811
    place: Path,  # noqa: F811
) -> None:
    dna = backed_up.versions()[0]
    digest, path = weights(backed_up, dna)
    good = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(good[::-1])

    done = bring(backed_up, dna, place)

    assert (done.objects, done.stands_again) == (1, None)
    assert path.read_bytes() == good
    displaced = backed_up.root / ".oneseek" / "displaced" / "objects" / digest
    assert displaced.read_bytes() == good[::-1]


def test_the_next_place_helps_where_a_copy_is_damaged(
    backed_up: Workspace,  # noqa: F811
    place: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    second = tmp_path / "second"
    second.mkdir()
    back_up(backed_up, second)
    dna = backed_up.versions()[0]
    digest, path = weights(backed_up, dna)
    path.unlink()
    bad = stored(place, digest)
    bad.chmod(0o644)
    bad.write_bytes(bad.read_bytes()[::-1])

    assert bring(backed_up, dna, place, second).targets == (second.as_uri(),)


@pytest.mark.parametrize(("harm", "error"), [("gone", NotFound), ("damaged", FoundDamage)])
def test_without_a_whole_copy_nothing_is_recorded(
    backed_up: Workspace,  # noqa: F811
    place: Path,  # noqa: F811
    harm: str,
    error: type[Exception],
) -> None:
    dna = backed_up.versions()[0]
    digest, path = weights(backed_up, dna)
    path.unlink()
    copy = stored(place, digest)
    copy.chmod(0o644)
    copy.unlink() if harm == "gone" else copy.write_bytes(copy.read_bytes()[::-1])
    size = backed_up.size()

    with pytest.raises(error, match="cannot be restored"):
        bring(backed_up, dna, place)
    assert backed_up.size() == size


def test_a_version_that_is_whole_needs_no_backup(backed_up: Workspace) -> None:  # noqa: F811
    size = backed_up.size()

    assert bring(backed_up, backed_up.versions()[0]).objects == 0
    assert backed_up.size() == size
    assert raws(backed_up)
