"""Entries and their proofs."""

from base64 import b64encode

import builders as make
from bundles.made import OTHER, Files
from bundles.row import bad, changed, other_entry, with_events
from bundles.story import Story, at, proof, whole
from oneseek.domain import events as e
from oneseek.domain.merkle.proofs import inclusion_path


@bad("a proof from another log is refused")
def _() -> bytes:
    story = Story()
    other = Story(events=[*whole(), make.answered("q4")])
    return changed(
        lambda files: files.update({"proofs/3.tlog-proof": other.files()["proofs/3.tlog-proof"]}),
        story,
    )


@bad("a proof of another entry is refused")
def _() -> bytes:
    return changed(
        lambda files: files.update({"proofs/3.tlog-proof": files["proofs/4.tlog-proof"]})
    )


@bad("a proof that carries bytes of its own is refused")
def _() -> bytes:
    return changed(
        lambda files: files.update(
            {
                "proofs/3.tlog-proof": files["proofs/3.tlog-proof"].replace(
                    b"index 3", b"extra AAAA\nindex 3", 1
                )
            }
        )
    )


@bad("a proof with a hash too many is refused")
def _() -> bytes:
    def lengthen(files: Files) -> None:
        more = b64encode(bytes(32)) + b"\n\n"
        name = "proofs/3.tlog-proof"
        files[name] = files[name].replace(b"\n\n", b"\n" + more, 1)

    return changed(lengthen)


@bad("a proof with a hash too few is refused")
def _() -> bytes:
    story = Story()

    def shorten(files: Files) -> None:
        path = inclusion_path(3, len(story.events), story.node())
        files["proofs/3.tlog-proof"] = proof(3, tuple(path[:-1]), files["checkpoint"])

    return changed(shorten, story)


@bad("a proof with seventy hashes is refused")
def _() -> bytes:
    def lengthen(files: Files) -> None:
        more = (b64encode(bytes(32)) + b"\n") * 70
        name = "proofs/3.tlog-proof"
        files[name] = files[name].replace(b"\n\n", b"\n" + more + b"\n", 1)

    return changed(lengthen)


@bad("a proof with a hash that is too short is refused")
def _() -> bytes:
    def cut(files: Files) -> None:
        name = "proofs/3.tlog-proof"
        files[name] = files[name].replace(b"\n\n", b"\nAAAA\n\n", 1)

    return changed(cut)


@bad("an entry that was altered is refused")
def _() -> bytes:
    return changed(
        lambda files: files.update(
            {"entries/4.json": files["entries/4.json"].replace(b'"rows":50', b'"rows":51')}
        )
    )


@bad("an entry without its proof is refused")
def _() -> bytes:
    return changed(lambda files: files.pop("proofs/3.tlog-proof"))


@bad("a proof without its entry is refused")
def _() -> bytes:
    return changed(lambda files: files.pop("entries/3.json"))


@bad("an entry that stands under another index is refused")
def _() -> bytes:
    def move(files: Files) -> None:
        files["entries/40.json"] = files.pop("entries/3.json")
        files["proofs/40.tlog-proof"] = files.pop("proofs/3.tlog-proof").replace(
            b"index 3", b"index 40"
        )

    return changed(move)


@bad("an index of twenty digits is refused")
def _() -> bytes:
    return changed(lambda files: files.update({f"entries/{10**19}.json": b"{}"}))


@bad("an index beyond 2^63 is refused")
def _() -> bytes:
    number = 2**63

    def add(files: Files) -> None:
        files[f"entries/{number}.json"] = b"{}"
        files[f"proofs/{number}.tlog-proof"] = files["proofs/3.tlog-proof"]

    return changed(add)


@bad("a key that stands twice in an entry is refused")
def _() -> bytes:
    return other_entry(4, lambda raw: raw.replace(b'"rows":50', b'"rows":49,"rows":50'))


@bad("an entry in another spelling is refused")
def _() -> bytes:
    return other_entry(4, lambda raw: raw.replace(b'"rows":50', b'"rows": 50'))


@bad("an entry of an unknown kind is refused")
def _() -> bytes:
    return other_entry(4, lambda raw: raw.replace(b"dataset-registered/v1", b"dataset-blessed/v1"))


@bad("an entry with an unknown field is refused")
def _() -> bytes:
    return other_entry(4, lambda raw: raw.replace(b'"rows":50', b'"rows":50,"more":1'))


@bad("an entry with a field missing is refused")
def _() -> bytes:
    return other_entry(4, lambda raw: raw.replace(b'"rows":50,', b""))


