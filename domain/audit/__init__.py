"""Audits: they look at everything, change nothing, and collect findings."""
