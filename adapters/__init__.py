"""Everything that touches the world: databases, files, keys, torch, terminals.

Each sub-package implements one port of :mod:`oneseek.domain.ports`. Adapters know the domain; the
domain does not know them, and they are put together in :mod:`oneseek.cli` only.
"""
