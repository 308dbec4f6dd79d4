"""The model of OneSeek Provenance: events, decisions, folds, proofs and names.

Everything in here is pure: no input or output, no clock, no randomness. What a function needs from
the world arrives as an argument; what it wants of the world leaves as a value or goes through a
port (:mod:`oneseek.domain.ports`). Only the standard library and ``msgspec`` are imported.
"""
