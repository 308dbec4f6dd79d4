"""The names of files of collections: one for each database, and the databases by them."""

from pathlib import Path

from oneseek.adapters.documents.cache_paths import cache_name, remembered_projects
from oneseek.adapters.documents.firestore import store_name
from oneseek.adapters.projections.position import position_path

STORES = (
    "/srv/models/.oneseek/mirror.db",
    store_name("demo-one", "(default)", None),
    store_name("demo-one", "second", None),
    store_name("demo-one", "(default)", "127.0.0.1:8080"),
)


def test_every_database_has_names_of_its_own() -> None:
    names = {cache_name(store, name) for store in STORES for name in ("oqt_a", "oqt_b")}
    assert len(names) == 2 * len(STORES)
    assert not any("/" in name for name in names)


def test_the_projects_that_were_pushed_to_are_known_by_them(tmp_path: Path) -> None:
    for store in STORES:
        position_path(tmp_path, cache_name(store, "oqt_a")).touch()
    assert sorted(remembered_projects(tmp_path, "oqt_a")) == ["demo-one", "demo-one/second"]
    assert not list(remembered_projects(tmp_path, "oqt_b"))
    assert not list(remembered_projects(tmp_path / "none", "oqt_a"))
