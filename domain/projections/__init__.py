"""Projections: everything that can be deleted and made again from events and objects.

A projection is one file: a pure ``step`` that folds events into documents, and a pure ``render``
that says what a document means in the target. The runner in ``adapters/projections`` compares and
writes; the same declaration serves follow, rebuild, verify and the replay of any past moment.
"""
