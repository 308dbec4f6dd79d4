"""Trees as the old programs could have left them, each with one thing that is odd."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from migrations import examples, trees
from migrations_made import plan_of
from oneseek.migrations.plan import PlannedVersion, SourcePlan
from oneseek.migrations.verdicts import Verdict

Change = Callable[[Path], None]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return trees.make_old_tree(tmp_path / "old")


def certified(root: Path) -> Path:
    return root / "models" / "oneseek-certified"


def newest(root: Path) -> Path:
    """The second model, which has a chain of two adapters."""
    return next(path for path in certified(root).glob("*.sv.*") if path.is_dir())


def edit(path: Path, **fields: Any) -> None:
    record = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(record | fields), "utf-8")


def write(root: Path, kind: str) -> Path:
    made = examples.example(kind)
    path = root / made.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made.data)
    return path


def version(plan: SourcePlan, ending: str) -> PlannedVersion:
    (found,) = [found for found in plan.versions if found.path.endswith(ending)]
    return found


def against(found: PlannedVersion) -> set[str]:
    return {claim.about for claim in found.claims if claim.verdict is Verdict.CONTRADICTED}


def test_an_adapter_that_is_listed_and_gone_contradicts_the_version(tree: Path) -> None:
    home = newest(tree)
    shutil.rmtree(next(home.glob("oneseek-7b-zero-*2436")))
    found = version(plan_of(tree), f"{home.name}/metadata.json")
    # The first model still has a copy, but not in a place where the old programs would look.
    assert found.verdict is Verdict.CONTRADICTED
    assert against(found) == {"adapters"}


def test_an_adapter_is_found_in_the_shared_folder(tree: Path) -> None:
    home = newest(tree)
    shared = certified(tree) / "lora_adapters"
    shared.mkdir()
    moved = next(home.glob("oneseek-7b-zero-*2436"))
    moved.rename(shared / moved.name)
    found = version(plan_of(tree), f"{home.name}/metadata.json")
    assert [place.rpartition("/")[0].rpartition("/")[2] for place in found.chain] == [
        "lora_adapters", home.name
    ]  # fmt: skip
    assert found.form == "adapter"


@pytest.mark.parametrize(
    "listed", ["../../../../etc", "/etc/passwd", "C:\\Windows\\system32", "..", "a\x00b", ""]
)
def test_a_path_in_a_list_of_adapters_leads_nowhere(tree: Path, listed: str) -> None:
    home = newest(tree)
    edit(home / "metadata.json", adapters=[listed])
    found = version(plan_of(tree), f"{home.name}/metadata.json")
    assert found.chain == ()
    assert all(not part.path.startswith(("/", "..")) for part in found.parts)


def test_a_dna_in_the_record_that_is_not_the_folders_is_a_contradiction(tree: Path) -> None:
    home = newest(tree)
    other = home.name.replace(".v1.0.", ".v1.7.")
    edit(home / "metadata.json", dna=other)
    found = version(plan_of(tree), f"{home.name}/metadata.json")
    assert found.verdict is Verdict.CONTRADICTED
    assert "name:inside" in against(found)


def test_a_changed_loss_contradicts_the_name(tree: Path) -> None:
    home = newest(tree)
    edit(home / "training_results.json", final_loss=1.25)
    found = version(plan_of(tree), f"{home.name}/metadata.json")
    assert "name-hash:modelWeights" in against(found)
    assert "name" not in {claim.about for claim in found.claims}


def test_three_adapters_say_what_the_old_trainer_lost(tree: Path) -> None:
    home = newest(tree)
    names = json.loads((home / "metadata.json").read_text("utf-8"))["adapters"]
    third = names[-1].replace("2536", "2636")
    shutil.copytree(home / names[-1], home / third)
    edit(home / "metadata.json", adapters=[*names, third])
    found = version(plan_of(tree), f"{home.name}/metadata.json")
    told = {claim.about for claim in found.claims}
    assert {"chain:serving", "chain:training"} <= told
    assert [place.rpartition("/")[2] for place in found.chain] == [*names, third]


def test_the_file_with_two_dots_stands_beside_the_other(tmp_path: Path) -> None:
    one = write(tmp_path, "weights-metadata-pytorch")
    shutil.copy(one, one.with_name(one.stem.partition("-SV")[0] + "..json"))
    plan = plan_of(tmp_path)
    assert len(plan.versions) == 2
    assert all(found.form == "none" for found in plan.versions)


def test_weights_that_a_record_names_belong_to_it(tmp_path: Path) -> None:
    record = write(tmp_path, "weights-metadata-pytorch")
    named = json.loads(record.read_text("utf-8"))["modelSpecificWeights"]
    weights = record.with_name(next(iter(named.values())))
    weights.write_bytes(trees.small_adapter(1.0))
    plan = plan_of(tmp_path)
    (found,) = plan.versions
    assert weights.name in {part.path.rpartition("/")[2] for part in found.parts}


def test_a_merged_model_is_whole_and_lists_no_adapters_of_its_own(tmp_path: Path) -> None:
    for kind in ("merged-metadata", "merge-manifest", "merge-metadata"):
        home = write(tmp_path, kind).parent
    (home / "model.safetensors").write_bytes(trees.small_adapter(1.0))
    (home / "config.json").write_text('{"model_type": "llama"}', "utf-8")
    (found,) = plan_of(tmp_path).versions
    assert found.label == examples.MERGED_DNA
    assert found.form == "tensors"
    assert "base model" in found.form_reason
    assert found.chain == ()
    assert "adapters" not in against(found)


def test_adapters_of_a_parallel_training_are_a_version_without_a_record(tmp_path: Path) -> None:
    folder = tmp_path / "models/oneseek-certified/lora_adapters/ddp-adapter-20251126120000"
    trees.write_peft(folder, 3.0)
    (found,) = plan_of(tmp_path).versions
    assert found.label == "ddp-adapter-20251126120000"
    assert (found.form, found.verdict) == ("adapter", Verdict.ASSERTED)
    assert "record-missing" in {finding.check for finding in found.findings}


def test_copies_of_an_adapter_are_no_versions(tree: Path) -> None:
    before = len(plan_of(tree).versions)
    home = newest(tree)
    shared = certified(tree) / "lora_adapters"
    for name in ("kb-llama-3-1-8b-swedish-adapter", "another"):
        shutil.copytree(next(home.glob("oneseek-7b-zero-*2536")), shared / name)
    assert len(plan_of(tree).versions) == before


def test_a_record_left_over_by_a_training_is_no_version(tree: Path) -> None:
    before = len(plan_of(tree).versions)
    record = write(tree, "weights-metadata-pytorch")
    left = certified(tree) / ".temp_training" / record.name
    left.parent.mkdir()
    record.rename(left)
    assert len(plan_of(tree).versions) == before


def test_a_source_may_be_one_model(tree: Path) -> None:
    home = newest(tree)
    (found,) = plan_of(home).versions
    assert found.label == home.name
    assert found.form == "adapter"
    assert found.path == "metadata.json"


def test_a_source_may_be_one_file(tree: Path) -> None:
    plan = plan_of(tree / "ml" / "ledger" / "ledger.json")
    (ledger,) = plan.ledgers
    assert (plan.entries, ledger.blocks, ledger.verdict) == (1, 3, Verdict.VERIFIED)


def test_pointers_that_disagree_are_a_finding_and_a_question(tree: Path) -> None:
    plan = plan_of(tree)
    assert "pointers-disagree" in {finding.check for finding in plan.findings}
    (asked,) = [question for question in plan.questions if "is to answer" in question.asks]
    assert "disagree" in asked.why


def test_a_trap_is_quarantined_and_in_no_version(tree: Path) -> None:
    plan = plan_of(tree)
    (hostile,) = plan.quarantined
    assert hostile.path.endswith("oqt-1.0-v1.0.pth")
    parts = {part.path for found in plan.versions for part in found.parts}
    assert hostile.path not in parts
    assert len(plan.versions) == 2  # a trap alone tells of no version
    assert not Path(trees.SPRUNG).exists()


def copy_of_ledger(tree: Path, name: str, blocks: int, **changed: Any) -> None:
    """Write a copy of the tree's ledger with so many blocks, the last of them changed."""
    path = tree / "ml" / "ledger" / "ledger.json"
    record = json.loads(path.read_text("utf-8"))
    record["blocks"] = record["blocks"][:blocks]
    record["blocks"][-1] |= changed
    (tree / name).mkdir()
    (tree / name / "ledger.json").write_text(json.dumps(record), "utf-8")


