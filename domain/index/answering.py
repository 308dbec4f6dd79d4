"""The answers that the shown entries give to the question of a history proof.

Every function raises :class:`~oneseek.domain.errors.ProofRefused` where too little is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from oneseek.domain.errors import ProofRefused
from oneseek.domain.events import VersionCertified, VersionImported, VersionNumbered
from oneseek.domain.index.activity import (
    REGISTRY_STREAM,
    ActiveState,
    Subject,
    state_after,
    states,
    was_active,
)
from oneseek.domain.index.parts import ShownStream
from oneseek.domain.index.proof_file import ActiveAt, HistoryOf, NeverActive, Question
from oneseek.domain.index.telling import Happening, happenings

Beginning = VersionCertified | VersionImported
"""The first entry of a version's stream."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was active; or of which version something is said, and its history if asked for."""

    state: ActiveState | None = None
    subject: Subject | None = None
    certified: int | None = None
    """The entry that certified or imported the version; None: none of those indexed has."""
    told: tuple[Happening, ...] = ()


def answer(question: Question, streams: Sequence[ShownStream]) -> Answer:
    """Return the answer; ``streams`` are exactly those that the question is about, in order."""
    match question:
        case ActiveAt():
            (registry,) = _named(streams, REGISTRY_STREAM)
            known = _known_states(registry, question.at.size, question.at.size)
            return Answer(state=state_after(known, question.at.size))
        case NeverActive():
            return _never_active(question, streams)
        case _:
            return _history(question, streams)


def version_stream(manifest: str) -> str:
    """Return the stream of the version with this manifest."""
    return f"version:{manifest}"


def _named(streams: Sequence[ShownStream], *names: str) -> Sequence[ShownStream]:
    if [shown.stream for shown in streams] != list(names):
        raise ProofRefused(f"the proof must show the streams {', '.join(names)}, and shows others")
    return streams


def _known_states(registry: ShownStream, since: int, until: int) -> list[ActiveState]:
    """Return the states of the registry from ``since`` to ``until`` entries, without a gap."""
    known = states(registry.entries, from_the_first=registry.begins)
    if state_after(known, since) is None:
        raise ProofRefused(f"the proof does not show what was active after {since} entries")
    if not registry.ends and (not registry.entries or registry.entries[-1][0] < until):
        raise ProofRefused(
            f"the proof breaks off before {until} entries: the stream {registry.stream} goes on"
        )
    return known


def _never_active(question: NeverActive, streams: Sequence[ShownStream]) -> Answer:
    since, until = question.since.size, question.until.size
    if since > until:
        raise ProofRefused(f"the time from {since} to {until} entries runs backwards")
    certified = None
    if question.manifest is None:
        if question.dna is None:
            raise ProofRefused("the proof names no version")
        (registry,) = _named(streams, REGISTRY_STREAM)
    else:
        own, registry = _named(streams, version_stream(question.manifest), REGISTRY_STREAM)
        if own.count:
            certified = _certification(own, question.manifest, question.dna)[0]
        elif question.dna is not None:
            raise ProofRefused(f"nothing shows that {question.dna} is a name of this version")
    subject = Subject(question.manifest, question.dna)
    require_never_active(_known_states(registry, since, until), subject, since, until)
    return Answer(subject=subject, certified=certified)


def require_never_active(
    known: Sequence[ActiveState], subject: Subject, since: int, until: int
) -> None:
    """Refuse, with the entry that shows it, what was active after ``since`` to ``until`` entries.

    Raises:
        ProofRefused: ``subject`` was.
    """
    active = was_active(known, subject, since, until)
    if active is not None:
        raise ProofRefused(
            f"{subject} was active between {since} and {until} entries: entry {active.index} of "
            f"{active.time} activated it"
        )


def _history(question: HistoryOf, streams: Sequence[ShownStream]) -> Answer:
    own = streams[0] if streams else ShownStream("", 0, 0, ())
    certified, event = _certification(own, question.manifest, question.dna)
    training = None if isinstance(event, VersionImported) else event.training
    trained = () if training is None else (f"training:{training}", f"line:{event.language}")
    named = version_stream(question.manifest), *trained, REGISTRY_STREAM
    own, *between, registry = _named(streams, *named)
    for shown in (own, *between[:1]):
        if not (shown.begins and shown.ends):
            raise ProofRefused(f"the proof does not show the whole stream {shown.stream}")
    for line in between[1:]:
        numbers = [e.body for _, e in line.entries if isinstance(e.body, VersionNumbered)]
        if not (line.begins and line.ends) and training not in {n.training for n in numbers}:
            raise ProofRefused(f"the proof does not show which number {question.dna} was given")
    from_before = registry.entries and registry.entries[0][0] < certified
    if not (registry.ends and (registry.begins or from_before)):
        raise ProofRefused("the proof does not show all of the registry since the certification")
    entries = (indexed for shown in (own, *between, registry) for indexed in shown.entries)
    return Answer(
        subject=Subject(question.manifest, question.dna),
        certified=certified,
        told=tuple(happenings(entries, question.manifest, training)),
    )


def _certification(own: ShownStream, manifest: str, dna: str | None) -> tuple[int, Beginning]:
    """Return index and event of the certification or import, the first entry of a stream."""
    index, entry = own.entries[0] if own.begins and own.entries else (-1, None)
    event = entry.body if entry else None
    if isinstance(event, Beginning) and (event.manifest, event.dna) == (manifest, dna):
        return index, event
    raise ProofRefused(f"the proof does not show that {dna} is the version {manifest}")
