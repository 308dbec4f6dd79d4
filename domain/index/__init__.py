"""The verifiable index: for every stream all of its entries, under one root (decision 0018).

The ledger's own tree proves that an entry is there. It cannot show that there is *no* entry: that
nothing was activated between two moments. For that the entries of each stream are put into a log
of their own, the sub-log, and a map gives for every stream the length and root of its sub-log::

    sub-log leaf   8-byte big-endian index ‖ 32-byte leaf hash of the entry, in stream order
    sub-log        the RFC 6962 tree over these
    map            SHA-256(stream name) → 8-byte big-endian length ‖ 32-byte root of the sub-log

The root of the map is an ordinary entry, ``index-logged/v1``. From then on consecutive entries of
a stream are shown to be consecutive, the last one to be the last, and a stream to have no entries.

- :mod:`~oneseek.domain.index.sublog`, :mod:`~oneseek.domain.index.stream_map`: the structures;
- :mod:`~oneseek.domain.index.building`: from a ledger's entries, proved to be under its root;
- :mod:`~oneseek.domain.index.proof_file`: the file that is handed to others;
- :mod:`~oneseek.domain.index.parts`, :mod:`~oneseek.domain.index.answering`,
  :mod:`~oneseek.domain.index.checking`: checking it offline;
- :mod:`~oneseek.domain.index.activity`, :mod:`~oneseek.domain.index.telling`,
  :mod:`~oneseek.domain.index.saying`: what entries and proofs say, in order and in words.
"""
