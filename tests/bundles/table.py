"""One table of bundles, good and bad, each named by what it is: both verifiers run every row."""

import io
import json
import struct
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

import builders as make
from bundles.story import (
    BASE,
    CHILD,
    CHILD_SIG,
    ORIGIN,
    OTHER,
    PARENT,
    PARENT_SIG,
    STRANGER,
    A,
    B,
    C,
    Files,
    Made,
    Story,
    digest,
    foreign,
    key_of,
    life,
    listing,
    model_der,
    model_key_added,
    opening,
    packed,
    private,
    proof,
    signed,
    whole,
)
from oneseek.domain import events as e
from oneseek.domain.events import Event
from oneseek.domain.exports.oms import root_digest
from oneseek.domain.merkle.proofs import inclusion_path
from oneseek.domain.note.signed_note import (
    ALGORITHM_ED25519_COSIGNATURE,
    VerifierKey,
    key_id,
)

OTHER_LOG = "another log's"
FINE, REFUSED, NO_BUNDLE, UNCHECKED = 0, 1, 2, 6


def _witness() -> VerifierKey:
    public = key_of("witness").key
    name, algorithm = "witness.example", ALGORITHM_ED25519_COSIGNATURE
    return VerifierKey(name, key_id(name, algorithm, public), algorithm, public)


WITNESS = _witness()


@dataclass(frozen=True)
class Row:
    """``code`` is the exit code; ``blind`` that of a machine that can check no signature."""

    name: str
    make: Callable[[], bytes]
    code: int
    blind: int
    trust: tuple[str, ...]
    witnesses: tuple[VerifierKey, ...] = ()

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        if self.trust == (OTHER_LOG,):
            return (key_of(A, "other.example/log"),)
        return tuple(key_of(secret) for secret in self.trust)


ROWS: list[Row] = []
Making = Callable[[], bytes]


def good(
    name: str, *trust: str, witnesses: tuple[VerifierKey, ...] = ()
) -> Callable[[Making], Making]:
    return _row(name, FINE, UNCHECKED, trust, witnesses)


def bad(
    name: str,
    *trust: str,
    code: int = REFUSED,
    blind: int | None = None,
    witnesses: tuple[VerifierKey, ...] = (),
) -> Callable[[Making], Making]:
    return _row(name, code, code if blind is None else blind, trust, witnesses)


def _row(
    name: str, code: int, blind: int, trust: tuple[str, ...], witnesses: tuple[VerifierKey, ...]
) -> Callable[[Making], Making]:
    def add(making: Making) -> Making:
        ROWS.append(Row(name, making, code, blind, trust or (A,), witnesses))
        return making

    return add


def changed(change: Callable[[Files], object], story: Story | None = None) -> bytes:
    """A bundle whose members were changed and listed again."""
    story = story or Story()
    files = story.files()
    change(files)
    return story.bundle(files)


def with_events(edit: Callable[[list[Event]], object]) -> bytes:
    """A bundle of a log in which other things happened."""
    story = Story()
    edit(story.events)
    return story.bundle()


def at(kind: type[Event], story: Story, number: int = 0) -> int:
    """The index of an event of this kind."""
    return [i for i, event in enumerate(story.events) if isinstance(event, kind)][number]


def relisted(change: Callable[[str], str]) -> bytes:
    """A bundle whose bundle.json has another text."""
    story = Story()
    files = story.files()
    text = change(story.listing(files).decode())
    return packed({"bundle.json": text.encode("utf-8", "surrogatepass"), **files})


def other_entry(index: int, change: Callable[[bytes], bytes]) -> bytes:
    """A bundle of a log that really holds other bytes at ``index``."""
    story = Story()
    story.raws = {index: change(story.entries[index])}
    return story.bundle()


# Good ones.


@good("a version with its parent, signatures, activations, a reset and a restoration is fine")
def _() -> bytes:
    return Story().bundle()


@good("a version without any activation or signature is fine")
def _() -> bytes:
    events = [*opening(), *life(PARENT, None, PARENT_SIG)[:5]]
    manifests = (PARENT.manifest, BASE)
    return Story(events, PARENT, manifests=manifests, signatures=()).bundle()


@good("a bundle with exports, witness keys and the certified folder is fine")
def _() -> bytes:
    def add(files: Files) -> None:
        files["exports/model.json"] = f'{{"sha256":"{CHILD.weights}"}}'.encode()
        files["exports/root.json"] = root_digest(CHILD.manifest).encode()
        files[f"keys/witness/{WITNESS.key_id:08x}.vkey"] = f"{WITNESS}\n".encode()
        files.update(_model(CHILD))

    return changed(add)


@good("a bundle without rows and without the signatures that entries name is fine")
def _() -> bytes:
    return changed(
        lambda files: [files.pop(n) for n in list(files) if n.startswith(("rows/", "signatures/"))]
    )


@good("the key that signed suffices, although another one wrote before it", B)
def _() -> bytes:
    return _two_machines(signers=(B,)).bundle()


@good("a key for which a trusted one vouched may sign")
def _() -> bytes:
    return _two_machines(signers=(B,), chain={7: (A,)}).bundle()


@good("trust goes on from machine to machine to machine")
def _() -> bytes:
    return _three_machines(chain={7: (A,), 8: (B,)}).bundle()


@good("a retired key vouches for its successor by what it signed before")
def _() -> bytes:
    return _retiring(signers=(B,), chain={7: (A,)}).bundle()


@good("signatures by keys that nobody knows are passed over")
def _() -> bytes:
    return Story(signers=(A, STRANGER)).bundle()


