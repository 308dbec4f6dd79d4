"""securesystemslib verifies the envelope that ``oneseek export`` writes, with the announced key."""

import json
from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.serialization import load_der_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

from e2e.workspaces import Workspace, make_stocked
from oneseek.domain.events import ModelKeyAdded
from oneseek.domain.registry import REGISTRY


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make_stocked(tmp_path_factory.mktemp("signed") / "w")


@pytest.fixture(scope="module")
def key(workspace: Workspace) -> SSlibKey:
    """The model key as the ledger announces it."""
    workspace.run("sign", "--all")
    app = workspace.app()
    try:
        events = [REGISTRY.decode(row.raw).body for row in app.ledger.records()]
    finally:
        app.close()
    (added,) = (event for event in events if isinstance(event, ModelKeyAdded))
    public = load_der_public_key(b64decode(added.public_key))
    return SSlibKey.from_crypto(public, keyid=added.key)


def test_the_model_key_signs_the_statement(workspace: Workspace, key: SSlibKey) -> None:
    told = json.loads(workspace.run("export", "1.0", "--format", "slsa", "--json").out)
    assert told["signed_by"] == key.keyid
    assert told["media_type"] == "application/vnd.dsse.envelope.v1+json"
    found = Envelope.from_dict(json.loads(told["document"]))
    assert set(found.verify([key], 1)) == {key.keyid}
    plain = workspace.run("export", "1.0", "--format", "slsa", "--unsigned").out
    assert found.payload == plain.encode()


def test_all_formats_have_the_statement_in_its_envelope(
    workspace: Workspace, key: SSlibKey
) -> None:
    workspace.run("export", "2.0", "--all", "-o", "out")
    (path,) = (workspace.root / "out").glob("*.dsse.json")
    assert Envelope.from_dict(json.loads(path.read_bytes())).verify([key], 1)
    assert not list((workspace.root / "out").glob("*.intoto.json"))
    workspace.run("export", "2.0", "--all", "--unsigned", "-o", "plain")
    assert list((workspace.root / "plain").glob("*.intoto.json"))


def test_a_document_that_is_no_statement_is_not_signed(workspace: Workspace, key: SSlibKey) -> None:
    told = json.loads(workspace.run("export", "1.0", "--format", "cyclonedx", "--json").out)
    assert told["signed_by"] is None
    assert json.loads(told["document"])["bomFormat"] == "CycloneDX"


def test_without_a_key_the_statement_is_plain_and_that_is_said(
    workspace: Workspace, key: SSlibKey
) -> None:
    path = workspace.app().paths.model_key
    aside = path.rename(path.with_suffix(".aside"))
    try:
        done = workspace.run("export", "1.0", "--format", "slsa")
    finally:
        aside.rename(path)
    assert json.loads(done.out)["_type"] == "https://in-toto.io/Statement/v1"
    assert "not signed" in done.err
