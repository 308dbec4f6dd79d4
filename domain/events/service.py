"""Events of serving people: a question was answered, a text was erased."""

from typing import ClassVar

from oneseek.domain.digest import Digest
from oneseek.domain.events.base import Event
from oneseek.domain.values import Count


class QueryAnswered(Event, frozen=True):
    """A question was answered, and by exactly what. The texts are sealed objects."""

    kind: ClassVar[str] = "query-answered/v1"
    query: str
    version: Digest | None
    """Manifest of the version that answered; None when the base model answered alone."""
    base: Digest
    question: Digest
    answer: Digest
    prompt_format: str
    prompt_tokens: Count
    answer_tokens: Count
    duration_ms: Count

    @property
    def stream(self) -> str:
        return f"query:{self.query}"


class TextErased(Event, frozen=True):
    """The keys of a query's sealed texts were destroyed. The digests stay, the texts are gone."""

    kind: ClassVar[str] = "text-erased/v1"
    query: str
    objects: tuple[Digest, ...]
    reason: str

    @property
    def stream(self) -> str:
        return f"query:{self.query}"
