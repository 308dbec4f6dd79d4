import copy

from migrations.examples import EXAMPLES, PYTHON_MANIFEST, Example
from migrations.reading import claim, read
from oneseek.migrations.verdicts import Verdict

KIND = "merge-manifest"
PYTHON = Example(KIND, EXAMPLES[KIND].path, PYTHON_MANIFEST)


def test_the_manifest_of_python_proves_itself() -> None:
    reading = read(PYTHON)
    assert reading.verdict is Verdict.VERIFIED
    assert claim(reading, "hash:merge").verdict is Verdict.VERIFIED
    assert not reading.findings


def test_a_changed_manifest_of_python_contradicts_itself() -> None:
    value = copy.deepcopy(PYTHON_MANIFEST)
    value["adapters"][0]["hash"] = "f" * 16
    assert read(PYTHON._replace(value=value)).verdict is Verdict.CONTRADICTED


def test_hashes_of_adapters_are_handed_on() -> None:
    adapter = PYTHON_MANIFEST["adapters"][0]
    assert claim(read(PYTHON), f"adapter-hash:{adapter['name']}").says == adapter["hash"]


def test_the_manifest_of_node_is_reconstructed() -> None:
    reading = read(EXAMPLES[KIND])
    assert claim(reading, "hash:merge").verdict is Verdict.RECONSTRUCTED
    assert reading.verdict is Verdict.ASSERTED
