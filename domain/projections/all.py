"""Every projection that the generic runner keeps up to date."""

from oneseek.domain.projections.certified_tree import CERTIFIED_TREE
from oneseek.domain.projections.integrity_manifests import INTEGRITY_MANIFESTS
from oneseek.domain.projections.projection import Projection

PROJECTIONS: tuple[Projection, ...] = (CERTIFIED_TREE, INTEGRITY_MANIFESTS)
