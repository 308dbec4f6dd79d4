"""DSSE envelopes."""

import json

from builders import digest
from oneseek.domain.exports.dsse import render_envelope


def test_an_envelope_carries_statement_key_and_signature() -> None:
    assert json.loads(render_envelope(b"hi", digest("key"), b"\x00\x01")) == {
        "payload": "aGk=",
        "payloadType": "application/vnd.in-toto+json",
        "signatures": [{"keyid": digest("key"), "sig": "AAE="}],
    }