@good("a checkpoint with a cosignature of a witness is fine")
def _() -> bytes:
    story = Story()
    plain = story.files()["checkpoint"]
    blob = WITNESS.key_id.to_bytes(4, "big") + bytes(72)
    line = f"\N{EM DASH} {WITNESS.name} {b64encode(blob).decode()}\n"
    return reproved(story, plain + line.encode())


@good("an evaluation on rows of another dataset is fine")
def _() -> bytes:
    return _evaluated().bundle()


@good("a version that a foreign one replaced in service is fine")
def _() -> bytes:
    def edit(events: list[Event]) -> None:
        events.append(OTHER.activated(CHILD))

    return with_events(edit)


# The form of the file.


@bad("an empty file is no bundle", code=NO_BUNDLE)
def _() -> bytes:
    return b""


@bad("a text is no bundle", code=NO_BUNDLE)
def _() -> bytes:
    return b"no zip\n" * 100


@bad("a zip without bundle.json is no bundle", code=NO_BUNDLE)
def _() -> bytes:
    return packed(Story().files())


@bad("a zip without members is no bundle", code=NO_BUNDLE)
def _() -> bytes:
    return packed({})


@bad("a bundle of another format is not judged", code=NO_BUNDLE)
def _() -> bytes:
    return relisted(lambda text: text.replace("oneseek-bundle/v1", "oneseek-bundle/v2", 1))


@bad("bytes after the zip are refused")
def _() -> bytes:
    return Story().bundle() + b"trailing"


@bad("bytes before the zip are refused")
def _() -> bytes:
    return b"prefix" + Story().bundle()


@bad("bytes before the zip with all offsets corrected are refused")
def _() -> bytes:
    return _with_stub(Story().bundle(), b"#!/bin/sh\n")


@bad("a zip with a comment is refused")
def _() -> bytes:
    raw = Story().bundle()
    return raw[:-2] + struct.pack("<H", 4) + b"note"


@bad("the same files packed by another program are refused")
def _() -> bytes:
    return _zipped(zipfile.ZIP_STORED)


@bad("a compressed zip is refused")
def _() -> bytes:
    return _zipped(zipfile.ZIP_DEFLATED)


@bad("a zip bomb is refused without being unpacked")
def _() -> bytes:
    return _zipped(zipfile.ZIP_DEFLATED, {"exports/bomb": bytes(50_000_000)})


@bad("a name that leads out of the folder is refused")
def _() -> bytes:
    return changed(lambda files: files.update({"../evil": b"x"}))


@bad("a name that leads out from below is refused")
def _() -> bytes:
    return changed(lambda files: files.update({"exports/../../evil": b"x"}))


@bad("an absolute name is refused")
def _() -> bytes:
    return changed(lambda files: files.update({"/etc/passwd": b"x"}))


@bad("a name with a backslash is refused")
def _() -> bytes:
    return changed(lambda files: files.update({"exports\\evil": b"x"}))


@bad("a name with a line end is refused")
def _() -> bytes:
    return changed(lambda files: files.update({"exports/a\nb": b"x"}))


@bad("a name that is no UTF-8 is refused")
def _() -> bytes:
    return Story().bundle().replace(b"README.txt", b"READM\xff.txt")


@bad("a folder as a member is refused")
def _() -> bytes:
    return changed(lambda files: files.update({"exports/": b""}))


@bad("a symbolic link as a member is refused")
def _() -> bytes:
    link = (0o120777 << 16).to_bytes(4, "little")
    return Story().bundle().replace((0o100644 << 16).to_bytes(4, "little"), link, 1)


@bad("a member that stands twice is refused")
def _() -> bytes:
    files = {"bundle.json": Story().listing(Story().files()), **Story().files()}
    names = sorted(files, key=str.encode)
    return packed(files, [*names, names[-1]])


@bad("members in another order are refused")
def _() -> bytes:
    files = {"bundle.json": Story().listing(Story().files()), **Story().files()}
    return packed(files, sorted(files, key=str.encode, reverse=True))


@bad("a directory that contradicts what stands before a member is refused")
def _() -> bytes:
    raw = Story().bundle()
    return raw.replace(b"README.txt", b"README.TXT", 1)


@bad("a wrong CRC is refused")
def _() -> bytes:
    raw = Story().bundle()
    return raw.replace(b"read me\n", b"read ME\n")


@bad("a member that is called encrypted is refused")
def _() -> bytes:
    raw = bytearray(Story().bundle())
    raw[6] |= 1
    directory = struct.unpack("<I", raw[-6:-2])[0]
    raw[directory + 8] |= 1
    return bytes(raw)


@bad("sizes that are said to stand elsewhere, as in zip64, are refused")
def _() -> bytes:
    raw = bytearray(Story().bundle())
    directory = struct.unpack("<I", raw[-6:-2])[0]
    raw[directory + 20 : directory + 28] = b"\xff" * 8
    return bytes(raw)


@bad("a zip64 end record is refused")
def _() -> bytes:
    raw = Story().bundle()
    record = b"PK\x06\x06" + struct.pack("<Q2H2I4Q", 44, 45, 45, 0, 0, 1, 1, 1, 0)
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, len(raw) - 22, 1)
    return raw[:-22] + record + locator + raw[-22:]


@bad("a number of members that is not true is refused")
def _() -> bytes:
    raw = Story().bundle()
    count = struct.unpack("<H", raw[-12:-10])[0]
    return raw[:-14] + struct.pack("<2H", count - 1, count - 1) + raw[-10:]


@bad("more members than a zip counts are refused")
def _() -> bytes:
    raw = Story().bundle()
    return raw[:-14] + b"\xff" * 4 + raw[-10:]


@bad("a directory at another place is refused")
def _() -> bytes:
    raw = Story().bundle()
    return raw[:-6] + struct.pack("<I", 7) + raw[-2:]


