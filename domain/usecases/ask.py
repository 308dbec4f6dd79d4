"""Asking: the answer, and a record that names exactly what answered."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from oneseek.domain.decisions import Decision
from oneseek.domain.errors import Conflict, InvalidInput
from oneseek.domain.events import QueryAnswered
from oneseek.domain.ports import Ports
from oneseek.domain.prompt import PROMPT_FORMAT
from oneseek.domain.state.documents import BaseModel, Version
from oneseek.domain.usecases.record import new_id, record

MAX_QUESTION = 10_000
"""Characters, as the original service allowed."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model wrote, with counts in tokens."""

    text: str
    prompt_tokens: int
    answer_tokens: int


@dataclass(frozen=True, slots=True)
class Answered:
    """A recorded answer; ``index`` is the leaf of its query-answered entry."""

    query: str
    text: str
    index: int
    answer_tokens: int
    duration_ms: int


def check_question(question: str) -> str:
    """Return ``question`` if it can be asked.

    Raises:
        InvalidInput: it is empty, longer than 10,000 characters, holds a NUL, or is not Unicode.
    """
    try:
        question.encode()
    except UnicodeEncodeError:
        raise InvalidInput("the question is not valid Unicode text") from None
    if not question.strip():
        raise InvalidInput("the question is empty")
    if len(question) > MAX_QUESTION or "\x00" in question:
        raise InvalidInput(f"a question has at most {MAX_QUESTION} characters, and no NUL")
    return question


def ask(
    ports: Ports,
    *,
    question: str,
    base: BaseModel,
    version: Version | None,
    generate: Callable[[str], Reply],
) -> Answered:
    """Let ``generate`` answer and record question and answer as sealed objects.

    Raises:
        InvalidInput: the question cannot be asked.
        Conflict: the version was withdrawn; nothing was asked.
    """
    check_question(question)
    if version is not None and version.withdrawn is not None:
        raise Conflict(f"{version.dna} was withdrawn by entry {version.withdrawn}")
    begun = ports.clock.now()
    reply = generate(question)
    # A clock that was set back meanwhile makes no negative time.
    duration = max(0, (ports.clock.now() - begun) // timedelta(milliseconds=1))
    # Sealed before the append: a crash in between leaves sealed objects that no entry names.
    event = QueryAnswered(
        query=new_id(ports),
        version=version.manifest if version else None,
        base=base.manifest,
        question=ports.vault.seal(question.encode()),
        answer=ports.vault.seal(reply.text.encode()),
        prompt_format=PROMPT_FORMAT,
        prompt_tokens=reply.prompt_tokens,
        answer_tokens=reply.answer_tokens,
        duration_ms=duration,
    )
    receipt = record(ports, lambda _: Decision((event,)))
    assert receipt is not None
    return Answered(event.query, reply.text, receipt.indices[0], reply.answer_tokens, duration)
