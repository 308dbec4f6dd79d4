import json
from pathlib import Path
from typing import Any

import compare
import pytest

MACHINE = {"processor": "P", "SQLite": "3.40.1"}


def run(folder: Path, name: str, ours: list[float], sizes: str = "full", **machine: str) -> str:
    found: dict[str, Any] = {
        "machine": MACHINE | machine,
        "sizes": sizes,
        "rows": {"append": {"ours": ours}, name: {"ours": ours}},
    }
    path = folder / f"{name}.json"
    path.write_text(json.dumps(found), "utf-8")
    return str(path)


def compared(monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    monkeypatch.setattr("sys.argv", ["compare.py", *words])
    compare.main()


@pytest.mark.parametrize(
    ("ours", "verdict"),
    [([5, 6, 7], "within the noise"), ([7, 8, 9], "more"), ([1, 2, 3], "less")],
)
def test_a_change_counts_where_the_noise_does_not_overlap(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    ours: list[float],
    verdict: str,
) -> None:
    compared(monkeypatch, run(tmp_path, "old", [4, 5, 6]), run(tmp_path, "new", ours))
    assert capsys.readouterr().out.strip() == (
        f"{'append':20} 5 -> {ours[1]} ({ours[1] / 5:.2f} times): {verdict}"
    )


def test_runs_of_different_machines_versions_or_sizes_are_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = run(tmp_path, "old", [1, 1, 1])
    for new, reason in (
        (run(tmp_path, "a", [1, 1, 1], SQLite="3.45.0"), "SQLite was 3.40.1 and is 3.45.0"),
        (run(tmp_path, "b", [1, 1, 1], processor="Q"), "processor was P and is Q"),
        (run(tmp_path, "c", [1, 1, 1], PostgreSQL="18"), "PostgreSQL was absent and is 18"),
        (run(tmp_path, "d", [1, 1, 1], sizes="quick"), "sizes was full and is quick"),
    ):
        with pytest.raises(SystemExit, match=f"cannot be compared: {reason}. Measure"):
            compared(monkeypatch, old, new)
