"""What all events share: a stable kind, and the stream that they belong to."""

from typing import ClassVar

from msgspec import Struct


class Event(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every event body.

    ``kind`` outlives renames of the class: it is what entries carry. ``stream`` is the identity
    whose history the event extends; two writers on one stream cannot both win.
    """

    kind: ClassVar[str] = ""

    @property
    def stream(self) -> str:
        """The stream's full identity, for instance ``version:<manifest digest>``."""
        raise NotImplementedError
