"""One line of an inventory: an entry of the source, and what was made of it."""

from msgspec import Struct

from oneseek.domain.digest import Digest
from oneseek.domain.findings import Finding
from oneseek.migrations.verdicts import Verdict

FILE, FOLDER, LINK, SPECIAL, UNREADABLE = "file", "folder", "link", "special", "unreadable"
UNCLASSIFIED = "unclassified"
QUARANTINED = "quarantined"


class Item(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """An entry of a source. Every entry is exactly one item."""

    path: str
    """Below the source, parts joined by ``/``; bytes that are no UTF-8 as ``\\xNN``, a backslash as
    two. The source itself, where it is a single file, is its name."""
    raw_path: str = ""
    """The path's bytes as base64, where ``path`` alone would not tell them."""
    type: str
    """``file``, ``folder``, ``link``, ``special`` (device, socket, pipe) or ``unreadable``, which
    a file is too that changed while it was read. Every ``file`` has a digest."""
    size: int = 0
    digest: Digest | None = None
    """SHA-256 of a file's bytes, taken before they were looked into. In a kept inventory it is
    absent where ``sealed`` stands: short texts could be guessed from it."""
    sealed: Digest | None = None
    """The sealed object with the bytes."""
    target: str = ""
    """Where a link leads, as written in it."""
    kind: str = UNCLASSIFIED
    """Name of its format, ``quarantined``, or a type that needs none (``folder``)."""
    verdict: Verdict = Verdict.ASSERTED
    reason: str = ""
    says: str = ""
    personal: bool = False
    findings: tuple[Finding, ...] = ()