def comparisons(tree: Path) -> list[tuple[str, str]]:
    return [
        (finding.check, finding.found)
        for finding in plan_of(tree).findings
        if finding.check in ("ledgers-part", "ledger-copy-shorter")
    ]


def test_a_copy_of_a_ledger_that_ends_early_is_told(tree: Path) -> None:
    copy_of_ledger(tree, "copy", 2)
    ((check, found),) = comparisons(tree)
    assert check == "ledger-copy-shorter"
    assert found.startswith("copy/ledger.json ends after 2 blocks, ml/ledger/ledger.json goes on")


def test_two_ledgers_that_part_are_told_with_the_place(tree: Path) -> None:
    copy_of_ledger(tree, "copy", 3, current_hash="0" * 64)
    ((check, found),) = comparisons(tree)
    assert check == "ledgers-part"
    assert found.startswith("the same 2 blocks, and then others")


def test_a_whole_copy_of_a_ledger_is_no_finding(tree: Path) -> None:
    copy_of_ledger(tree, "copy", 3)
    assert comparisons(tree) == []


def test_what_somebody_wrote_into_a_pointers_file_is_sealed_and_told_to_nobody(tree: Path) -> None:
    (certified(tree) / "CURRENT.txt").write_text("Vad tycker grannen om mig", "utf-8")
    plan = plan_of(tree)
    (item,) = [item for item in plan.items if item.path.endswith("/CURRENT.txt")]
    assert item.personal
    assert "grannen" not in repr([*plan.told, *plan.items, *plan.findings, *plan.questions])
