import hashlib
import json

from migrations.examples import EXAMPLES, example
from migrations.reading import claim, read, version
from oneseek.migrations.verdicts import Verdict

KIND = "merged-metadata"


def test_the_hash_of_node_is_reconstructed_with_its_time() -> None:
    found = claim(read(EXAMPLES[KIND]), "hash:merge")
    assert found.verdict is Verdict.RECONSTRUCTED
    assert "2025-11-27T10:00:00.001" in found.reason


def test_another_chain_gives_no_such_hash() -> None:
    made = example(KIND)
    made.value["adapters"].reverse()
    found = claim(read(made), "hash:merge")
    assert found.verdict is Verdict.ASSERTED
    assert "no time shortly before" in found.reason


def test_a_base_that_no_request_named_is_not_in_the_hash() -> None:
    made = example(KIND)
    text = json.dumps(
        {"adapters": made.value["adapters"], "versionStr": "1.1", "timestamp": 1764237600004},
        separators=(",", ":"),
    )
    digits = hashlib.sha256(text.encode()).hexdigest()[:16]
    made.value.update(baseModel="llama-2-7b-swedish", mergeHash=digits)
    assert claim(read(made), "hash:merge").verdict is Verdict.RECONSTRUCTED


def test_what_python_wrote_before_is_not_judged_by_the_rule_of_node() -> None:
    made = example(KIND)
    del made.value["mergeType"]
    assert "manifest that Python wrote" in claim(read(made), "hash:merge").reason


def test_the_hashes_in_the_name_are_those_of_the_parent() -> None:
    reading = read(EXAMPLES[KIND])
    assert "of the model that it was merged from" in claim(reading, "name-hashes").reason
    assert "writes sv" in claim(reading, "language").reason
    assert version(EXAMPLES[KIND]).values["sourceDna"]


def test_a_wrong_count_of_adapters_is_a_contradiction() -> None:
    made = example(KIND)
    made.value["adaptersCount"] = 3
    assert read(made).verdict is Verdict.CONTRADICTED
