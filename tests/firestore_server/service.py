"""The service ``google.firestore.v1.Firestore``, as far as the client needs it."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
from google.cloud.firestore_v1 import types

from firestore_server.checks import Refused
from firestore_server.database import Database
from firestore_server.faults import Cable, Faults
from firestore_server.queries import run_query

_SERVICE = "google.firestore.v1.Firestore"
_CODES = {
    "unavailable": grpc.StatusCode.UNAVAILABLE,
    "cut": grpc.StatusCode.UNAVAILABLE,
    "exhausted": grpc.StatusCode.RESOURCE_EXHAUSTED,
}


class SmallFirestore:
    """The handlers of the methods; ``faults`` says what becomes of the next requests."""

    def __init__(self) -> None:
        self.database = Database()
        self.faults = Faults()
        self.host = ""
        self._cable: Cable | None = None
        self._ended = threading.Event()

    @contextmanager
    def running(self) -> Iterator["SmallFirestore"]:
        """Serve on an address of this machine, ``host``, while the block lasts."""
        server = grpc.server(ThreadPoolExecutor(8))
        server.add_generic_rpc_handlers((self._handlers(),))
        self._cable = Cable(server.add_insecure_port("127.0.0.1:0"))
        self.host = f"127.0.0.1:{self._cable.port}"
        server.start()
        try:
            yield self
        finally:
            self._ended.set()
            self._cable.close()
            server.stop(None).wait()

    def _handlers(self) -> grpc.GenericRpcHandler:
        def unary(method: str, request: Any, work: Callable[[Any], Any]) -> Any:
            return grpc.unary_unary_rpc_method_handler(
                lambda message, context: self._served(method, work, message, context),
                request.pb().FromString,
                lambda answer: answer.SerializeToString(),
            )

        def stream(method: str, request: Any, work: Callable[[Any], list[Any]]) -> Any:
            return grpc.unary_stream_rpc_method_handler(
                lambda message, context: iter(self._served(method, work, message, context)),
                request.pb().FromString,
                lambda answer: answer.SerializeToString(),
            )

        return grpc.method_handlers_generic_handler(
            _SERVICE,
            {
                "Commit": unary("Commit", types.CommitRequest, self._commit),
                "GetDocument": unary("GetDocument", types.GetDocumentRequest, self._get),
                "BatchGetDocuments": stream(
                    "BatchGetDocuments", types.BatchGetDocumentsRequest, self._batch_get
                ),
                "RunQuery": stream("RunQuery", types.RunQueryRequest, self._query),
                "RunAggregationQuery": stream(
                    "RunAggregationQuery", types.RunAggregationQueryRequest, self._aggregate
                ),
            },
        )

    def _served(self, method: str, work: Callable[[Any], Any], message: Any, context: Any) -> Any:
        assert self._cable is not None
        fault = self.faults.next(method)
        if fault == "hang":
            self._ended.wait(30)
        if fault in _CODES:
            self.faults.let_others_act()
            if fault == "cut":
                self._cable.cut()
            context.abort(_CODES[fault], f"scripted: {fault}")
        try:
            answer = work(message)
        except Refused as error:
            context.abort(grpc.StatusCode[error.code], error.words)
        if fault in ("lost", "cut after"):
            self.faults.let_others_act()
            if fault == "cut after":
                self._cable.cut()
            context.abort(grpc.StatusCode.UNAVAILABLE, f"scripted: {fault}")
        return answer

    def _commit(self, request: Any) -> Any:
        results, moment = self.database.commit(request.writes)
        return types.CommitResponse.pb()(write_results=results, commit_time=moment)

    def _get(self, request: Any) -> Any:
        found = self.database.get(request.name)
        if found is None:
            raise Refused("NOT_FOUND", f"{request.name} not found")
        return found

    def _batch_get(self, request: Any) -> list[Any]:
        answer = types.BatchGetDocumentsResponse.pb()
        with self.database.lock:
            moment = self.database.now()
            found = {name: self.database.get(name) for name in request.documents}
        return [
            answer(found=document, read_time=moment)
            if document is not None
            else answer(missing=name, read_time=moment)
            for name, document in found.items()
        ]

    def _query(self, request: Any) -> list[Any]:
        answer = types.RunQueryResponse.pb()
        found, moment = self._found(request.parent, request.structured_query)
        return [answer(document=document, read_time=moment) for document in found] or [
            answer(read_time=moment)
        ]

    def _aggregate(self, request: Any) -> list[Any]:
        query = request.structured_aggregation_query
        found, moment = self._found(request.parent, query.structured_query)
        answer = types.RunAggregationQueryResponse.pb()(read_time=moment)
        for wanted in query.aggregations:
            if not wanted.HasField("count"):
                raise Refused("UNIMPLEMENTED", "only counts here")
            answer.result.aggregate_fields[wanted.alias].integer_value = len(found)
        return [answer]

    def _found(self, parent: str, query: Any) -> tuple[list[Any], Any]:
        with self.database.lock:
            documents = self.database.of(f"{parent}/{query.from_[0].collection_id}")
            return run_query(query, documents), self.database.now()
