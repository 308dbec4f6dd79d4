"""How long a service may take. The library's own defaults repeat for two minutes and more."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from google.cloud.storage.retry import DEFAULT_RETRY


@dataclass(frozen=True, slots=True)
class Patience:
    """All in seconds."""

    connect: float = 4.0
    answer: float = 20.0
    """Until the next bytes of an answer."""
    first: float = 8.0
    """Until the first answer of all, however often it was asked for."""
    total: float = 30.0
    """Without any progress, however often a request was repeated."""

    @property
    def timeout(self) -> tuple[float, float]:
        """What the library takes for one request."""
        return self.connect, self.answer

    @property
    def retry(self) -> Any:
        """What the library takes for repeating: 429, 5xx and broken connections, for ``total``."""
        return DEFAULT_RETRY.with_timeout(self.total).with_delay(
            initial=min(0.2, self.total / 10), maximum=2.0, multiplier=2.0
        )

    def persist(self, work: Callable[[], None]) -> None:
        """Do ``work``, again and again while it fails in a way that may pass."""
        self.retry(work)()


PATIENCE = Patience()


def passing(error: Exception) -> bool:
    """Say whether repeating may help, as the library sees it."""
    return bool(DEFAULT_RETRY._predicate(error))
