"""The ledger on disk: a gapless, append-only, signed Merkle log.

``sequencer`` holds what every database has in common; ``sqlite_*`` is the embedded default.
Reading (``sqlite_reader``) needs the standard library alone, so that ``log`` and ``current`` start
fast; writing (``sqlite_recorder``) goes through the ``eventsourcing`` library and is loaded late.
"""
