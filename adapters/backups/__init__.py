"""The places where backups lie: folders, what fsspec reaches, and Google Cloud Storage.

* :mod:`~oneseek.adapters.backups.opening`: the place that a text names: ``local``, ``firebase``, or
  a URL.
* :mod:`~oneseek.adapters.backups.storage_place`: Firebase Storage and other buckets of Google, with
  uploads that go on where they were cut off.
"""
