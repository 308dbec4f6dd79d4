"""The versions that read-only commands look at are those of the projections."""

from oneseek.domain.projections.all import ALL_PROJECTIONS, LEGACY_PROJECTIONS, PROJECTIONS
from oneseek.domain.projections.collections.all import COLLECTIONS
from oneseek.domain.projections.versions import COLLECTION_VERSIONS, OPTIONAL_VERSIONS, VERSIONS


def test_every_projection_has_its_version_in_the_table_and_no_other_is_there() -> None:
    assert {item.name: item.version for item in PROJECTIONS} == VERSIONS
    assert {item.name: item.version for item in LEGACY_PROJECTIONS} == OPTIONAL_VERSIONS
    assert {item.name: item.version for item in COLLECTIONS} == COLLECTION_VERSIONS


def test_the_table_names_the_projections_in_the_order_in_which_they_run() -> None:
    assert [item.name for item in ALL_PROJECTIONS] == [*VERSIONS, *OPTIONAL_VERSIONS]
    assert [item.name for item in COLLECTIONS] == [*COLLECTION_VERSIONS]
