"""The connection to Firestore: every request with a deadline of ours, repeated where that helps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import grpc
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore_v1 import types
from google.cloud.firestore_v1.services.firestore import FirestoreClient
from google.cloud.firestore_v1.services.firestore.transports import FirestoreGrpcTransport

from oneseek.adapters.documents.credentials import find_credentials
from oneseek.adapters.documents.deadlines import Deadlines, repeated
from oneseek.adapters.documents.firestore_trouble import (
    ERRORS,
    FAILED_GUARDS,
    explain,
    worth_repeating,
)
from oneseek.domain.errors import InvalidInput

T = TypeVar("T")

_PAGE_BYTES = 4 * 1024 * 1024
_CHANNEL = (
    ("grpc.max_send_message_length", -1),
    ("grpc.max_receive_message_length", -1),
    # A connection that died silently is noticed, and another one tried soon.
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 3_000),
)


@dataclass(frozen=True, slots=True)
class Target:
    """Which database, and whether an emulator stands in for it."""

    project: str
    database: str
    emulator: str | None

    @property
    def path(self) -> str:
        """The database as requests name it."""
        return f"projects/{self.project}/databases/{self.database}"

    def __str__(self) -> str:
        database = "" if self.database == "(default)" else f", database {self.database}"
        emulator = f" (the emulator at {self.emulator})" if self.emulator else ""
        return f"Firestore, project {self.project}{database}{emulator}"


class Calls:
    """Requests to one database. Each raises our errors only."""

    def __init__(self, target: Target, credentials: Path | None, deadlines: Deadlines) -> None:
        self.target = target
        self.root = f"{target.path}/documents"
        self.deadlines = deadlines
        self._metadata = [("google-cloud-resource-prefix", target.path)]
        if target.emulator:
            # Without a token of this name the emulator applies the rules for users.
            self._metadata.append(("authorization", "Bearer owner"))
            options = [*_CHANNEL, ("grpc.enable_http_proxy", 0)]
            channel = grpc.insecure_channel(target.emulator, options=options)
        else:
            channel = FirestoreGrpcTransport.create_channel(
                credentials=find_credentials(credentials, deadlines.contact), options=_CHANNEL
            )
        # The credentials are in the channel; given here they keep the library from looking.
        self._transport = FirestoreGrpcTransport(
            channel=channel,
            credentials=AnonymousCredentials(),  # type: ignore[no-untyped-call]
        )
        self._api = FirestoreClient(transport=self._transport)

    def documents(self, names: Sequence[str], seconds: float | None = None) -> list[Any]:
        """Return those of the named documents that exist, all as of one moment, in no order."""
        pb = types.BatchGetDocumentsRequest.pb()
        request = types.BatchGetDocumentsRequest.wrap(
            pb(database=self.target.path, documents=names)
        )

        def attempt(timeout: float) -> list[Any]:
            answers = self._api.batch_get_documents(request, **self._options(timeout))
            found = (types.BatchGetDocumentsResponse.pb(answer) for answer in answers)
            return [answer.found for answer in found if answer.HasField("found")]

        return self._repeated(attempt, seconds)

    def page(self, query: Any, limit: int) -> tuple[list[Any], bool]:
        """Return the first documents of a query, and whether there may be more.

        The page is full after ``limit`` documents, or as many as fill a few megabytes.
        """
        query.limit.value = limit
        pb = types.RunQueryRequest.pb()
        request = types.RunQueryRequest.wrap(pb(parent=self.root, structured_query=query))

        def attempt(timeout: float) -> tuple[list[Any], bool]:
            found, size = [], 0
            stream = self._api.run_query(request, **self._options(timeout))
            for answer in map(types.RunQueryResponse.pb, stream):
                if answer.HasField("document"):
                    found.append(answer.document)
                    size += answer.document.ByteSize()
                if size >= _PAGE_BYTES:
                    stream.cancel()  # type: ignore[attr-defined]
                    return found, True
            return found, len(found) == limit

        return self._repeated(attempt)

    def count(self, query: Any) -> int:
        """Return how many documents a query has."""
        pb = types.RunAggregationQueryRequest.pb()
        message = pb(parent=self.root)
        message.structured_aggregation_query.structured_query.CopyFrom(query)
        wanted = message.structured_aggregation_query.aggregations.add(alias="n")
        wanted.count.SetInParent()
        request = types.RunAggregationQueryRequest.wrap(message)

        def attempt(timeout: float) -> int:
            stream = self._api.run_aggregation_query(request, **self._options(timeout))
            answers = [types.RunAggregationQueryResponse.pb(answer) for answer in stream]
            return sum(answer.result.aggregate_fields["n"].integer_value for answer in answers)

        return self._repeated(attempt)

    def commit(self, writes: Sequence[Any], refused: Callable[[bool], Any] | None) -> Any:
        """Send one commit; return the answer.

        Where its condition fails, the result is what ``refused`` returns or raises; it is told
        whether an earlier attempt may have taken effect. (None: there is no condition.)
        """
        pb = types.CommitRequest.pb()
        try:
            request = types.CommitRequest.wrap(pb(database=self.target.path, writes=writes))
        except (ValueError, TypeError):
            raise InvalidInput(f"{self.target} does not take this: no message holds it") from None
        uncertain = False

        def attempt(timeout: float) -> Any:
            nonlocal uncertain
            try:
                answer = self._api.commit(request, **self._options(timeout))
            except FAILED_GUARDS:
                if refused is None:
                    raise
                return refused(uncertain)
            except Exception as error:
                uncertain |= worth_repeating(error)
                raise
            return types.CommitResponse.pb(answer)

        return self._repeated(attempt)

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()  # type: ignore[no-untyped-call]

    def _options(self, timeout: float) -> dict[str, Any]:
        return {"retry": None, "timeout": timeout, "metadata": self._metadata}

    def _repeated(self, attempt: Callable[[float], T], seconds: float | None = None) -> T:
        seconds = self.deadlines.call if seconds is None else seconds
        try:
            return repeated(attempt, worth_repeating, seconds, self.deadlines.attempt)
        except ERRORS as error:
            raise explain(error, str(self.target), seconds) from None
