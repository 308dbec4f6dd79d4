"""oqt_provenance: where answers, versions, materials and imported records come from."""

from typing import Any

import builders as make
from oneseek.domain.events import Event
from oneseek.domain.projections.collections.provenance import PROVENANCE
from oneseek.domain.projections.folding import fold, units
from oneseek.domain.state.store import DictState
from oneseek.domain.values import parse_time


def shown(*events: Event) -> dict[str, dict[str, Any]]:
    state = DictState()
    fold(PROVENANCE, state, make.indexed(events))
    return {id: dict(PROVENANCE.render(item).fields) for id, item in units(PROVENANCE, state)}


def mark(index: int) -> dict[str, Any]:
    return {"timestamp": parse_time(make.TIME), "ledgerIndex": index}


def version(*events: Event) -> dict[str, Any]:
    return shown(*events)[f"version:{make.manifest()}"]


def test_an_answer_names_digests_and_the_one_step_that_was_timed() -> None:
    fields = shown(make.base(), make.certified(), make.answered(version=make.manifest()))["q1"]
    assert fields["type"] == "query"
    assert (fields["queryId"], fields["model"], fields["version"]) == ("q1", "tiny", make.dna())
    assert fields["inputHash"] == make.digest("question q1")
    assert fields["outputHash"] == make.digest("answer q1")
    assert fields["processingSteps"] == [
        {
            "step": "inference",
            "timestamp": make.TIME,
            "duration_ms": 350,
            "promptFormat": "question-answer/v1",
        }
    ]
    assert (fields["timestamp"], fields["createdAt"]) == (make.TIME, parse_time(make.TIME))
    assert (fields["ledgerIndex"], fields["erased"]) == (2, None)


def test_an_erasure_is_told_and_the_digests_stay() -> None:
    fields = shown(make.answered(), make.erased())["q1"]
    assert fields["erased"] == mark(1)
    assert fields["inputHash"] == make.digest("question q1")
    assert shown(make.erased()) == {}


def test_a_version_names_what_it_was_made_from() -> None:
    parent = make.certified(2)
    fields = version(
        make.base(), make.dataset(), parent, make.started(parent=parent.manifest), make.certified()
    )
    assert (fields["type"], fields["version"], fields["evidence"]) == (
        "version", make.dna(), "observed"
    )  # fmt: skip
    assert (fields["model"], fields["dataSource"]) == ("tiny", "identity")
    assert (fields["previousVersion"], fields["previousManifest"]) == (parent.dna, parent.manifest)
    assert fields["trainingId"] == "t1"
    assert (fields["signed"], fields["activated"], fields["withdrawn"]) == (None, None, None)
    assert fields["held"] is False


def test_a_version_tells_what_became_of_it() -> None:
    fields = version(
        make.certified(), make.signed(), make.activated(), make.withdrawn(), make.reproduced(),
        make.hold_placed(),
    )  # fmt: skip
    assert (fields["signed"], fields["activated"], fields["withdrawn"]) == (
        mark(1), mark(2), mark(3)
    )  # fmt: skip
    assert (fields["signature"], fields["signatureKey"]) == (
        make.digest("signature"), make.digest("model key")
    )  # fmt: skip
    assert (fields["reproduced"], fields["reproduction"]) == (mark(4), "same-bytes")
    assert fields["reproductionReport"] == make.digest("reproduction")
    assert fields["held"] is True
    assert version(make.certified(), make.hold_placed(), make.hold_released())["held"] is False


def test_an_imported_version_has_its_verdict_and_its_base_once_somebody_knew_it() -> None:
    event = make.imported()
    id = f"version:{event.manifest}"
    fields = shown(event)[id]
    assert (fields["evidence"], fields["claimedVersion"]) == ("asserted", "OneSeek-7B-Zero.v1.1")
    assert (fields["model"], fields["modelManifest"]) == ("KB-Llama-3.1-8B-Swedish", None)
    assert (fields["source"], fields["record"]) == (make.SOURCE, event.record)
    fields = shown(make.base(), event, make.identified())[id]
    assert (fields["model"], fields["modelManifest"]) == ("tiny", make.digest("tiny"))
    fields = shown(event, make.identified())[id]
    assert fields["model"] == "KB-Llama-3.1-8B-Swedish"


def test_materials_have_documents_of_their_own() -> None:
    found = shown(make.base(), make.dataset())
    base, data = found[f"base:{make.digest('tiny')}"], found[f"dataset:{make.digest('identity')}"]
    assert (base["type"], base["name"], base["architecture"], base["rows"]) == (
        "base", "tiny", "mistral", None
    )  # fmt: skip
    assert (data["type"], data["rows"], data["rowRoot"], data["categories"]) == (
        "dataset", 50, make.digest("rows of identity"), ["Identity"]
    )  # fmt: skip


def test_an_old_source_counts_what_was_found_in_it_over_all_scans() -> None:
    found = (make.item_imported(), make.item_imported(), make.gap(), make.quarantined())
    later = (make.legacy_erased(), make.scanned("newer"), make.moved_away("elsewhere"))
    fields = shown(make.scanned(), *found, *later)[f"source:{make.SOURCE}"]
    counts = [fields[name] for name in ("items", "gaps", "quarantined", "erasedFiles")]
    assert counts == [2, 1, 1, 1]
    assert fields["inventory"] == make.digest("newer")
    assert (fields["movedTo"], fields["ledgerIndex"]) == ("elsewhere", 6)
    back = shown(make.scanned(), make.moved_away(), make.moved_back())
    assert back[f"source:{make.SOURCE}"]["movedTo"] is None


def test_an_old_ledger_has_its_count_of_blocks_by_verdict() -> None:
    fields = shown(make.scanned(), make.ledger_imported())["ledger:1"]
    assert (fields["type"], fields["format"], fields["verdict"]) == (
        "ledger", "python-ledger", "contradicted"
    )  # fmt: skip
    names = ("blocks", "verified", "reconstructed", "asserted", "contradicted")
    assert [fields[name] for name in names] == [7, 4, 1, 1, 1]


def test_what_happens_to_things_that_are_not_known_makes_no_document() -> None:
    assert shown(make.signed(), make.gap(), make.activated(), make.hold_released()) == {}
