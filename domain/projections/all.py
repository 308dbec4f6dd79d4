"""Every projection that the generic runner keeps up to date."""

from oneseek.domain.projections.certified_tree import CERTIFIED_TREE
from oneseek.domain.projections.integrity_manifests import INTEGRITY_MANIFESTS
from oneseek.domain.projections.legacy_tree import LEGACY_OQT_TREE, LEGACY_TREE
from oneseek.domain.projections.projection import Projection

PROJECTIONS: tuple[Projection, ...] = (CERTIFIED_TREE, INTEGRITY_MANIFESTS)
"""Those that every workspace has."""
LEGACY_PROJECTIONS: tuple[Projection, ...] = (LEGACY_TREE, LEGACY_OQT_TREE)
"""Those of ``[projections] legacy_tree`` in the settings."""
ALL_PROJECTIONS: tuple[Projection, ...] = (*PROJECTIONS, *LEGACY_PROJECTIONS)
