"""bundle.json."""

from bundles.made import CHILD, ORIGIN, OTHER, PARENT, digest
from bundles.row import bad, changed, relisted
from bundles.story import Story, packed


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
