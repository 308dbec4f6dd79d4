"""The versions of the projections, apart from what they do.

Every read-only command asks whether a target is behind; these numbers and the position answer it
without loading a fold or a renderer.
"""

VERSIONS = {
    "certified-tree": 3,
    "integrity-manifests": 2,
}
"""By name. Raised when a projection's ``step`` or ``render`` changes its meaning: the next run
starts from zero."""

OPTIONAL_VERSIONS = {
    "legacy-tree": 3,
    "legacy-oqt-tree": 3,
}
"""The same of the projections that a workspace has only where its settings say so."""

COLLECTION_VERSIONS = {
    "oqt_queries": 1,
    "oqt_training_events": 1,
    "oqt_metrics": 1,
    "oqt_provenance": 1,
    "oqt_ledger": 1,
}
"""The same of the projections into a database of documents, by the name of the collection."""
