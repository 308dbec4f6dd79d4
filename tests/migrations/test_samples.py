"""Every real sample with what its notes say that a correct importer finds."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from legacy_samples import sample
from migrations_made import plan_of
from oneseek.migrations.plan import PlannedVersion, SourcePlan
from oneseek.migrations.verdicts import Claim, Verdict

ASSERTED, AGAINST = Verdict.ASSERTED, Verdict.CONTRADICTED
VERIFIED, REBUILT = Verdict.VERIFIED, Verdict.RECONSTRUCTED


@cache
def planned(name: str) -> SourcePlan:
    return plan_of(sample(name))


def versions(plan: SourcePlan) -> dict[str, PlannedVersion]:
    return {version.path: version for version in plan.versions}


def claims(version: PlannedVersion, about: str) -> list[Claim]:
    return [claim for claim in version.claims if claim.about.partition("@")[0] == about]


def the(plan: SourcePlan, ending: str) -> PlannedVersion:
    found = [version for path, version in versions(plan).items() if path.endswith(ending)]
    assert len(found) == 1, [*versions(plan)]
    return found[0]


def labels(plan: SourcePlan) -> list[str]:
    return sorted(version.label for version in plan.versions)


EN = "OneSeek-7B-Zero.v1.0.en.dsoneseek-identity-core.49d363d9.664b080c"
SV = "OneSeek-7B-Zero.v1.0.sv.dseducation-civic-literacy.327c4b45.23151a7b"


class TestCertifiedCli:
    @pytest.fixture
    def plan(self) -> SourcePlan:
        return planned("certified_cli")

    def test_it_has_two_versions_that_can_be_applied(self, plan: SourcePlan) -> None:
        assert labels(plan) == [EN, SV]
        assert {version.form for version in plan.versions} == {"adapter"}

    def test_the_second_has_a_chain_of_two_in_order(self, plan: SourcePlan) -> None:
        chain = the(plan, f"{SV}/metadata.json").chain
        assert [place.rpartition("-")[2] for place in chain] == ["20261120182436", "20261120182538"]
        assert claims(the(plan, f"{SV}/metadata.json"), "chain:serving")

    @pytest.mark.parametrize("dna", [EN, SV])
    def test_every_hash_of_a_name_recomputes(self, plan: SourcePlan, dna: str) -> None:
        version = the(plan, f"{dna}/metadata.json")
        for about in ("name", "name-hash:trainingData", "name-hash:modelWeights", "immutable-hash"):
            assert [claim.verdict for claim in claims(version, about)] == [REBUILT], about

    @pytest.mark.parametrize("dna", [EN, SV])
    def test_a_name_that_recomputes_proves_no_weights(self, plan: SourcePlan, dna: str) -> None:
        version = the(plan, f"{dna}/metadata.json")
        assert version.verdict is ASSERTED
        assert "never hashed" in version.reason

    def test_the_start_with_a_false_z_is_told_from_the_end_in_utc(self, plan: SourcePlan) -> None:
        version = the(plan, f"{SV}/metadata.json")
        assert (version.created, version.created_zone) == ("2026-11-20T18:25:38.187329Z", "utc")

    def test_constants_of_the_old_code_are_no_measurements(self, plan: SourcePlan) -> None:
        version = the(plan, f"{SV}/metadata.json")
        said = [claim for claim in claims(version, "metric:accuracy") if claim.says == "0.85"]
        assert said
        assert "constant" in said[0].reason

    def test_the_chain_ledger_holds_nothing_but_its_first_block(self, plan: SourcePlan) -> None:
        (chain,) = [found for found in plan.ledgers if found.path.endswith("ml/ledger/ledger.json")]
        assert (chain.blocks, chain.verdict) == (1, VERIFIED)
        assert "never-written" in {gap.what for gap in plan.gaps}

    def test_the_pointer_is_read_and_activates_nothing(self, plan: SourcePlan) -> None:
        pointers = [told for told in plan.told if told.what == "pointer"]
        assert [told.says.rpartition("/")[2].endswith(SV) for told in pointers] == [True]
        assert "nothing is activated" in pointers[0].reason


def test_era1_is_records_alone_with_invented_figures() -> None:
    plan = planned("era1_oqt_1_0")
    first, second = the(plan, "model_version_1_0_0.json"), the(plan, "model_version_1_1_0.json")
    assert len(plan.versions) == 2
    for version in (first, second):
        assert (version.form, version.verdict) == ("none", ASSERTED)
        assert version.created_zone == "local"
        assert [claim.verdict for claim in claims(version, "ledger-block")] == [VERIFIED]
        figures = [claim for claim in version.claims if claim.about.startswith("metric:")]
        assert any("constant" in claim.reason for claim in figures)
    (ledger,) = plan.ledgers
    assert (ledger.blocks, ledger.verdict) == (3, VERIFIED)
    assert any("not covered" in row.reason for row in plan.judgements[ledger.path])


def test_era2_says_nothing_about_swedish_but_in_the_name() -> None:
    plan = planned("era2_identity_simulated_en_sv")
    english, swedish = the(plan, "-v1.1.json"), the(plan, "-v1.1-SV.json")
    assert len(plan.versions) == 2
    assert (english.language, swedish.language) == (None, "sv")
    for version in (english, swedish):
        assert version.form == "none"
        assert [claim.verdict for claim in claims(version, "ledger-block")] == [VERIFIED]
    hashes = {claims(version, "hash:training_data")[0].says for version in plan.versions}
    assert len(hashes) == 1
    (ledger,) = plan.ledgers
    assert (ledger.blocks, ledger.verdict) == (3, VERIFIED)


def test_era3_is_signed_by_somebody_and_its_weights_are_a_placeholder() -> None:
    plan = planned("era3_signed_dynamic")
    (version,) = plan.versions
    assert version.label == "OneSeek-7B-Zero.v1.0.en.dsCivicID-Identity.122f4be4.b480f3b2"
    assert version.form == "none"
    assert "placeholder" in version.form_reason
    assert version.verdict is ASSERTED
    assert "placeholder" in version.reason
    assert "every hash of the name recomputes" in version.reason
    (signed,) = [ledger for ledger in plan.ledgers if ledger.path.endswith("ledger_proof.json")]
    assert signed.verdict is VERIFIED
    (block,) = plan.judgements[signed.path]
    assert "signer unknown" in block.reason
    assert "signer-unknown" in {finding.check for finding in plan.findings}


class TestOqtDocsTree:
    @pytest.fixture
    def plan(self) -> SourcePlan:
        return planned("oqt_docs_tree")

    @pytest.mark.parametrize(
        ("version", "verdict"),
        [("1.0", VERIFIED), ("1.1", VERIFIED), ("13.0", VERIFIED), ("1.2", AGAINST),
         ("13.2", AGAINST), ("13.1", ASSERTED), ("14.0", ASSERTED)],
    )  # fmt: skip
    def test_a_checksum_is_right_wrong_cut_or_missing(
        self, plan: SourcePlan, version: str, verdict: Verdict
    ) -> None:
        assert the(plan, f"oqt/weights/oqt-1.0-v{version}.json").verdict is verdict

    def test_weights_without_a_record_and_a_record_without_weights(self, plan: SourcePlan) -> None:
        assert the(plan, "oqt/weights/oqt-1.0-v13.3.pth").form == "tensors"
        assert the(plan, "oqt/weights/oqt-1.0-v13.4.json").form == "none"

    def test_a_backup_that_differs_is_a_version_of_its_own(self, plan: SourcePlan) -> None:
        backups = Counter(told.verdict for told in plan.told if told.what == "backup")
        assert backups[VERIFIED] >= 4
        assert backups[AGAINST] >= 1
        assert labels(plan).count("oqt-1.0-v13.0") == 2

    def test_adapters_are_accepted_in_both_places(self, plan: SourcePlan) -> None:
        assert (
            the(plan, "weights/oqt-1.0-v13.2.json").chain[0].endswith("lora_adapters/oqt-1.0-v13.2")
        )
        assert (
            the(plan, "weights/oqt-1.0-v1.0.json")
            .chain[0]
            .endswith("weights/lora_adapters/oqt-1.0-v1.0")
        )

    def test_the_link_and_the_checkpoints_are_told(self, plan: SourcePlan) -> None:
        told = Counter(item.what for item in plan.told)
        assert told["checkpoint"] == 3
        assert "13.2" in next(item.says for item in plan.told if item.what == "pointer")


def test_micro_training_has_samples_only_and_they_are_of_people() -> None:
    plan = planned("micro_training")
    assert len(plan.versions) == 0
    kinds = Counter(item.kind for item in plan.items if item.personal)
    assert sum(kinds.values()) == sum(1 for item in plan.items if "/stage" in item.path)


def test_a_reset_is_erased_history_and_never_none() -> None:
    before, first, second = (
        plan_of(sample("reset_before_after") / name)
        for name in ("0_before", "1_after_first_reset", "2_after_second_reset")
    )
    assert len(before.versions) == 3
    assert len([told for told in before.told if told.what == "pointer"]) == 2
    for after in (first, second):
        assert len(after.versions) == 0
        assert "erased-by-reset" in {gap.what for gap in after.gaps}


def test_firestore_blocks_are_rebuilt_and_people_are_sealed() -> None:
    plan = planned("firestore_export")
    counts = {ledger.path: ledger.counts[REBUILT] for ledger in plan.ledgers}
    assert counts == {
        "run1_insertion_order.json": 5, "run1_keys_sorted.json": 5,
        "run2_insertion_order.json": 6, "run2_keys_sorted.json": 6,
    }  # fmt: skip
    exports = [item for item in plan.items if item.path.startswith("run")]
    assert all(item.personal for item in exports)


def test_every_file_of_every_sample_is_accounted_for_once(tmp_path: Path) -> None:
    for name in ("certified_cli", "oqt_docs_tree", "py_ledger_variants", "micro_training"):
        root = sample(name)
        plan = plan_of(root)
        there = Counter(path.relative_to(root).as_posix() for path in root.rglob("*"))
        assert Counter(item.path for item in plan.items if item.path) == there
