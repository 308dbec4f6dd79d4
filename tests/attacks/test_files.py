"""Attacks on the files around the ledger: each is caught by the audit, which names the file."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from attacks import on_the_files as attack
from attacks.scene import Scene, seen


@dataclass(frozen=True)
class Row:
    """An attack, and a finding that it must leave."""

    do: Callable[[Scene], None]
    check: str
    where: str

    def __str__(self) -> str:
        return self.do.__name__.replace("_", " ")


ROWS = (
    Row(attack.the_weights_of_two_versions_are_swapped, "drift-changed", attack.WEIGHTS),
    Row(attack.the_weights_of_two_versions_are_swapped_in_the_store, "object-damaged", "objects/"),
    Row(attack.metadata_is_edited_and_the_manifest_recomputed, "drift-changed", "metadata.json"),
    Row(attack.metadata_is_edited_and_signed_again_with_a_foreign_key,
        "drift-changed", "model.sig"),
    Row(attack.current_is_pointed_elsewhere_by_hand, "drift-wrong-link", "CURRENT"),
    Row(attack.a_dataset_row_is_removed_after_training, "salts", "identity_v1, entry 3"),
    Row(attack.a_symlink_in_the_tree_leads_out, "drift-extra", "/more"),
    Row(attack.a_file_in_the_tree_is_a_link_to_one_outside, "drift-wrong-kind", attack.WEIGHTS),
    Row(attack.a_file_is_added_to_a_certified_version, "drift-extra", "pytorch_model.bin"),
    Row(attack.a_version_that_nobody_certified_lies_in_the_tree, "drift-extra", "v9.0"),
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_it_is_caught_and_the_file_is_named(row: Row, scene: Scene) -> None:
    row.do(scene)
    found = seen(scene.audit("--deep", "--json", expect=1))
    assert found.has(row.check, row.where), found
    assert found.places == ()  # the ledger itself is as it was signed
