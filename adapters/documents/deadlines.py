"""Deadlines of our own, because a library's are minutes or none.

With the defaults of google-cloud-firestore a dead endpoint blocks one write for a minute and a
count for five; looking for credentials may wait for a metadata server that does not exist.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How many seconds things may take in all, their repetitions included."""

    contact: float = 20.0
    """Finding credentials and the first answer of a service: somebody is waiting."""
    call: float = 60.0
    """One commit, one document, one page of a walk, one count."""
    attempt: float = 20.0
    """One attempt at any of them: a connection that fell silent is given up, and opened anew."""


class TooLate(Exception):
    """The deadline has passed."""


def within(seconds: float, work: Callable[[], T]) -> T:
    """Return what ``work`` returns, or raise what it raises, if that takes ``seconds`` at most.

    It goes on in a thread that nobody waits for: use this for work that changes nothing.

    Raises:
        TooLate: it has not ended.
    """
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not done:
        raise TooLate
    return done[0]


def repeated(
    attempt: Callable[[float], T],
    again: Callable[[BaseException], bool],
    seconds: float,
    longest: float,
) -> T:
    """Call ``attempt`` with the seconds that it has, until it returns or ``seconds`` have passed.

    ``longest`` is what one attempt may take. It is repeated, after growing pauses, when ``again``
    says of its error that it may help; any other error, and the last one, is raised as it is.
    """
    from google.api_core.exceptions import RetryError
    from google.api_core.retry import Retry

    end = time.monotonic() + seconds

    def once() -> T:
        return attempt(min(longest, max(end - time.monotonic(), 0.001)))

    try:
        repeat = Retry(predicate=again, initial=0.1, maximum=3.0, multiplier=2.0, timeout=seconds)
        result: T = repeat(once)()
    except RetryError as error:
        raise error.cause or error from None
    return result
