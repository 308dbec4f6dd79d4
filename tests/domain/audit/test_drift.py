"""Drift is told with the file, the version that it belongs to, and the entry that says so."""

import pytest

from builders import dna
from oneseek.domain.audit.drift import drift_findings
from oneseek.domain.decisions.lookup import find_version
from oneseek.domain.findings import Finding
from oneseek.domain.projections.certified_tree import CERTIFIED_TREE
from oneseek.domain.projections.difference import Difference
from oneseek.domain.projections.integrity_manifests import INTEGRITY_MANIFESTS
from oneseek.domain.projections.projection import Projection
from workbench import Workbench


def told(bench: Workbench, projection: Projection, *paths: str) -> list[Finding]:
    found = [Difference("changed", path, "sha256:a", "sha256:b") for path in paths]
    with bench.ledger.view() as view:
        return list(drift_findings(projection, found, view))


def test_a_changed_file_is_told_with_its_version_and_entry(stocked: Workbench) -> None:
    with stocked.ledger.view() as view:
        version = find_version(view, "2.0")
    (found,) = told(stocked, CERTIFIED_TREE, f"{version.dna}/adapter_model.safetensors")
    assert found.check == "drift-changed"
    assert found.where == f"models/oneseek-certified/{version.dna}/adapter_model.safetensors"
    assert found.expected.startswith("sha256:a")
    claim = f"version 2.0 ({version.dna}), certified by ledger entry {version.index}"
    assert claim in found.expected
    assert found.found == "sha256:b"
    assert found.hint.endswith("oneseek rebuild certified-tree")


def test_a_checksum_file_belongs_to_its_version(stocked: Workbench) -> None:
    with stocked.ledger.view() as view:
        version = find_version(view, "1.0")
    (found,) = told(stocked, INTEGRITY_MANIFESTS, f"{version.dna}.sha256")
    assert f"certified by ledger entry {version.index}" in found.expected


@pytest.mark.parametrize("path", ["README.md", "stranger/file", dna(9), "OneSeek-7B-Zero-CURRENT"])
def test_what_belongs_to_no_version_belongs_to_the_projection(
    stocked: Workbench, path: str
) -> None:
    (found,) = told(stocked, CERTIFIED_TREE, path)
    assert found.expected.endswith("projection certified-tree")


def test_every_difference_is_told(stocked: Workbench) -> None:
    paths = ("a", "b", "c")
    assert [finding.where for finding in told(stocked, CERTIFIED_TREE, *paths)] == [
        f"models/oneseek-certified/{path}" for path in paths
    ]
    assert told(stocked, CERTIFIED_TREE) == []