@bad("an entry with a number where a text belongs is refused")
def _() -> bytes:
    return other_entry(4, lambda raw: raw.replace(b'"name":"identity"', b'"name":7'))


@bad("an entry with a decimal where a count belongs is refused")
def _() -> bytes:
    return other_entry(4, lambda raw: raw.replace(b'"rows":50', b'"rows":50.0'))


@bad("an entry with a count beyond 2^53 is refused")
def _() -> bytes:
    return other_entry(4, lambda raw: raw.replace(b'"rows":50', b'"rows":9007199254740993'))


@bad("an entry with a count of a thousand digits is refused")
def _() -> bytes:
    return other_entry(4, lambda raw: raw.replace(b'"rows":50', b'"rows":' + b"5" * 1000))


@bad("an entry with a digest of another form is refused")
def _() -> bytes:
    return other_entry(4, lambda raw: raw.replace(make.digest("identity").encode(), b"abc"))


@bad("an entry with another time format is refused")
def _() -> bytes:
    return other_entry(4, lambda raw: raw.replace(b"38.187329Z", b"38Z"))


@bad("an entry with another number format is refused")
def _() -> bytes:
    story = Story()
    index = at(e.MetricsMeasured, story)
    return other_entry(index, lambda raw: raw.replace(b'"loss":"1.25"', b'"loss":"1.25x"'))


@bad("an entry without an actor is refused")
def _() -> bytes:
    return other_entry(4, lambda raw: raw.replace(b'"actor":"anna"', b'"actor":""'))


@bad("an entry with the stream of another one is refused")
def _() -> bytes:
    return other_entry(4, lambda raw: raw.replace(b'"stream":"dataset:', b'"stream":"dataset:f'))


@bad("an entry with a stream version of 0 is refused")
def _() -> bytes:
    return other_entry(4, lambda raw: raw.replace(b'"stream_version":1', b'"stream_version":0'))


@bad("an entry that is longer than 16 KiB is refused")
def _() -> bytes:
    return other_entry(
        4, lambda raw: raw.replace(b'"name":"identity"', b'"name":"' + b"i" * 17_000 + b'"')
    )


@bad("an entry that is no JSON is refused")
def _() -> bytes:
    return other_entry(4, lambda raw: b"nonsense")


@bad("an entry that is no object is refused")
def _() -> bytes:
    return other_entry(4, lambda raw: b"[]")


@bad("an entry that is nested a thousand times is refused")
def _() -> bytes:
    return other_entry(4, lambda raw: b"[" * 5000 + b"]" * 5000)


@bad("an entry with half a surrogate pair is refused")
def _() -> bytes:
    return other_entry(4, lambda raw: raw.replace(b'"name":"identity"', b'"name":"\\ud800"'))


@bad("an entry with an escape that is not needed is refused")
def _() -> bytes:
    return other_entry(4, lambda raw: raw.replace(b'"name":"identity"', b'"name":"\\u0069"'))


@bad("a query, which has nothing to do with the version, is refused")
def _() -> bytes:
    return Story(tells=lambda event: True).bundle()


@bad("an entry about another version is refused")
def _() -> bytes:
    events = [*whole(), OTHER.started()]
    return Story(events).bundle()


@bad("a withdrawal of a version that was never certified here is refused")
def _() -> bytes:
    return with_events(lambda events: events.append(OTHER.withdrawn()))


@bad("a restoration of a version that was never certified here is refused")
def _() -> bytes:
    return with_events(lambda events: events.append(OTHER.restored()))


@bad("an activation of a version that was never certified here is refused")
def _() -> bytes:
    return with_events(lambda events: events.insert(5, OTHER.activated()))


@bad("an entry with another actor is refused")
def _() -> bytes:
    """Nothing but the path to the root tells it."""
    name = "entries/4.json"
    return changed(lambda files: files.update({name: files[name].replace(b'"anna"', b'"anno"')}))


@bad("a proof that calls itself one of another entry is refused")
def _() -> bytes:
    name = "proofs/3.tlog-proof"
    return changed(
        lambda files: files.update({name: files[name].replace(b"index 3", b"index 4", 1)})
    )


@bad("a proof under another checkpoint of the same tree is refused")
def _() -> bytes:
    name = "proofs/3.tlog-proof"
    more = "\N{EM DASH} nobody AAAAAAAA\n".encode()
    return changed(lambda files: files.update({name: files[name] + more}))


@bad("a proof for which there is no entry is refused")
def _() -> bytes:
    story = Story()
    path = tuple(inclusion_path(5, len(story.events), story.node()))
    name = "proofs/5.tlog-proof"
    return changed(lambda files: files.update({name: proof(5, path, files["checkpoint"])}), story)
