"""The certified tree, step by step; and in every history it agrees with what decisions read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import builders as make
from oneseek.domain.decisions import Decision, registry
from oneseek.domain.errors import Conflict
from oneseek.domain.events import Event
from oneseek.domain.projections.certified_tree import CERTIFIED_TREE
from oneseek.domain.projections.folding import fold, units
from oneseek.domain.projections.integrity_manifests import INTEGRITY_MANIFESTS
from oneseek.domain.projections.nodes import (
    Checksums,
    Link,
    ManifestFiles,
    Node,
    ObjectFile,
    ProofFile,
    TextFile,
)
from oneseek.domain.projections.projection import Projection
from oneseek.domain.state.documents import Version, stands
from oneseek.domain.state.fold import apply
from oneseek.domain.state.registry import registry_state
from oneseek.domain.state.store import DictState

CURRENT = "OneSeek-7B-Zero-CURRENT"


def rendered(projection: Projection, history: list[Event]) -> dict[str, dict[str, Node]]:
    state = DictState()
    fold(projection, state, make.indexed(history))
    return {name: dict(projection.render(found)) for name, found in units(projection, state)}


def tree(*history: Event) -> dict[str, dict[str, Node]]:
    return rendered(CERTIFIED_TREE, [make.opened(), *history])


def names(*history: Event) -> set[str]:
    """Return what stands in the tree besides the README."""
    return tree(*history).keys() - {"README.md"}


def test_an_opened_ledger_has_a_readme_that_names_it() -> None:
    found = tree()
    assert set(found) == {"README.md"}
    readme = found["README.md"][""]
    assert isinstance(readme, TextFile)
    assert make.ORIGIN in readme.text
    assert "Resets" not in readme.text


def test_an_imported_version_has_a_folder_like_ours_unless_it_has_no_weights() -> None:
    recorded = make.imported("OneSeek-7B-Zero.v1.2", weights=None, form="none")
    history = [make.imported(), recorded]
    assert tree(*history)[make.OLD_DNA] == {
        "": ManifestFiles(make.imported().manifest),
        "ledger.proof": ProofFile(1),
    }
    assert names(*history) == {make.OLD_DNA}
    assert rendered(INTEGRITY_MANIFESTS, list(history)) == {
        f"{make.OLD_DNA}.sha256": {"": Checksums(make.imported().manifest, make.OLD_DNA)}
    }


def test_a_version_is_its_manifest_and_the_proof_of_its_entry() -> None:
    assert tree(make.numbered(1), make.certified(1))[make.dna(1)] == {
        "": ManifestFiles(make.manifest(1)),
        "ledger.proof": ProofFile(2),
    }


def test_the_newest_signature_lies_beside_the_files() -> None:
    first, second = make.signed(1, "first"), make.signed(1, "second")
    assert "model.sig" not in tree(make.certified(1))[make.dna(1)]
    for signed, shown in (([first], "first"), ([first, second], "second")):
        found = tree(make.certified(1), *signed)[make.dna(1)]
        assert found["model.sig"] == ObjectFile(make.digest(shown))


def test_a_signature_outlives_a_reset_and_may_come_after_it() -> None:
    certified, reset, restored = make.certified(1), make.registry_reset(), make.restored(1)
    for history in ([make.signed(1), reset, restored], [reset, make.signed(1), restored]):
        found = tree(certified, *history)[make.dna(1)]
        assert found["model.sig"] == ObjectFile(make.digest("signature"))
    assert names(certified, reset, make.signed(1)) == set()


def test_a_signature_of_another_manifest_or_of_no_version_is_passed_over() -> None:
    other = replace(make.signed(1), manifest=make.manifest(2))
    assert "model.sig" not in tree(make.certified(1), other)[make.dna(1)]
    assert names(make.signed(1)) == set()


@pytest.mark.parametrize(
    ("history", "standing"),
    [
        pytest.param([], {1, 2}, id="certified"),
        pytest.param([make.activated(1)], {1, 2, CURRENT}, id="activated"),
        pytest.param([make.withdrawn(2)], {1, 2}, id="withdrawn: its folder stays"),
        pytest.param(
            [make.activated(1), make.withdrawn(1, was_active=True)], {1, 2}, id="withdrawn, active"
        ),
        pytest.param(
            [make.activated(1), make.withdrawn(2)], {1, 2, CURRENT}, id="another withdrawn"
        ),
        pytest.param([make.activated(1), make.registry_reset()], set(), id="reset"),
        pytest.param([make.registry_reset(), make.restored(2)], {2}, id="restored"),
        pytest.param(
            [make.registry_reset(), make.registry_reset(), make.restored(1)], {1}, id="reset twice"
        ),
        pytest.param(
            [make.registry_reset(), make.restored(2), make.activated(2)], {2, CURRENT},
            id="activated after it was restored",
        ),
        pytest.param([make.registry_reset(), make.certified(3)], {3}, id="certified after a reset"),
    ],
)  # fmt: skip
def test_this_stands(history: list[Event], standing: set[int | str]) -> None:
    wanted = {make.dna(item) if isinstance(item, int) else item for item in standing}
    assert names(make.certified(1), make.certified(2), *history) == wanted


def test_the_link_leads_to_the_version_that_was_activated_last() -> None:
    found = tree(make.certified(1), make.certified(2), make.activated(1), make.activated(2))
    assert found[CURRENT] == {"": Link(make.dna(2))}


def test_a_restored_version_keeps_the_proof_of_its_certification() -> None:
    found = tree(make.certified(1), make.registry_reset(), make.restored(1))
    assert found[make.dna(1)]["ledger.proof"] == ProofFile(1)


def test_the_readme_lists_resets_safely_in_one_line_each() -> None:
    readme = tree(make.registry_reset("börja om | <b>\nnu"))["README.md"][""]
    assert isinstance(readme, TextFile)
    assert f"| 1 | {make.TIME} | anna | börja om \\| <b> nu |" in readme.text.splitlines()


def test_the_readme_lists_the_last_ten_resets() -> None:
    readme = tree(*(make.registry_reset(f"number {count}.") for count in range(12)))["README.md"][
        ""
    ]
    assert isinstance(readme, TextFile)
    shown = [count for count in range(12) if f"number {count}." in readme.text]
    assert shown == list(range(2, 12))


def test_checksums_follow_what_stands() -> None:
    history: list[Event] = [make.certified(1), make.certified(2), make.withdrawn(2)]
    assert rendered(INTEGRITY_MANIFESTS, history) == {
        f"{make.dna(1)}.sha256": {"": Checksums(make.manifest(1), make.dna(1))},
        f"{make.dna(2)}.sha256": {"": Checksums(make.manifest(2), make.dna(2))},
    }
    history.append(make.registry_reset())
    assert rendered(INTEGRITY_MANIFESTS, history) == {}
    history.append(make.restored(2))
    assert set(rendered(INTEGRITY_MANIFESTS, history)) == {f"{make.dna(2)}.sha256"}


COMMANDS = st.lists(
    st.tuples(
        st.sampled_from(["certify", "activate", "withdraw", "restore", "reset"]), st.integers(1, 3)
    ),
    max_size=25,
)


def decide(state: DictState, verb: str, major: int) -> Decision:
    version = state.get(Version, make.dna(major))
    if verb == "certify":
        return Decision(() if version else (make.numbered(major), make.certified(major)))
    if verb == "reset":
        return registry.reset(state, reason="why", inventory=make.digest("i"), versions=0, files=0)
    if version is None:
        return Decision()
    match verb:
        case "activate":
            return registry.activate(state, version)
        case "withdraw":
            return registry.withdraw(state, version, "why")
    return registry.restore(state, version)


@given(COMMANDS)
def test_the_tree_shows_what_decisions_read(commands: list[tuple[str, int]]) -> None:
    history: list[Event] = [make.opened()]
    state = DictState()
    for verb, major in commands:
        try:
            decided = decide(state, verb, major).events
        except Conflict:
            continue
        for event in decided:
            apply(state, len(history), make.entry(event))
            history.append(event)
    found = rendered(CERTIFIED_TREE, history)
    now = registry_state(state)
    standing = {name for name, version in state.scan(Version) if stands(version, now)}
    assert found.keys() - {"README.md", CURRENT} == standing
    assert found.get(CURRENT) == ({"": Link(now.active)} if now.active else None)
    assert set(rendered(INTEGRITY_MANIFESTS, history)) == {f"{name}.sha256" for name in standing}
    for name in standing:
        version = state.get(Version, name)
        assert version is not None
        assert found[name]["ledger.proof"] == ProofFile(version.index)


def test_the_readme_tells_of_imported_folders_once_there_is_one() -> None:
    def readme(*history: Event) -> str:
        node = tree(*history)["README.md"][""]
        assert isinstance(node, TextFile)
        return node.text

    recorded = make.imported("OneSeek-7B-Zero.v1.2", weights=None, form="none")
    assert "imported" not in readme(make.certified(), recorded)
    told = readme(make.imported(), make.imported("another"))
    assert told.count("## Imported versions") == 1
    assert "## Imported versions" in readme(make.imported(), make.registry_reset())
