"""What other people's tools accept: one format per file.

A format turns the records of a version (:class:`~oneseek.domain.dossier.Dossier`) or of a dataset
into the bytes of one document. That is a pure function: the same records give the same bytes, times
come from entries, identifiers from digests, and what nobody recorded is absent. No document holds a
person's text, name or path; only digests of such things.
"""
