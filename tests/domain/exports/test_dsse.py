"""DSSE envelopes."""

import json

from builders import digest
from oneseek.domain.exports.dsse import envelope, pre_authentication


def test_the_type_is_signed_with_the_payload() -> None:
    # The example of the specification (protocol.md, "test vectors").
    assert (
        pre_authentication("http://example.com/HelloWorld", b"hello world")
        == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    assert pre_authentication("å", b"") == b"DSSEv1 2 \xc3\xa5 0 "


def test_an_envelope_carries_payload_key_and_signature() -> None:
    assert json.loads(envelope("text/plain", b"hi", digest("key"), b"\x00\x01")) == {
        "payload": "aGk=",
        "payloadType": "text/plain",
        "signatures": [{"keyid": digest("key"), "sig": "AAE="}],
    }
