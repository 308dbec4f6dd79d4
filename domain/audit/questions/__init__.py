"""The questions of an audit, one per file.

Each folds over all entries once, keeping only what it needs, and ends in an
:class:`~oneseek.domain.audit.answers.Answer`.
"""
