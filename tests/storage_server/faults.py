"""What shall go wrong, and when: each fault waits for the next requests of its kind.

Kinds: ``bucket``, ``list``, ``get``, ``insert`` (an object in one request), ``start`` (of a
resumable upload), ``put`` (a piece of one), ``ask`` (how much of one has arrived), ``download``,
``delete``.
"""

from dataclasses import dataclass, field
from threading import Event, Lock


@dataclass
class Fault:
    """One thing that goes wrong; what is not set goes well."""

    status: int | None = None
    """Answer this, and do nothing."""
    cut: int | None = None
    """Take or send this many bytes of the body, then cut the connection."""
    unseen: bool = False
    """Cut the connection before anything is done."""
    lost: bool = False
    """Do it, but cut the connection instead of answering."""
    seconds: float = 0.0
    """Wait this long before answering."""
    gone: bool = False
    """Forget the upload, and say so."""
    garbled: bool = False
    """Change a bit on the way: whoever sent a checksum with it is refused."""
    flip: bool = False
    """Change a bit after it was accepted; what is stated is the checksum of what lies there."""
    stated: str | None = None
    """State this CRC32C from now on."""
    hang: int | None = None
    """Take this many bytes of the body, say so by ``hanging``, and wait for the other's end."""
    hanging: Event = field(default_factory=Event)


class Script:
    """The faults to come, and what was asked of the server so far."""

    def __init__(self) -> None:
        self._coming: list[tuple[str, Fault]] = []
        self._at: dict[int, Fault] = {}
        self._then: Fault | None = None
        self._lock = Lock()
        self.requests: list[str] = []
        self.bytes_taken = 0
        """Bytes of objects that arrived, those of cut requests as well."""

    def next(self, kind: str, fault: Fault, times: int = 1) -> Fault:
        """Let the next ``times`` requests of a kind go wrong."""
        with self._lock:
            self._coming += [(kind, fault)] * times
        return fault

    def at(self, number: int, fault: Fault, then: Fault | None = None) -> None:
        """Let request ``number`` from now, from 0, go wrong; with ``then`` all after it too."""
        with self._lock:
            self._at[len(self.requests) + number] = fault
            self._then = then

    def forget(self) -> None:
        """Let everything go well from now on."""
        with self._lock:
            self._coming.clear()
            self._at.clear()
            self._then = None

    def take(self, kind: str) -> Fault:
        """Return what shall happen to a request of this kind."""
        with self._lock:
            here = len(self.requests)
            self.requests.append(kind)
            if here in self._at:
                return self._at[here]
            if self._then is not None and self._at and here > min(self._at):
                return self._then
            for number, (wanted, fault) in enumerate(self._coming):
                if wanted == kind:
                    del self._coming[number]
                    return fault
        return Fault()

    @property
    def left(self) -> int:
        """Faults that have not happened."""
        return len(self._coming)

    def took(self, size: int) -> None:
        with self._lock:
            self.bytes_taken += size
