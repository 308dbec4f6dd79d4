"""A subscription for databases that cannot call: it looks again, often and cheaply.

The library has none for SQLite. Reading starts after the last index seen, so nothing is missed
and nothing comes twice, whichever process wrote it.
"""

from collections import deque
from collections.abc import Sequence
from threading import Event

from eventsourcing.persistence import ApplicationRecorder, Notification, Subscription

_BATCH = 500
_PAUSE_SECONDS = 0.05


class PollingSubscription(Subscription[ApplicationRecorder]):
    """Yields notifications after ``gt`` in order, for ever; :meth:`stop` ends it at once."""

    def __init__(
        self, recorder: ApplicationRecorder, gt: int | None = None, topics: Sequence[str] = ()
    ) -> None:
        super().__init__(recorder, gt, topics)
        self._waiting: deque[Notification] = deque()
        self._stopped = Event()

    def stop(self) -> None:
        super().stop()
        self._stopped.set()

    def __next__(self) -> Notification:
        while not self._stopped.is_set():
            if not self._waiting:
                self._fetch()
            if self._waiting:
                return self._waiting.popleft()
            self._stopped.wait(_PAUSE_SECONDS)
        raise StopIteration

    def _fetch(self) -> None:
        seen = self._last_notification_id or 0
        # Read first: what is appended after it is looked for next time.
        newest = self._recorder.max_notification_id() or 0
        found = self._recorder.select_notifications(
            start=seen,
            limit=_BATCH,
            topics=self._topics,
            inclusive_of_start=False,
        )
        self._waiting.extend(found)
        if found:
            seen = found[-1].id
        if len(found) < _BATCH:
            # Everything up to here was looked at, whatever its kind: it is not read again.
            seen = max(seen, newest)
        self._last_notification_id = seen
