"""What older records claim of an imported version, beside what we hold of it ourselves."""

from msgspec import Struct

from oneseek.domain.digest import Digest


class Imported(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What older records claim of a version, and where they lay."""

    claimed: str | None
    """The name that the records give it."""
    verdict: str
    reason: str
    record: Digest
    """Object: every claim with a verdict of its own."""
    adapters: int
    created: str | None
    """When it was made, as the records spell it; ``created_zone`` says how to read that."""
    created_zone: str | None
    source: str
    """Key of the :class:`~oneseek.domain.state.documents.LegacySource`."""
    path: str


_GRADES = {"verified by reconstruction": "verified"}


def grade(verdict: str) -> str:
    """Return the evidence grade of a verdict: how something was verified is in its reason."""
    return _GRADES.get(verdict, verdict)
