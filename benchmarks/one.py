"""Run one measure in this process: ``python one.py FAMILY.NAME FOLDER SIZE [--prepare]``.

Prints one JSON object: CPU and wall seconds of the job itself (setting up is not counted, processes
that the job has waited for are), the peak memory of this process, and the job's own figures.
``--prepare`` only sets up, so that fixtures exist and the counted process never has to make them.
"""

import json
import resource
import sys
import time
from importlib import import_module
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1] / "tests"
sys.path.append(str(TESTS))  # builders, workbench


def main() -> None:
    """Run what the command line names."""
    family, _, name = sys.argv[1].partition(".")
    folder, size = Path(sys.argv[2]), int(sys.argv[3])
    job = getattr(import_module(f"measures.{family}"), name)(folder, size)
    if "--prepare" in sys.argv:
        return
    cpu, wall = _cpu_seconds(), time.perf_counter()
    own = job()
    figures = {"cpu": _cpu_seconds() - cpu, "wall": time.perf_counter() - wall}
    print(json.dumps(figures | {"peak_mb": _peak_mb()} | own))


def _cpu_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _peak_mb() -> float:
    status = Path("/proc/self/status")
    if status.is_file():
        # ru_maxrss would begin with what our parent had, before this program was loaded.
        for line in status.read_text("utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
