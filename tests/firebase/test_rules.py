"""firebase/firestore.rules on Google's emulator: who gets what, and who is refused."""

import base64
import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from firestore_emulator import NoEmulator, absence, official_emulator
from oneseek.domain.projections.collections.reads import READS, Read

NOT_TRIED = "the rules of Firestore are not tried on Google's emulator"
if reason := absence():
    pytest.skip(f"{NOT_TRIED}: {reason}", allow_module_level=True)

ROOT = Path(__file__).parents[2]
RULES = ROOT / "firebase" / "firestore.rules"
PROJECT = "demo-oneseek"
READABLE = ("oqt_training_events", "oqt_metrics", "oqt_provenance", "oqt_ledger", "oqt_projections")
PROJECTED = ("oqt_queries", *READABLE)
ALLOWED, REFUSED = 200, 403


def token(user: str) -> str:
    """Return what a signed-in app sends to an emulator: a token that nobody signed."""
    claims = {
        "iss": f"https://securetoken.google.com/{PROJECT}",
        "aud": PROJECT,
        "sub": user,
        "user_id": user,
        "iat": 0,
        "auth_time": 0,
        "exp": 3600,
        "firebase": {"sign_in_provider": "custom", "identities": {}},
    }
    parts = ({"alg": "none", "type": "JWT"}, claims)
    encoded = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts)
    return ".".join(item.rstrip("=") for item in encoded) + "."


