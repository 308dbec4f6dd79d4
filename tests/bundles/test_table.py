"""Two independent verifiers, one table: they agree on every row, good or bad."""

import shutil
import subprocess
from pathlib import Path

import pytest

from builders import EXAMPLES, entry
from bundles.judging import Said, ours, theirs
from bundles.table import REFUSED, ROWS, Row
from oneseek.adapters.bundle import verify_bundle as the_script
from oneseek.domain.registry import REGISTRY

NAMED = {row.name: row for row in ROWS}


def openssl_knows_ed25519() -> bool:
    """Whether ``openssl pkeyutl`` has the option that Ed25519 needs (3.0 and later)."""
    if shutil.which("openssl") is None:
        return False
    done = subprocess.run(["openssl", "pkeyutl", "-help"], capture_output=True, check=False)
    return b"-rawin" in done.stdout + done.stderr


Judged = dict[str, dict[str, Said]]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """What every verifier says of every row, by row and way."""
    folder = tmp_path_factory.mktemp("table")
    listed: list[tuple[Path, Row]] = []
    for number, row in enumerate(ROWS):
        path = folder / f"{number}.zip"
        path.write_bytes(row.make())
        listed.append((path, row))
    bundles = [(path, row.keys, row.witnesses) for path, row in listed]
    found = {
        "ours": [ours(path, row.keys, row.witnesses) for path, row in listed],
        "cryptography": theirs(bundles),
        "blind": theirs(bundles, cryptography=False, openssl=False),
    }
    if openssl_knows_ed25519():
        found["openssl"] = theirs(bundles, cryptography=False)
    return {
        row.name: {way: answers[number] for way, answers in found.items()}
        for number, (_, row) in enumerate(listed)
    }


def test_most_of_the_table_must_be_refused_and_no_row_has_the_name_of_another() -> None:
    assert len(NAMED) == len(ROWS)
    assert sum(row.code == REFUSED for row in ROWS) > 0.8 * len(ROWS) > 100


@pytest.mark.parametrize("name", NAMED)
def test_both_verifiers_agree(name: str, judged: Judged) -> None:
    row, said = NAMED[name], judged[name]
    for way in ("ours", "cryptography", "openssl"):
        if way in said:
            assert said[way].code == row.code, f"{way}: {said[way].text}"
    assert said["blind"].code == row.blind, said["blind"].text


def test_the_script_reads_an_entry_of_every_kind() -> None:
    for index, event in enumerate(EXAMPLES):
        found = the_script.read_entry(index, REGISTRY.encode(entry(event)))
        assert f"{found.kind}/v1" == event.kind
