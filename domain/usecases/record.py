"""The path that every change takes: one consistent view, one pure decision, one append."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from oneseek.domain.decisions import Decision
from oneseek.domain.entry import Entry
from oneseek.domain.errors import OneSeekError, StaleRead
from oneseek.domain.events import Event
from oneseek.domain.many import group
from oneseek.domain.ports import Ports, View
from oneseek.domain.registry import REGISTRY
from oneseek.domain.stored import Receipt
from oneseek.domain.values import MAX_COUNT, format_time

_ATTEMPTS = 20


def record(
    ports: Ports, decide: Callable[[View], Decision], *, attempts: int = _ATTEMPTS
) -> Receipt | None:
    """Decide on a consistent view and append what was decided; None when nothing was.

    When a stream that the decision read has moved on, the decision is made again on the new state:
    it may come out differently, or raise. ``attempts=1`` gives a stale read to the caller.

    Raises:
        StaleRead: others were first ``attempts`` times in a row.
        whatever ``decide`` and :meth:`Ledger.append` raise.
    """
    for _ in range(attempts - 1):
        try:
            return _attempt(ports, decide)
        except StaleRead:
            continue
    return _attempt(ports, decide)


def _attempt(ports: Ports, decide: Callable[[View], Decision]) -> Receipt | None:
    with ports.ledger.view() as view:
        decision = decide(view)
        if not decision.events:
            return None
        streams = decision.reads | {event.stream for event in decision.events}
        expect = {stream: view.version(stream) for stream in sorted(streams)}
    time = decision.time or format_time(ports.clock.now())

    def entries() -> Iterator[Entry]:
        following = dict(expect)
        for event in decision.events:
            stream = event.stream
            following[stream] = version = following[stream] + 1
            yield REGISTRY.entry(event, stream_version=version, time=time, actor=ports.actor)

    return ports.ledger.append(group(len(decision.events), entries), expect)


@contextmanager
def carrying_out(receipt: Receipt | None) -> Iterator[None]:
    """Have an error in the block say that what was decided is recorded, where it was.

    Raises: what the block raises, with other words.
    """
    try:
        yield
    except OneSeekError as error:
        if receipt is not None:
            error.message = f"recorded, but {error.message}"
            error.hint = f"{error.hint or 'mend it'}; the same command again finishes it"
        raise


def require_recordable(ports: Ports, event: Event) -> None:
    """Refuse an event that no entry could hold, before anything is kept for it.

    ``event`` may be a draft: what is not known yet stands for itself at its greatest length.

    Raises:
        InvalidInput: a text in it is too long, or not Unicode.
    """
    time = format_time(ports.clock.now())
    REGISTRY.encode(REGISTRY.entry(event, stream_version=MAX_COUNT, time=time, actor=ports.actor))


def new_id(ports: Ports) -> str:
    """Return a fresh identity: the date for the reader's eye, then 64 random bits.

    An identity says nothing about the world: it need not be reproducible, only unique.
    """
    return f"{ports.clock.now():%Y%m%d}-{ports.entropy.token(8).hex()}"
