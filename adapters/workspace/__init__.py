"""The workspace on disk: where things lie, its settings, locks and scratch space."""
