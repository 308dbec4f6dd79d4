"""The ledger: a gapless, append-only, signed Merkle log.

``sequencer`` and ``sql*`` hold what every database has in common; ``sqlite_*`` is the embedded
default, ``postgres_*`` the second one, ``memory_*`` for tests, and ``location`` says which.
Reading needs the standard library or the driver alone, so that ``log`` and ``current`` start fast;
writing (``*_recorder``) goes through the ``eventsourcing`` library and is loaded late.
"""