@bad("a zip that is cut off in the middle is no bundle", code=NO_BUNDLE)
def _() -> bytes:
    raw = Story().bundle()
    return raw[: len(raw) // 2]


@bad("a member that is larger than its place is refused")
def _() -> bytes:
    raw = bytearray(Story().bundle())
    directory = struct.unpack("<I", raw[-6:-2])[0]
    for start in (14 + 4, directory + 20):
        raw[start : start + 8] = struct.pack("<2I", 1_000_000, 1_000_000)
    return bytes(raw)


# bundle.json.


@bad("a key that stands twice in bundle.json is refused")
def _() -> bytes:
    return relisted(lambda text: text.replace('  "origin"', '  "origin": "x",\n  "origin"', 1))


@bad("a bundle.json in another spelling is refused")
def _() -> bytes:
    return relisted(lambda text: text.replace('"size": ', '"size":  ', 1))


@bad("a bundle.json with an unknown key is refused")
def _() -> bytes:
    return relisted(lambda text: text.replace('  "files"', '  "more": 1,\n  "files"', 1))


@bad("a bundle.json whose files are no list is refused")
def _() -> bytes:
    return relisted(lambda text: text[: text.index('  "files"')] + '  "files": {}\n}\n')


@bad("a bundle.json that ends too early is refused")
def _() -> bytes:
    return relisted(lambda text: text[:-5])


@bad("a bundle.json that is no UTF-8 is refused")
def _() -> bytes:
    return relisted(lambda text: text.replace('"README', '"\udcff', 1))


@bad("a bundle.json with half a surrogate pair is refused")
def _() -> bytes:
    return relisted(lambda text: text.replace("README", "\\ud800", 1))


@bad("a size with a thousand digits is refused")
def _() -> bytes:
    return relisted(lambda text: text.replace('"size": ', '"size": ' + "9" * 1000, 1))


@bad("a negative size is refused")
def _() -> bytes:
    return relisted(lambda text: text.replace('"size": ', '"size": -', 1))


@bad("a size that is a decimal is refused")
def _() -> bytes:
    return relisted(lambda text: text.replace('"size": 8,', '"size": 8.0,', 1))


@bad("a size that is not the file's is refused")
def _() -> bytes:
    return relisted(lambda text: text.replace('"size": 8,', '"size": 9,', 1))


@bad("a digest that is not the file's is refused")
def _() -> bytes:
    return relisted(lambda text: text.replace(digest(b"read me\n"), digest(b"other")))


@bad("a digest in capitals is refused")
def _() -> bytes:
    return relisted(lambda text: text.replace(digest(b"read me\n"), digest(b"read me\n").upper()))


@bad("a file that is listed and not there is refused")
def _() -> bytes:
    story = Story()
    files = story.files()
    raw = story.listing({**files, "exports/lost": b"x"})
    return packed({"bundle.json": raw, **files})


@bad("a file that is there and not listed is refused")
def _() -> bytes:
    story = Story()
    files = story.files()
    raw = story.listing(files)
    return packed({"bundle.json": raw, **files, "exports/more": b"x"})


@bad("a bundle.json that lists itself is refused")
def _() -> bytes:
    story = Story()
    files = story.files()
    raw = story.listing({**files, "bundle.json": b"itself"})
    return packed({"bundle.json": raw, **files})


@bad("a file that has no place in a bundle is refused")
def _() -> bytes:
    return changed(lambda files: files.update({"notes.txt": b"hello"}))


@bad("a file below another file is refused")
def _() -> bytes:
    return changed(lambda files: files.update({"checkpoint/more": b"x"}))


@bad("another name than the version's is refused")
def _() -> bytes:
    return relisted(lambda text: text.replace(CHILD.dna, PARENT.dna))


@bad("another log than the checkpoint's is refused")
def _() -> bytes:
    return relisted(lambda text: text.replace(f'"origin": "{ORIGIN}"', '"origin": "other/log"'))


@bad("a subject that the entries do not certify is refused")
def _() -> bytes:
    return relisted(lambda text: text.replace(CHILD.manifest.digest, OTHER.manifest.digest, 1))


# The checkpoint.


def _loosened(text: str) -> str:
    """Set a bit that the last padding in ``text`` makes superfluous."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    head, _, rest = text.rpartition("=")
    return f"{head[:-1]}{letters[letters.index(head[-1]) | 1]}={rest}"


def reproved(story: Story, note: bytes) -> bytes:
    """A bundle with another checkpoint, in every proof too."""
    files = story.files()
    old = files["checkpoint"]
    return story.bundle(
        {
            path: note if path == "checkpoint" else raw.replace(old, note)
            for path, raw in files.items()
        }
    )


@bad("a bundle without a checkpoint is refused")
def _() -> bytes:
    return changed(lambda files: files.pop("checkpoint"))


@bad("a checkpoint with an extension line is refused")
def _() -> bytes:
    return Story(body=lambda text: text + "extension 1\n").bundle()


@bad("a checkpoint of size 0 is refused")
def _() -> bytes:
    root = b64encode(bytes.fromhex(digest(b""))).decode()
    return Story(body=lambda text: f"{ORIGIN}\n0\n{root}\n").bundle()


@bad("a checkpoint of size 2^63 is refused")
def _() -> bytes:
    return Story(body=lambda text: text.replace("\n27\n", f"\n{2**63}\n")).bundle()


@bad("a checkpoint of another size is refused")
def _() -> bytes:
    return Story(body=lambda text: text.replace("\n27\n", f"\n{2**62}\n")).bundle()


@bad("a size with a leading zero is refused")
def _() -> bytes:
    return Story(body=lambda text: text.replace("\n27\n", "\n027\n")).bundle()


@bad("a size with an endless number of digits is refused")
def _() -> bytes:
    return Story(body=lambda text: text.replace("\n27\n", f"\n{'9' * 5000}\n")).bundle()


@bad("a root in base64 that is not canonical is refused")
def _() -> bytes:
    return Story(body=_loosened).bundle()


@bad("a signature in base64 that is not canonical is refused")
def _() -> bytes:
    story = Story()
    return reproved(story, _loosened(story.files()["checkpoint"].decode()).encode())


@bad("a signature that was changed is refused", blind=UNCHECKED)
def _() -> bytes:
    story = Story()
    note = story.files()["checkpoint"]
    head, _, line = note[:-1].rpartition(b" ")
    middle = b"B" if line[40:41] == b"A" else b"A"
    return reproved(story, head + b" " + line[:40] + middle + line[41:] + b"\n")


@bad("a checkpoint without a signature is refused")
def _() -> bytes:
    story = Story()
    return reproved(story, story.files()["checkpoint"].partition(b"\n\n")[0] + b"\n\n")


@bad("a checkpoint that is no UTF-8 is refused")
def _() -> bytes:
    story = Story()
    return reproved(story, story.files()["checkpoint"].replace(b"oneseek", b"one\xffeek"))


@bad("a checkpoint with a signature line of another form is refused")
def _() -> bytes:
    story = Story()
    return reproved(story, story.files()["checkpoint"] + b"- nobody AAAA\n")


@bad("a checkpoint with a line that signs nothing is refused")
def _() -> bytes:
    story = Story()
    return reproved(story, story.files()["checkpoint"] + "\N{EM DASH} nobody AAAA\n".encode())


@bad("a checkpoint with more signatures than anybody needs is refused")
def _() -> bytes:
    story = Story()
    line = "\N{EM DASH} nobody AAAAAAAA\n".encode()
    return reproved(story, story.files()["checkpoint"] + line * 100)


@bad("a checkpoint of a million bytes is refused")
def _() -> bytes:
    return Story(body=lambda text: text + "x" * 1_000_000 + "\n").bundle()


@bad("a checkpoint of fewer lines is refused")
def _() -> bytes:
    return Story(body=lambda text: text.rpartition("\n")[0].rpartition("\n")[0] + "\n").bundle()


@bad("a root of another length is refused")
def _() -> bytes:
    return Story(body=lambda text: text[: text.rindex("\n", 0, -1)] + "\nAAAA\n").bundle()


@bad("a checkpoint of another log is refused")
def _() -> bytes:
    story = Story()
    return reproved(story, _note_of_another_log(story))


# Keys.


@bad("a log that a foreign key signed anew is refused")
def _() -> bytes:
    return Story(signers=(STRANGER,)).bundle()


@bad("a foreign key under the ID of the trusted one is refused", blind=UNCHECKED)
def _() -> bytes:
    story = Story()
    text = story.note(len(story.events), A).decode().partition("\n\n")[0] + "\n"
    own, other = signed(text, A), signed(text, STRANGER)
    blob = key_of(A).key_id.to_bytes(4, "big")
    foreign_blob = b64decode(other.rpartition(b" ")[2])
    line = b64encode(blob + foreign_blob[4:])
    return reproved(story, own.rpartition(b" ")[0] + b" " + line + b"\n")


@bad("another key than the trusted one, which no entry announces, is refused", STRANGER)
def _() -> bytes:
    return Story().bundle()


@bad("a trusted key of another log is refused", OTHER_LOG)
def _() -> bytes:
    return Story().bundle()


@bad("a key that vouches for itself is refused")
def _() -> bytes:
    return _two_machines(signers=(B,)).bundle()


@bad("a key that vouches for itself in an older checkpoint is refused")
def _() -> bytes:
    return _two_machines(signers=(B,), chain={7: (B,)}).bundle()


@bad("a key that signs the tree that ends with its announcement is refused", C)
def _() -> bytes:
    events = [*whole(), e.KeyAdded(purpose="checkpoint", verifier=str(key_of(B)))]
    return Story(events, signers=(B,)).bundle()


@bad("a retired key that signs again is refused")
def _() -> bytes:
    return _retiring(signers=(A,)).bundle()


@bad("a retired key that vouches for another is refused")
def _() -> bytes:
    return _retiring(signers=(B,), chain={9: (A,)}).bundle()


@bad("a chain whose middle is missing is refused")
def _() -> bytes:
    return _three_machines(chain={8: (B,)}).bundle()


@bad("a chain signed by a stranger is refused")
def _() -> bytes:
    return _two_machines(signers=(B,), chain={7: (STRANGER,)}).bundle()


@bad("an older checkpoint without the proof that the log went on from it is refused")
def _() -> bytes:
    story = _two_machines(signers=(B,), chain={7: (A,)})
    return changed(lambda files: files.pop("chain/7.consistency"), story)


@bad("an older checkpoint of a fork is refused")
def _() -> bytes:
    story = _two_machines(signers=(B,), chain={7: (A,)})
    other = _two_machines(signers=(B,), chain={7: (A,)})
    other.events[3] = replace(other.events[3], name="another")  # type: ignore[type-var]
    note = other.files()["chain/7.checkpoint"]
    return changed(lambda files: files.update({"chain/7.checkpoint": note}), story)


@bad("a proof of consistency with a hash too many is refused")
def _() -> bytes:
    story = _two_machines(signers=(B,), chain={7: (A,)})
    more = b64encode(bytes(32)) + b"\n"
    name = "chain/7.consistency"
    return changed(lambda files: files.update({name: files[name] + more}), story)


@bad("a proof of consistency without any hash is refused")
def _() -> bytes:
    story = _two_machines(signers=(B,), chain={7: (A,)})
    return changed(lambda files: files.update({"chain/7.consistency": b""}), story)


@bad("a proof of consistency that is cut off is refused")
def _() -> bytes:
    story = _two_machines(signers=(B,), chain={7: (A,)})
    name = "chain/7.consistency"
    return changed(lambda files: files.update({name: files[name][:-1]}), story)


@bad("a proof of consistency that is no text is refused")
def _() -> bytes:
    story = _two_machines(signers=(B,), chain={7: (A,)})
    return changed(lambda files: files.update({"chain/7.consistency": b"\xff\n"}), story)


@bad("an older checkpoint under another size than its own is refused")
def _() -> bytes:
    story = _two_machines(signers=(B,), chain={7: (A,)})

    def rename(files: Files) -> None:
        for end in ("checkpoint", "consistency"):
            files[f"chain/8.{end}"] = files.pop(f"chain/7.{end}")

    return changed(rename, story)


@bad("an older checkpoint that is not older is refused")
def _() -> bytes:
    story = Story()
    size = len(story.events)

    def add(files: Files) -> None:
        files[f"chain/{size}.checkpoint"] = files["checkpoint"]
        files[f"chain/{size}.consistency"] = b""

    return changed(add, story)


@bad("an older checkpoint that is none is refused")
def _() -> bytes:
    return changed(
        lambda files: files.update({"chain/7.checkpoint": b"x", "chain/7.consistency": b""})
    )


@bad("a proof of consistency without its checkpoint is refused")
def _() -> bytes:
    return changed(lambda files: files.update({"chain/7.consistency": b""}))


@bad("a key file that is not the announced key is refused")
def _() -> bytes:
    return changed(lambda files: files.update({"keys/1.vkey": f"{key_of(STRANGER)}\n".encode()}))


@bad("a key file that no entry announces is refused")
def _() -> bytes:
    return changed(lambda files: files.update({"keys/9.vkey": f"{key_of(STRANGER)}\n".encode()}))


@bad("a key file that is missing is refused")
def _() -> bytes:
    return changed(lambda files: files.pop("keys/2.pem"))


@bad("a witness key that is the key of a log is refused")
def _() -> bytes:
    key = key_of(STRANGER)
    name = f"keys/witness/{key.key_id:08x}.vkey"
    return changed(lambda files: files.update({name: f"{key}\n".encode()}))


@bad("a witness key that is none is refused")
def _() -> bytes:
    return changed(lambda files: files.update({"keys/witness/00000000.vkey": b"nothing\n"}))


@bad("a witness key without its line end is refused")
def _() -> bytes:
    name = f"keys/witness/{WITNESS.key_id:08x}.vkey"
    return changed(lambda files: files.update({name: str(WITNESS).encode()}))


def cosigned(note: bytes, time: int = 1_700_000_000, text: str | None = None) -> bytes:
    """A checkpoint with the line of the witness, over ``text`` where that is another one."""
    signed_text = text or note.decode().partition("\n\n")[0] + "\n"
    stamp = time.to_bytes(8, "big")
    made = private("witness").sign(f"cosignature/v1\ntime {time}\n{signed_text}".encode())
    blob = WITNESS.key_id.to_bytes(4, "big") + stamp + made
    return note + f"\N{EM DASH} {WITNESS.name} {b64encode(blob).decode()}\n".encode()


@good("a witness that cosigned the checkpoint is believed", witnesses=(WITNESS,))
def _() -> bytes:
    story = Story()
    return reproved(story, cosigned(story.files()["checkpoint"]))


@good(
    "a witness that cosigned an older checkpoint over the version is believed", witnesses=(WITNESS,)
)
def _() -> bytes:
    story = Story(chain={20: (A,)})
    name = "chain/20.checkpoint"
    return changed(lambda files: files.update({name: cosigned(files[name])}), story)


@bad("a witness that cosigned before the version was there is not enough", witnesses=(WITNESS,))
def _() -> bytes:
    story = Story(chain={10: (A,)})
    name = "chain/10.checkpoint"
    return changed(lambda files: files.update({name: cosigned(files[name])}), story)


@bad("a witness that did not cosign is missed", witnesses=(WITNESS,))
def _() -> bytes:
    return Story().bundle()


@bad("a cosignature over another checkpoint is refused", blind=UNCHECKED, witnesses=(WITNESS,))
def _() -> bytes:
    story = Story()
    return reproved(story, cosigned(story.files()["checkpoint"], text=f"{ORIGIN}\n1\nAAAA\n"))


@bad("a cosignature of another length is refused", witnesses=(WITNESS,))
def _() -> bytes:
    story = Story()
    blob = WITNESS.key_id.to_bytes(4, "big") + bytes(70)
    line = f"\N{EM DASH} {WITNESS.name} {b64encode(blob).decode()}\n".encode()
    return reproved(story, story.files()["checkpoint"] + line)


@bad("a cosignature of a time beyond 2^63 is refused", witnesses=(WITNESS,))
def _() -> bytes:
    story = Story()
    return reproved(story, cosigned(story.files()["checkpoint"], time=2**63))


# Entries and their proofs.


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


# History.


@bad("a log that does not begin with its opening is refused")
def _() -> bytes:
    return Story(tells=lambda x: not foreign(x) and not isinstance(x, e.LedgerOpened)).bundle()


@bad("the opening of another log is refused")
def _() -> bytes:
    def edit(events: list[Event]) -> None:
        events[0] = replace(make.opened(), origin="other.example/log")

    return with_events(edit)


@bad("an opening in an unknown format is refused")
def _() -> bytes:
    def edit(events: list[Event]) -> None:
        events[0] = replace(make.opened(), format="oneseek-ledger/v9")

    return with_events(edit)


@bad("a bundle without entries is refused")
def _() -> bytes:
    return Story(tells=lambda event: False).bundle()


@bad("an entry of the ledger's own stream that is left out is refused")
def _() -> bytes:
    story = Story()
    story.events.append(make.key_retired())
    story.events.append(replace(make.key_protected()))
    return Story(
        story.events, tells=lambda x: not foreign(x) and not isinstance(x, e.KeyRetired)
    ).bundle()


@bad("a signature of the version that is left out is refused")
def _() -> bytes:
    return Story(
        tells=lambda x: not foreign(x) and not isinstance(x, e.VersionSigned), signatures=()
    ).bundle()


@bad("a stream whose versions fall is refused")
def _() -> bytes:
    story = Story()
    index = at(e.VersionActivated, story, 1)
    story.raws = {index: story.entries[index].replace(b'"stream_version":2', b'"stream_version":1')}
    return story.bundle()


@bad("a version without its certification is refused")
def _() -> bytes:
    return _without(e.VersionCertified, CHILD)


@bad("a version certified twice is refused")
def _() -> bytes:
    return with_events(lambda events: events.append(CHILD.certified()))


@bad("a version whose training did not begin is refused")
def _() -> bytes:
    return _without(e.TrainingStarted, CHILD)


@bad("a version whose training did not end is refused")
def _() -> bytes:
    return _without(e.TrainingCompleted, CHILD)


@bad("a version without a number is refused")
def _() -> bytes:
    return _without(e.VersionNumbered, CHILD)


@bad("a parent that is missing is refused")
def _() -> bytes:
    return _without(e.VersionCertified, PARENT)


@bad("a base model that is missing is refused")
def _() -> bytes:
    return Story(
        tells=lambda x: not foreign(x) and not isinstance(x, e.BaseModelRegistered)
    ).bundle()


@bad("a dataset that is missing is refused")
def _() -> bytes:
    return Story(tells=lambda x: not foreign(x) and not isinstance(x, e.DatasetRegistered)).bundle()


@bad("an evaluation dataset that is missing is refused")
def _() -> bytes:
    story = _evaluated()
    held = make.digest("held")
    story.tells = lambda x: not foreign(x) and getattr(x, "dataset", "") != held
    return story.bundle()


@bad("a version that was certified before its training ended is refused")
def _() -> bytes:
    def swap(events: list[Event]) -> None:
        ended = [i for i, x in enumerate(events) if isinstance(x, e.TrainingCompleted)][1]
        events.append(events.pop(ended))

    return with_events(swap)


@bad("a dataset that was registered after the training is refused")
def _() -> bytes:
    return with_events(lambda events: events.append(events.pop(4)))


@bad("a parent that was certified after the training began is refused")
def _() -> bytes:
    def swap(events: list[Event]) -> None:
        first = next(i for i, x in enumerate(events) if isinstance(x, e.VersionCertified))
        events.insert(first + 4, events.pop(first))

    return with_events(swap)


def _lie(kind: type[Event], number: int, **facts: object) -> bytes:
    story = Story()
    index = at(kind, story, number)
    story.events[index] = replace(story.events[index], **facts)  # type: ignore[type-var]
    return story.bundle()


@bad("weights other than the training's are refused")
def _() -> bytes:
    return _lie(e.TrainingCompleted, 1, weights=make.digest("others"))


@bad("a base model other than the training's is refused")
def _() -> bytes:
    return _lie(e.VersionCertified, 1, base=make.digest("others"))


@bad("a dataset other than the training's is refused")
def _() -> bytes:
    return _lie(e.VersionCertified, 1, dataset=make.digest("others"))


@bad("a language other than the training's is refused")
def _() -> bytes:
    return _lie(e.TrainingStarted, 1, language="en")


@bad("a number other than the one given is refused")
def _() -> bytes:
    return _lie(e.VersionNumbered, 1, minor=7)


@bad("a name that does not fit the weights is refused")
def _() -> bytes:
    return _lie(e.VersionCertified, 1, dna=CHILD.dna.replace(CHILD.weights[:8], "00000000"))


@bad("a name that is no DNA name is refused")
def _() -> bytes:
    return _lie(e.VersionCertified, 1, dna="a pretty name")


@bad("a name whose categories are not sorted is refused")
def _() -> bytes:
    return _lie(e.VersionCertified, 1, dna=CHILD.dna.replace("dsIdentity", "dsZ-A"))


@bad("a measurement on rows that no entry names is refused")
def _() -> bytes:
    return _lie(e.MetricsMeasured, 1, dataset=make.digest("others"))


@bad("a reproduction of another training is refused")
def _() -> bytes:
    return _lie(e.ReproductionJudged, 0, training="t9")


@bad("a reproduction under another name is refused")
def _() -> bytes:
    return _lie(e.ReproductionJudged, 0, dna=PARENT.dna)


@bad("an activation of a version before it was certified is refused")
def _() -> bytes:
    def swap(events: list[Event]) -> None:
        second = [i for i, x in enumerate(events) if isinstance(x, e.VersionActivated)][1]
        events.insert(second - 3, events.pop(second))

    return with_events(swap)


@bad("an activation of a withdrawn version is refused")
def _() -> bytes:
    def edit(events: list[Event]) -> None:
        events += [PARENT.restored(), PARENT.activated(CHILD)]

    return with_events(edit)


@bad("an activation of a version that a reset removed is refused")
def _() -> bytes:
    return _without(e.VersionRestored, CHILD)


@bad("an activation that names another predecessor is refused")
def _() -> bytes:
    return _lie(e.VersionActivated, 1, previous=None)


@bad("an activation under another name is refused")
def _() -> bytes:
    return _lie(e.VersionActivated, 1, dna=PARENT.dna)


@bad("an activation that is left out shows in the next one")
def _() -> bytes:
    story = Story()
    hidden = story.events[at(e.VersionActivated, story)]
    story.tells = lambda event: not foreign(event) and event is not hidden
    return story.bundle()


@bad("a withdrawal that contradicts what was active is refused")
def _() -> bytes:
    return _lie(e.VersionWithdrawn, 0, was_active=True)


@bad("a withdrawal of what was withdrawn is refused")
def _() -> bytes:
    return with_events(lambda events: events.append(PARENT.withdrawn()))


@bad("a reset that contradicts what was active is refused")
def _() -> bytes:
    return _lie(e.RegistryReset, 0, active=None)


@bad("a restoration of what no reset removed is refused")
def _() -> bytes:
    return with_events(lambda events: events.append(CHILD.restored()))


@good("a reset before the version was certified has no place, and is not told")
def _() -> bytes:
    events = whole()
    reset: Event = replace(make.registry_reset(), reason="before")
    events.insert(5, reset)
    return Story(events, tells=lambda x: not foreign(x) and x is not reset).bundle()


@bad("a reset before the version was certified is foreign")
def _() -> bytes:
    events = whole()
    events.insert(5, replace(make.registry_reset(), reason="before"))
    return Story(events).bundle()


@good("a withdrawal of the active version leaves nothing active")
def _() -> bytes:
    return with_events(lambda events: events.append(CHILD.withdrawn(was_active=True)))


# What lies beside.


def _model(made: Made) -> Files:
    files = {f"model/{made.dna}/{path}": raw for path, raw in made.content.items()}
    files[f"model/{made.dna}/manifest.json"] = made.manifest.to_bytes()
    return files


@bad("a manifest that is missing is refused")
def _() -> bytes:
    return Story(manifests=(PARENT.manifest, BASE)).bundle()


@bad("a manifest of the base model that is missing is refused")
def _() -> bytes:
    return Story(manifests=(PARENT.manifest, CHILD.manifest)).bundle()


@bad("the manifest of another version is refused")
def _() -> bytes:
    return Story(manifests=(PARENT.manifest, OTHER.manifest, BASE)).bundle()


@bad("a manifest that nothing names is refused")
def _() -> bytes:
    return Story(manifests=(PARENT.manifest, CHILD.manifest, OTHER.manifest, BASE)).bundle()


@bad("a manifest under another digest is refused")
def _() -> bytes:
    name = f"manifests/{CHILD.manifest.digest}.json"
    return changed(lambda files: files.update({name: OTHER.manifest.to_bytes()}))


@bad("a manifest in another spelling, even one that was certified, is refused")
def _() -> bytes:
    return _certified_as(CHILD.manifest.to_bytes().replace(b'": ', b'":  '))


@bad("a manifest with a path that leads out, even one that was certified, is refused")
def _() -> bytes:
    return _certified_as(CHILD.manifest.to_bytes().replace(b"sub/", b"../"))


@bad("a manifest with half a surrogate pair in it is refused")
def _() -> bytes:
    return _certified_as(CHILD.manifest.to_bytes().replace(b"sub/", b"\\ud800/"))


@bad("a manifest without weights is refused")
def _() -> bytes:
    return _certified_as(
        CHILD.manifest.to_bytes().replace(
            b"adapter_model.safetensors", b"adapter_model.other0000000"
        )
    )


@bad("a manifest with other weights than certified is refused")
def _() -> bytes:
    return _certified_as(
        CHILD.manifest.to_bytes().replace(CHILD.weights.encode(), PARENT.weights.encode())
    )


@good("weights in several files are fine")
def _() -> bytes:
    return _sharded().bundle()


@bad("a base model with other files than registered is refused")
def _() -> bytes:
    return _lie(e.BaseModelRegistered, 0, files=3)


@bad("rows that do not give the registered root are refused")
def _() -> bytes:
    name = f"rows/{make.digest('identity')}.leaves"
    return changed(lambda files: files.update({name: bytes(50 * 32)}))


@bad("a row hash that is missing is refused")
def _() -> bytes:
    name = f"rows/{make.digest('identity')}.leaves"
    return changed(lambda files: files.update({name: files[name][32:]}))


@bad("rows of a dataset that has nothing to do with it are refused")
def _() -> bytes:
    name = f"rows/{make.digest('ethics')}.leaves"
    return changed(lambda files: files.update({name: bytes(32)}))


@bad("an export about something else is refused")
def _() -> bytes:
    return changed(lambda files: files.update({"exports/model.json": b"{}"}))


@bad("an export in a folder of its own is refused")
def _() -> bytes:
    name = "exports/deep/model.json"
    return changed(lambda files: files.update({name: CHILD.weights.encode()}))


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
    return _lie(e.ModelKeyAdded, 0, public_key=model_key_added("other").public_key)


@bad("a model key of another algorithm is refused")
def _() -> bytes:
    return _lie(e.ModelKeyAdded, 0, algorithm="rsa")


@bad("a model key that is not base64 is refused")
def _() -> bytes:
    return _lie(e.ModelKeyAdded, 0, public_key="not base64")


@bad("a model key in another spelling of base64 is refused")
def _() -> bytes:
    return _lie(e.ModelKeyAdded, 0, public_key=model_key_added().public_key.replace("=", "") + "*")


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
    return _lie(e.VersionSigned, 1, dna=PARENT.dna)


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


@bad("weights that were swapped are refused")
def _() -> bytes:
    def add(files: Files) -> None:
        files.update(_model(CHILD))
        files[f"model/{CHILD.dna}/adapter_model.safetensors"] = b"weights 1"

    return changed(add)


@bad("a certified folder with a file more is refused")
def _() -> bytes:
    def add(files: Files) -> None:
        files.update({**_model(CHILD), f"model/{CHILD.dna}/more.py": b"evil()"})

    return changed(add)


@bad("a certified folder with a file less is refused")
def _() -> bytes:
    def add(files: Files) -> None:
        files.update(_model(CHILD))
        del files[f"model/{CHILD.dna}/adapter_config.json"]

    return changed(add)


@bad("the folder of another version is refused")
def _() -> bytes:
    return changed(lambda files: files.update(_model(PARENT)))


@bad("a file that is too large to be read is refused")
def _() -> bytes:
    return changed(lambda files: files.update({"exports/large.json": bytes(17 * 1024 * 1024)}))


# What the rows share.


def _announced(*secrets: str) -> list[Event]:
    return [e.KeyAdded(purpose="checkpoint", verifier=str(key_of(who))) for who in secrets]


def _two_machines(
    signers: tuple[str, ...], chain: dict[int, tuple[str, ...]] | None = None
) -> Story:
    """Machine B is announced by entry 5; with an unusable key beside it, which is passed over."""
    events = whole()
    odd = e.KeyAdded(purpose="checkpoint", verifier="no key")
    events[5:5] = [*_announced(B), odd, e.KeyAdded(purpose="other", verifier=str(key_of(C)))]
    foreign_log = e.KeyAdded(purpose="checkpoint", verifier=str(key_of(C, "other.example/log")))
    events.append(foreign_log)
    return Story(events, signers=signers, chain=chain or {})


def _three_machines(chain: dict[int, tuple[str, ...]]) -> Story:
    events = whole()
    events[5:5] = _announced(B, C)
    return Story(events, signers=(C,), chain=chain)


def _retiring(signers: tuple[str, ...], chain: dict[int, tuple[str, ...]] | None = None) -> Story:
    """Machine B is announced by entry 5; entry 8 retires machine A, entry 6 something else."""
    events = whole()
    other = e.KeyRetired(purpose="model", verifier=str(key_of(A)), reason="another purpose")
    stranger = e.KeyRetired(purpose="checkpoint", verifier=str(key_of(C)), reason="unknown")
    retired = e.KeyRetired(purpose="checkpoint", verifier=str(key_of(A)), reason="sold")
    events[5:5] = [*_announced(B), other, stranger, retired]
    return Story(events, signers=signers, chain=chain or {})


def _evaluated() -> Story:
    events = whole()
    events.insert(5, make.dataset("held"))
    story = Story(events)
    for kind in (e.TrainingStarted, e.MetricsMeasured):
        index = at(kind, story, 1)
        field = "evaluation" if kind is e.TrainingStarted else "dataset"
        change = {field: make.digest("held")}
        story.events[index] = replace(story.events[index], **change)  # type: ignore[type-var]
    return story


def _without(kind: type[Event], made: Made) -> bytes:
    """The good story, but for the events of one kind that are about one version."""

    def tells(event: Event) -> bool:
        about = {made.training, made.manifest.digest}
        names = {getattr(event, "training", None), getattr(event, "manifest", None)}
        return not foreign(event) and not (isinstance(event, kind) and about & names)

    return Story(tells=tells).bundle()


def _certified_as(raw: bytes) -> bytes:
    """A bundle of a log that certified these bytes as the manifest."""
    name = digest(raw)
    story = Story()
    old = CHILD.manifest.digest
    story.raws = {
        index: entry.replace(old.encode(), name.encode())
        for index, entry in enumerate(story.entries)
    }
    files = story.files()
    files[f"manifests/{name}.json"] = raw
    del files[f"manifests/{old}.json"]
    return packed({"bundle.json": listing(files, manifest=name), **files})


class Sharded(Made):
    """A version whose weights are in two files."""

    SHARDS = (
        "adapter_model-00001-of-00002.safetensors",
        "adapter_model-00002-of-00002.safetensors",
    )

    @property
    def content(self) -> dict[str, bytes]:
        return {name: name.encode() for name in self.SHARDS}

    @property
    def weights(self) -> str:
        lines = "".join(f"{digest(name.encode())}  {name}\n" for name in self.SHARDS)
        return digest(lines.encode())


def _sharded() -> Story:
    made = Sharded(3)
    raw = made.model_sig()
    events = [*opening(), *life(made, None, raw)]
    return Story(events, made, manifests=(made.manifest, BASE), signatures=(raw,))


def _note_of_another_log(story: Story) -> bytes:
    text = story.note(len(story.events), A).decode().partition("\n\n")[0] + "\n"
    return signed(text.replace(ORIGIN, "other.example/log"), A, origin="other.example/log")


def _zipped(method: int, more: Files | None = None) -> bytes:
    story = Story()
    files = {**story.files(), **(more or {})}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, raw in {"bundle.json": story.listing(files), **files}.items():
            archive.writestr(name, raw)
    return buffer.getvalue()


def _with_stub(raw: bytes, stub: bytes) -> bytes:
    """Put bytes before a zip and correct every offset, as self-extracting archives do."""
    count = struct.unpack("<H", raw[-12:-10])[0]
    start = struct.unpack("<I", raw[-6:-2])[0]
    body, directory = raw[:start], bytearray(raw[start:-22])
    position = 0
    for _ in range(count):
        (length,) = struct.unpack_from("<H", directory, position + 28)
        (offset,) = struct.unpack_from("<I", directory, position + 42)
        struct.pack_into("<I", directory, position + 42, offset + len(stub))
        position += 46 + length
    end = raw[-22:-6] + struct.pack("<I", start + len(stub)) + raw[-2:]
    return stub + body + bytes(directory) + end
