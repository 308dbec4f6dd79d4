"""Errors, one class per person who must act.

Operations raise these and nothing else on purpose; ``cli/main.py`` catches them once and turns
them into one sentence and the exit code that the class carries. Audits do not raise: they collect
:class:`~oneseek.domain.findings.Finding` values.

Exit codes: 0 ok, 1 something was found, 2 bad input, 3 not found, 4 conflict or locked, 5 an
outside service (disk, network, library) failed, 6 could not be checked here, 10 the ledger itself
is broken, 130 interrupted.
"""

from typing import ClassVar


class OneSeekError(Exception):
    """Base of every error that is meant for a person.

    ``message`` is one sentence: what was wrong and where. ``hint`` says what to do about it.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class FoundDamage(OneSeekError):
    """Bytes are not what the ledger says they are: somebody must look."""

    exit_code = 1


class InvalidInput(OneSeekError):
    """The caller gave something that cannot be used: the caller must change it."""

    exit_code = 2


class Diverged(InvalidInput):
    """A training ran off into numbers that are none: another recipe is needed."""


class NotFound(OneSeekError):
    """The named thing does not exist here."""

    exit_code = 3


class ObjectAbsent(NotFound):
    """An object is not in the content store: perhaps a collection took it."""

    def __init__(self, digest: str, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.digest = digest


class Erased(NotFound):
    """The text was erased: its key is destroyed, and nobody can read it any more."""


class Conflict(OneSeekError):
    """Somebody else was first, or the state forbids it: look again, then decide again."""

    exit_code = 4


class StaleRead(Conflict):
    """A stream moved on between reading and writing: reading again is all it takes."""


class ServiceFailed(OneSeekError):
    """Something outside (disk, network, another program) failed: mend it and repeat."""

    exit_code = 5


class CannotCheck(OneSeekError):
    """The check needs something that is not here (a key, a library)."""

    exit_code = 6


class LedgerBroken(OneSeekError):
    """The ledger contradicts itself: nobody may write until it is understood."""

    exit_code = 10


class Interrupted(OneSeekError):
    """The person stopped it."""

    exit_code = 130


class ProofRefused(OneSeekError):
    """A proof does not prove what it says: distrust what came with it."""

    exit_code = 1