class Client:
    """Firestore's REST interface as a person uses it: ``owner`` is the service."""

    def __init__(self, host: str, user: str | None) -> None:
        self._host = host
        self._headers = {"Content-Type": "application/json"}
        if user is not None:
            bearer = user if user == "owner" else token(user)
            self._headers["Authorization"] = f"Bearer {bearer}"

    def _ask(self, method: str, path: str, body: Any = None) -> int:
        connection = http.client.HTTPConnection(self._host, timeout=30)
        url = f"/v1/projects/{PROJECT}/databases/(default)/documents{path}"
        connection.request(method, url, json.dumps(body) if body else None, self._headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    def get(self, path: str) -> int:
        return self._ask("GET", f"/{path}")

    def list(self, collection: str) -> int:
        query = {"from": [{"collectionId": collection}], "limit": 5}
        return self._ask("POST", ":runQuery", {"structuredQuery": query})

    def ask(self, read: Read) -> int:
        """Issue one of the readers' queries."""
        filters = [
            {"fieldFilter": {"field": {"fieldPath": name}, "op": "EQUAL",
                             "value": {"stringValue": "ours"}}}
            for name in read.equal
        ]  # fmt: skip
        query = {
            "from": [{"collectionId": read.collection}],
            "orderBy": [{"field": {"fieldPath": read.latest}, "direction": "DESCENDING"}],
            "limit": 5,
        } | ({"where": {"compositeFilter": {"op": "AND", "filters": filters}}} if filters else {})
        return self._ask("POST", ":runQuery", {"structuredQuery": query})

    def create(self, collection: str, id: str, **fields: str) -> int:
        return self._ask("POST", f"/{collection}?documentId={id}", _document(fields))

    def set(self, path: str, **fields: str) -> int:
        """Replace a document as a whole."""
        return self._ask("PATCH", f"/{path}", _document(fields))

    def update(self, path: str, **fields: str) -> int:
        mask = "&".join(f"updateMask.fieldPaths={name}" for name in fields)
        return self._ask("PATCH", f"/{path}?{mask}", _document(fields))

    def delete(self, path: str) -> int:
        return self._ask("DELETE", f"/{path}")


def _document(fields: dict[str, str]) -> Any:
    return {"fields": {name: {"stringValue": value} for name, value in fields.items()}}


As = Callable[[str | None], Client]


@pytest.fixture(scope="module")
def as_user() -> Iterator[As]:
    with ExitStack() as stack:
        try:
            host = stack.enter_context(official_emulator(RULES))
        except NoEmulator as error:
            pytest.skip(f"{NOT_TRIED}: {error}")
        service = Client(host, "owner")
        for collection in PROJECTED:
            assert service.create(collection, "1", text="ours") == ALLOWED
        assert service.create("ai_interactions", "1", user_id="anna", question="Vem är du?") == 200
        assert service.create("ai_interactions", "2", question="Vad är klockan?") == ALLOWED
        assert service.create("admin_settings", "1", text="ours") == ALLOWED
        assert service.create("users", "anna", role="user", name="Anna") == ALLOWED
        assert service.create("users", "bo", name="Bo") == ALLOWED
        assert service.create("users", "root", role="admin") == ALLOWED
        assert service.create("elsewhere", "1", text="ours") == ALLOWED
        yield lambda user: Client(host, user)


@pytest.mark.parametrize("collection", READABLE)
def test_what_is_projected_is_read_by_whoever_is_signed_in(as_user: As, collection: str) -> None:
    assert as_user("anna").get(f"{collection}/1") == ALLOWED
    assert as_user("anna").list(collection) == ALLOWED
    assert as_user(None).get(f"{collection}/1") == REFUSED
    assert as_user(None).list(collection) == REFUSED


@pytest.mark.parametrize("read", READS, ids=str)
def test_readers_may_issue_their_queries(as_user: As, read: Read) -> None:
    assert as_user("root").ask(read) == ALLOWED
    expected = REFUSED if read.collection == "oqt_queries" else ALLOWED
    assert as_user("anna").ask(read) == expected


def test_what_people_asked_is_read_by_admins_alone(as_user: As) -> None:
    assert as_user("root").list("oqt_queries") == ALLOWED
    for user in ("anna", "bo", "stranger", None):
        assert as_user(user).get("oqt_queries/1") == REFUSED
        assert as_user(user).list("oqt_queries") == REFUSED


@pytest.mark.parametrize("collection", PROJECTED)
@pytest.mark.parametrize("user", ["anna", "root", None])
def test_nobody_but_the_service_writes_what_is_projected(
    as_user: As, collection: str, user: str | None
) -> None:
    client = as_user(user)
    assert client.create(collection, "99", text="mine") == REFUSED
    assert client.set(f"{collection}/1", text="mine") == REFUSED
    assert client.delete(f"{collection}/1") == REFUSED
    assert as_user("owner").get(f"{collection}/99") == 404


def test_nobody_raises_a_role_of_his_own(as_user: As) -> None:
    anna, bo = as_user("anna"), as_user("bo")
    assert anna.update("users/anna", role="admin") == REFUSED
    assert anna.set("users/anna", role="admin", name="Anna") == REFUSED
    assert anna.set("users/anna", name="Anna") == REFUSED  # that would take the role away
    assert bo.update("users/bo", role="admin") == REFUSED
    assert bo.update("users/bo", ledgerBlockId="7") == REFUSED
    assert as_user("new").create("users", "new", role="admin") == REFUSED
    assert anna.delete("users/anna") == REFUSED
    assert as_user("anna").get("oqt_queries/1") == REFUSED


def test_people_read_and_write_their_own_document_and_no_other(as_user: As) -> None:
    anna = as_user("anna")
    assert anna.get("users/anna") == ALLOWED
    assert anna.update("users/anna", name="Anna B.") == ALLOWED
    assert as_user("guest").create("users", "guest", name="Guest") == ALLOWED
    assert anna.get("users/bo") == REFUSED
    assert anna.list("users") == REFUSED
    assert as_user("root").get("users/anna") == REFUSED
    assert anna.update("users/bo", name="Anna") == REFUSED
    assert as_user(None).get("users/anna") == REFUSED
    assert as_user("guest2").create("users", "guest3", name="Guest") == REFUSED


def test_older_collections_are_no_more_open(as_user: As) -> None:
    anna, bo, root = as_user("anna"), as_user("bo"), as_user("root")
    assert anna.get("ai_interactions/1") == ALLOWED
    assert root.list("ai_interactions") == ALLOWED
    assert bo.get("ai_interactions/1") == REFUSED
    assert bo.get("ai_interactions/2") == REFUSED
    assert anna.update("ai_interactions/1", question="other") == REFUSED
    assert anna.get("admin_settings/1") == ALLOWED
    assert anna.update("admin_settings/1", text="mine") == REFUSED
    assert root.update("admin_settings/1", text="new") == ALLOWED


def test_what_no_rule_names_is_nobodys(as_user: As) -> None:
    for user in ("anna", "root", None):
        assert as_user(user).get("elsewhere/1") == REFUSED
        assert as_user(user).create("elsewhere", "2", text="mine") == REFUSED
