"""Shared builders are importable (``from builders import …``); examples have no deadline.

The folder is put on the path by hand: the repository root must never be there, because its
``datasets/`` would pose as the library of that name.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent))

if TYPE_CHECKING:
    from firestore_server.service import SmallFirestore
    from oneseek.domain.dossier import Dossier
    from oneseek.domain.exports.dataset_dossier import DatasetDossier
    from storage_server.server import Running
    from workbench import Workbench

# A busy machine makes examples, and making them, slow; that is no failure. (Mutation testing took
# such a failure for a mutant that was noticed.) OQT_EXAMPLES asks for more of them.
settings.register_profile(
    "oneseek",
    deadline=None,
    max_examples=int(os.environ.get("OQT_EXAMPLES", "30")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("oneseek")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the thorough tests to ``make faults``: a run of all others has a time limit."""
    if os.environ.get("OQT_FAULTS") == "all":
        return
    left = [item for item in items if item.get_closest_marker("thorough")]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if not item.get_closest_marker("thorough")]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """One server for all tests of this process; it starts in about a second."""
    from postgres import server

    with ExitStack() as stack:
        try:
            url = stack.enter_context(server())
        except Exception as error:
            pytest.skip(f"no PostgreSQL server: {error}".splitlines()[0])
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of a ledger that does not exist yet, in a schema of its own."""
    from postgres import dropped_after, own_schema

    with dropped_after(own_schema(postgres_server)) as url:
        yield url


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """One S3-like server for all tests of this process; it starts in about a second."""
    from places import s3_server

    with ExitStack() as stack:
        try:
            endpoint = stack.enter_context(s3_server())
        except ImportError as error:
            pytest.skip(f"no S3-like server: {error}")
        yield endpoint


@pytest.fixture
def s3_url(s3_endpoint: str) -> Iterator[str]:
    """The URL of a prefix in a new bucket; the variables that lead to it are set."""
    from places import bucket

    with bucket(s3_endpoint) as url:
        yield url


@pytest.fixture(scope="session")
def official_firestore() -> Iterator[str]:
    """``HOST:PORT`` of Google's emulator, one for all tests of this process; it starts in 2 s."""
    from firestore_emulator import NoEmulator, official_emulator

    with ExitStack() as stack:
        try:
            host = stack.enter_context(official_emulator())
        except NoEmulator as error:
            pytest.skip(f"Google's Firestore emulator is not tried: {error}")
        yield host


@pytest.fixture
def small_firestore(monkeypatch: pytest.MonkeyPatch) -> Iterator["SmallFirestore"]:
    """A Firestore of our own, empty, which the environment names; its faults can be scripted."""
    from firestore_emulator import VARIABLE, in_repo_emulator

    with in_repo_emulator() as server:
        monkeypatch.setenv(VARIABLE, server.host)
        yield server


@pytest.fixture
def storage() -> Iterator["Running"]:
    """A server of Google Cloud Storage's protocol with the bucket ``things``."""
    from storage_server.server import storage_server

    pytest.importorskip("google.cloud.storage")
    with storage_server() as running:
        yield running


@pytest.fixture
def blank(tmp_path: Path) -> Iterator["Workbench"]:
    """An empty ledger with store and vault in a folder of its own."""
    from workbench import workbench

    with workbench(tmp_path) as made:
        yield made


@pytest.fixture
def bench(blank: "Workbench") -> "Workbench":
    """An opened ledger: two entries."""
    blank.open()
    return blank


@pytest.fixture(scope="session")
def _stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is made once: a base model, a dataset, and two certified versions."""
    from workbench import workbench

    folder = tmp_path_factory.mktemp("stock")
    with workbench(folder) as made:
        made.open()
        made.add_materials()
        made.certify("t1")
        made.certify("t2")
    return folder


@pytest.fixture
def stocked(_stock: Path, tmp_path: Path) -> Iterator["Workbench"]:
    """A ledger with a base model ``tiny``, a dataset ``identity``, and versions 1.0 and 2.0."""
    from workbench import workbench

    folder = tmp_path / "stocked"
    shutil.copytree(_stock, folder)
    with workbench(folder) as made:
        yield made


@pytest.fixture
def first_dossier(stocked: "Workbench") -> "Dossier":
    """A version made from the base model, with metrics; nothing has happened to it."""
    from dossiers import dossier_of

    return dossier_of(stocked, "1.0")


@pytest.fixture
def unmeasured_dossier(bench: "Workbench") -> "Dossier":
    """A version whose training held no rows out: nothing was measured."""
    from dossiers import unmeasured

    return unmeasured(bench)


@pytest.fixture
def eventful_dossier(stocked: "Workbench") -> "Dossier":
    """A version with a parent, measured on other rows, active, signed, withdrawn and restored."""
    from dossiers import eventful

    return eventful(stocked)


@pytest.fixture
def heir_dossier(stocked: "Workbench") -> "Dossier":
    """A version that continues from an imported one."""
    from dossiers import heir

    return heir(stocked)


@pytest.fixture
def dataset_dossier(stocked: "Workbench") -> "DatasetDossier":
    """The dataset ``identity``."""
    from dossiers import dataset_dossier_of

    return dataset_dossier_of(stocked, "identity")
