"""Signatures of model keys."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable

from msgspec.structs import replace

from bundles.made import (
    CHILD,
    CHILD_SIG,
    OTHER,
    PARENT,
    PARENT_SIG,
    digest,
    model_der,
    model_key_added,
)
from bundles.row import UNCHECKED, bad, changed, good, lie, with_events
from bundles.story import Story, at
from oneseek.domain import events as e
from oneseek.domain.events import Event


@bad("a signature that no entry names is refused")
def _() -> bytes:
    raw = OTHER.model_sig()
    return changed(lambda files: files.update({f"signatures/{digest(raw)}.sig": raw}))


@bad("a signature under the digest of another is refused")
def _() -> bytes:
    name = f"signatures/{digest(CHILD_SIG)}.sig"
    return changed(lambda files: files.update({name: PARENT_SIG}))


def _signed_as(raw: bytes, secret: str = "model") -> bytes:
    """A bundle of a log that says of ``raw`` that it is the version's signature."""
    story = Story(signatures=(PARENT_SIG, raw))
    index = at(e.VersionSigned, story, 1)
    story.events[index] = CHILD.signed(raw, secret)
    return story.bundle()


@bad("a signature of another version is refused")
def _() -> bytes:
    return _signed_as(PARENT_SIG)


@bad("a model that was signed anew with a foreign key is refused", blind=UNCHECKED)
def _() -> bytes:
    return _signed_as(CHILD.model_sig("foreign"))


@bad("a model key that nobody announced is refused")
def _() -> bytes:
    return _signed_as(CHILD.model_sig("foreign"), "foreign")


@bad("a model key that was announced later is refused")
def _() -> bytes:
    story = Story(signatures=(PARENT_SIG, CHILD.model_sig("late")))
    index = at(e.VersionSigned, story, 1)
    story.events[index] = CHILD.signed(CHILD.model_sig("late"), "late")
    story.events.append(model_key_added("late"))
    return story.bundle()


@bad("a model key that was retired before is refused")
def _() -> bytes:
    def edit(events: list[Event]) -> None:
        events.insert(5, e.ModelKeyRetired(key=digest(model_der()), reason="rotated"))

    return with_events(edit)


@good("a model key that was retired afterwards is fine")
def _() -> bytes:
    retired = e.ModelKeyRetired(key=digest(model_der()), reason="rotated")
    return with_events(lambda events: events.append(retired))


@bad("a model key under another digest is refused")
def _() -> bytes:
    return lie(e.ModelKeyAdded, 0, public_key=model_key_added("other").public_key)


@bad("a model key of another algorithm is refused")
def _() -> bytes:
    return lie(e.ModelKeyAdded, 0, algorithm="rsa")


@bad("a model key that is not base64 is refused")
def _() -> bytes:
    return lie(e.ModelKeyAdded, 0, public_key="not base64")


@bad("a model key in another spelling of base64 is refused")
def _() -> bytes:
    return lie(e.ModelKeyAdded, 0, public_key=model_key_added().public_key.replace("=", "") + "*")


@bad("a model key that is no key is refused")
def _() -> bytes:
    raw = b"no key at all"
    story = Story(signatures=(PARENT_SIG,))
    story.events[2] = e.ModelKeyAdded(
        key=digest(raw), algorithm="ecdsa-p256-sha256", public_key=b64encode(raw).decode()
    )
    for number in (0, 1):
        index = at(e.VersionSigned, story, number)
        story.events[index] = replace(story.events[index], key=digest(raw))  # type: ignore[type-var]
    return story.bundle()


@bad("a signature under another name is refused")
def _() -> bytes:
    return lie(e.VersionSigned, 1, dna=PARENT.dna)


@bad("a signature that is no JSON is refused")
def _() -> bytes:
    return _signed_as(b"\xff")


@bad("a signature without an envelope is refused")
def _() -> bytes:
    return _signed_as(b"{}")


