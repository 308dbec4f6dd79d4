"""Static logs: a ledger as files that any web server can host (https://c2sp.org/tlog-tiles).

``publishing`` writes one, ``mirroring`` follows somebody else's; both end in a ``folder``, so that
what was mirrored can be mirrored and published again. ``source`` and ``http_source`` read one,
``published`` believes of it what the signed checkpoint proves.
"""
