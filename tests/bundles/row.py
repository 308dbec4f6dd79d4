"""What a row of the table is, and what the rows share."""

import io
import struct
import zipfile
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

from bundles.made import ORIGIN, A, Files, Made, key_of, private, signed
from bundles.story import Story, at, packed
from oneseek.domain.events import Event
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


def loosened(text: str) -> str:
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


def cosigned(note: bytes, time: int = 1_700_000_000, text: str | None = None) -> bytes:
    """A checkpoint with the line of the witness, over ``text`` where that is another one."""
    signed_text = text or note.decode().partition("\n\n")[0] + "\n"
    stamp = time.to_bytes(8, "big")
    made = private("witness").sign(f"cosignature/v1\ntime {time}\n{signed_text}".encode())
    blob = WITNESS.key_id.to_bytes(4, "big") + stamp + made
    return note + f"\N{EM DASH} {WITNESS.name} {b64encode(blob).decode()}\n".encode()


def lie(kind: type[Event], number: int, **facts: object) -> bytes:
    story = Story()
    index = at(kind, story, number)
    story.events[index] = replace(story.events[index], **facts)  # type: ignore[type-var]
    return story.bundle()


def model(made: Made) -> Files:
    files = {f"model/{made.dna}/{path}": raw for path, raw in made.content.items()}
    files[f"model/{made.dna}/manifest.json"] = made.manifest.to_bytes()
    return files


def note_of_another_log(story: Story) -> bytes:
    text = story.note(len(story.events), A).decode().partition("\n\n")[0] + "\n"
    return signed(text.replace(ORIGIN, "other.example/log"), A, origin="other.example/log")


def zipped(method: int, more: Files | None = None) -> bytes:
    story = Story()
    files = {**story.files(), **(more or {})}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, raw in {"bundle.json": story.listing(files), **files}.items():
            archive.writestr(name, raw)
    return buffer.getvalue()


def with_stub(raw: bytes, stub: bytes) -> bytes:
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
