"""The form of the file: the zip and its members."""

import struct
import zipfile

from bundles.row import NO_BUNDLE, bad, changed, relisted, with_stub, zipped
from bundles.story import Story, packed


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
    return with_stub(Story().bundle(), b"#!/bin/sh\n")


@bad("a zip with a comment is refused")
def _() -> bytes:
    raw = Story().bundle()
    return raw[:-2] + struct.pack("<H", 4) + b"note"


@bad("the same files packed by another program are refused")
def _() -> bytes:
    return zipped(zipfile.ZIP_STORED)


@bad("a compressed zip is refused")
def _() -> bytes:
    return zipped(zipfile.ZIP_DEFLATED)


@bad("a zip bomb is refused without being unpacked")
def _() -> bytes:
    return zipped(zipfile.ZIP_DEFLATED, {"exports/bomb": bytes(50_000_000)})


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


@bad("bytes between the last member and the directory are refused")
def _() -> bytes:
    raw = Story().bundle()
    (start,) = struct.unpack("<I", raw[-6:-2])
    moved = raw[:-6] + struct.pack("<I", start + 6) + raw[-2:]
    return moved[:start] + b"hidden" + moved[start:]


@bad("bytes at the end of the directory are refused")
def _() -> bytes:
    raw = Story().bundle()
    size, start = struct.unpack("<2I", raw[-10:-2])
    return raw[:-22] + b"hidden" + raw[-22:-10] + struct.pack("<2I", size + 6, start) + raw[-2:]


@bad("bytes between two members are refused although every offset fits")
def _() -> bytes:
    files = Story().files()
    raw = packed({"bundle.json": Story().listing(files), **files})
    (start,) = struct.unpack("<I", raw[-6:-2])
    body, directory = raw[:start], bytearray(raw[start:-22])
    second = struct.unpack_from("<I", directory, 46 + len("README.txt") + 42)[0]
    position = 46 + len("README.txt")
    while position < len(directory):
        (length,) = struct.unpack_from("<H", directory, position + 28)
        (offset,) = struct.unpack_from("<I", directory, position + 42)
        struct.pack_into("<I", directory, position + 42, offset + 6)
        position += 46 + length
    end = raw[-22:-6] + struct.pack("<I", start + 6) + raw[-2:]
    return body[:second] + b"hidden" + body[second:] + bytes(directory) + end
