"""``oqt_queries``: questions and answers. Their texts come from the vault until they are erased."""

from typing import ClassVar

from msgspec.structs import replace

from oneseek.domain.digest import Digest
from oneseek.domain.entry import Entry
from oneseek.domain.events import (
    BaseModelRegistered,
    QueryAnswered,
    TextErased,
    VersionCertified,
    VersionImported,
)
from oneseek.domain.projections.collections.collection import Collection, Node, Rendered, Sealed
from oneseek.domain.projections.collections.ids import document_id
from oneseek.domain.projections.collections.labels import label, learn
from oneseek.domain.projections.collections.values import Mark, mark_fields, moment
from oneseek.domain.projections.versions import COLLECTION_VERSIONS
from oneseek.domain.state.store import Document, State

NAME = "oqt_queries"


class Answer(Document, frozen=True):
    """An answered question, by the id of its document."""

    table: ClassVar[str] = "answer"
    mark: Mark
    query: str
    version: str | None
    """Label of the version that answered; None when the base model answered alone."""
    manifest: Digest | None
    model: str | None
    """Name of the base model."""
    base: Digest
    question: Digest
    answer: Digest
    prompt_format: str
    prompt_tokens: int
    answer_tokens: int
    duration_ms: int
    erased: Mark | None = None
    gone: tuple[Digest, ...] = ()
    """Those of its two sealed objects whose keys were destroyed."""


def _step(state: State, index: int, entry: Entry) -> None:
    match entry.body:
        case QueryAnswered() as event:
            state.put(document_id(event.query), _answer(state, (entry.time, index), event))
        case TextErased(query=query, objects=objects):
            key = document_id(query)
            if known := state.get(Answer, key):
                own = (known.question, known.answer)
                gone = tuple(item for item in own if item in objects or item in known.gone)
                state.put(key, replace(known, erased=(entry.time, index), gone=gone))
        case body:
            learn(state, body)


def _answer(state: State, mark: Mark, event: QueryAnswered) -> Answer:
    return Answer(
        mark=mark,
        query=event.query,
        version=label(state, event.version),
        manifest=event.version,
        model=label(state, event.base),
        base=event.base,
        question=event.question,
        answer=event.answer,
        prompt_format=event.prompt_format,
        prompt_tokens=event.prompt_tokens,
        answer_tokens=event.answer_tokens,
        duration_ms=event.duration_ms,
    )


def _text(answer: Answer, digest: Digest) -> Node:
    return None if digest in answer.gone else Sealed(digest)


def _render(answer: Answer) -> Rendered:
    created, index = answer.mark
    updated = answer.erased[0] if answer.erased else created
    fields: dict[str, Node] = {
        "queryId": answer.query,
        "question": _text(answer, answer.question),
        "response": _text(answer, answer.answer),
        "confidence": None,
        "language": None,
        "metadata": {
            "tokens": answer.answer_tokens,
            "promptTokens": answer.prompt_tokens,
            "promptFormat": answer.prompt_format,
            "latency_ms": answer.duration_ms,
            "temperature": None,
        },
        "model": answer.model,
        "version": answer.version,
        "createdAt": moment(created),
        "updatedAt": moment(updated),
        "erased": mark_fields(answer.erased),
        "modelManifest": answer.base,
        "versionManifest": answer.manifest,
        "questionObject": answer.question,
        "responseObject": answer.answer,
        "ledgerIndex": index,
    }
    return Rendered(fields)


QUERIES = Collection(
    name=NAME,
    version=COLLECTION_VERSIONS[NAME],
    events=frozenset(
        {BaseModelRegistered, VersionCertified, VersionImported, QueryAnswered, TextErased}
    ),
    units=(Answer,),
    step=_step,
    render=_render,
)
