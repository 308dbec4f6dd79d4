"""Several processes at once: every acknowledged event is there, one number per version."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from e2e.workspaces import Workspace

_TRAIN = (
    "import sys; sys.path.insert(0, sys.argv[1])\n"
    "from pathlib import Path\n"
    "from e2e.workspaces import Workspace, train_small\n"
    "app = Workspace(Path(sys.argv[2])).app()\n"
    "print(train_small(app, int(sys.argv[3]))); app.close()\n"
)


def test_trainings_of_one_line_at_the_same_time_never_share_a_number(stocked: Workspace) -> None:
    tests = next(path for path in sys.path if path.endswith("tests"))
    running = [
        subprocess.Popen(
            [sys.executable, "-c", _TRAIN, tests, str(stocked.root), str(marker)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=stocked.root,
        )
        for marker in range(10, 14)
    ]  # fmt: skip
    results = [process.communicate() for process in running]
    assert [process.returncode for process in running] == [0] * 4, results
    names = [out.strip() for out, _ in results]
    listed = json.loads(stocked.run("versions", "--json").out)
    assert set(names) < {item["dna"] for item in listed}
    numbers = [(item["major"], item["minor"]) for item in listed]
    assert sorted(numbers) == [(major, 0) for major in range(1, 7)]
    stocked.run("verify", "--deep")


def test_activations_at_the_same_time_are_all_recorded_in_one_order(stocked: Workspace) -> None:
    first, second = stocked.versions()
    stocked.run("activate", first)
    size = stocked.size()
    with ThreadPoolExecutor(6) as pool:
        wanted = [second, first, second, first, second, first]
        done = list(pool.map(lambda dna: stocked.run("activate", dna, "--json"), wanted))
    acknowledged = [entry for one in done if (entry := json.loads(one.out)["entry"]) is not None]
    assert len(set(acknowledged)) == len(acknowledged)
    assert stocked.size() == size + len(acknowledged)
    chain = [
        json.loads(line)["body"]
        for line in stocked.run("log", "--kind", "version-activated", "--json").out.splitlines()
    ]
    # Each names the one before it: nobody decided on a state that was no longer true.
    assert all(later["previous"] == earlier["manifest"] for earlier, later in pairwise(chain))
    stocked.run("verify")