@bad("a signature that is a list is refused")
def _() -> bytes:
    return _signed_as(b"[]")


@bad("a signature around another type is refused")
def _() -> bytes:
    return _signed_as(CHILD.model_sig(type="text/plain"))


@bad("a signature over another predicate is refused")
def _() -> bytes:
    return _signed_as(CHILD.model_sig(predicate="https://example.org/other"))


@bad("a signature over other digests than SHA-256 is refused")
def _() -> bytes:
    return _signed_as(CHILD.model_sig(algorithm="blake2b"))


@bad("a signature that leaves out a file is refused")
def _() -> bytes:
    return _signed_as(CHILD.model_sig(files={"adapter_config.json": digest(b"other")}))


@bad("a signature over one file more is refused")
def _() -> bytes:
    return _signed_as(CHILD.model_sig(files={"more": digest(b"other")}))


@bad("a signature whose subject is something else is refused")
def _() -> bytes:
    return _signed_as(CHILD.model_sig(root=digest(b"other")))


def _resigned(change: Callable[[dict[str, object]], object]) -> bytes:
    value = json.loads(CHILD_SIG)
    change(value["dsseEnvelope"])
    return _signed_as(json.dumps(value).encode())


@bad("two signatures in one envelope are refused")
def _() -> bytes:
    return _resigned(lambda env: env.update({"signatures": env["signatures"] * 2}))  # type: ignore[operator]


@bad("no signature in an envelope is refused")
def _() -> bytes:
    return _resigned(lambda env: env.update({"signatures": {}}))


@bad("a payload that is no text is refused")
def _() -> bytes:
    return _resigned(lambda env: env.update({"payload": 7}))


@bad("a payload that is no base64 is refused")
def _() -> bytes:
    return _resigned(lambda env: env.update({"payload": "%"}))


def _payload(change: Callable[[dict[str, object]], object]) -> bytes:
    value = json.loads(CHILD_SIG)
    payload = json.loads(b64decode(value["dsseEnvelope"]["payload"]))
    change(payload)
    value["dsseEnvelope"]["payload"] = b64encode(json.dumps(payload).encode()).decode()
    return _signed_as(json.dumps(value).encode())


@bad("a statement whose resources are no list is refused")
def _() -> bytes:
    return _payload(lambda statement: statement.update({"predicate": {"resources": {}}}))


@bad("a statement without one subject is refused")
def _() -> bytes:
    return _payload(lambda statement: statement.update({"subject": []}))


@bad("a statement whose subject is no list is refused")
def _() -> bytes:
    return _payload(lambda statement: statement.update({"subject": 7}))


@bad("a signature of the same meaning with other bytes is refused")
def _() -> bytes:
    name = f"signatures/{digest(CHILD_SIG)}.sig"
    return changed(lambda files: files.update({name: CHILD_SIG + b" "}))


def _announced_beside(text: str) -> bytes:
    """A bundle of a log that announced one more key, which signed nothing."""
    key = e.ModelKeyAdded(key=digest(b"beside"), algorithm="ecdsa-p256-sha256", public_key=text)
    return with_events(lambda events: events.append(key))


@good("a key file is cut into lines of 64 whatever the announced text is")
def _() -> bytes:
    return _announced_beside("two words - and\tmore\nof them  " * 9)


@good("a key of no letters at all has a file without lines")
def _() -> bytes:
    return _announced_beside("")


@bad("a model key that is no point of the curve is refused")
def _() -> bytes:
    raw = model_der()[:27] + bytes(63) + b"\x01"
    story = Story()
    for number in (0, 1):
        index = at(e.VersionSigned, story, number)
        story.events[index] = replace(story.events[index], key=digest(raw))  # type: ignore[type-var]
    story.events[at(e.ModelKeyAdded, story, 0)] = e.ModelKeyAdded(
        key=digest(raw), algorithm="ecdsa-p256-sha256", public_key=b64encode(raw).decode()
    )
    return story.bundle()
