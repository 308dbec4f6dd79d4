"""The checkpoint, as a text."""

from base64 import b64encode

from bundles.made import ORIGIN, digest
from bundles.row import UNCHECKED, bad, changed, loosened, note_of_another_log, reproved
from bundles.story import Story


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
    return Story(body=loosened).bundle()


@bad("a signature in base64 that is not canonical is refused")
def _() -> bytes:
    story = Story()
    return reproved(story, loosened(story.files()["checkpoint"].decode()).encode())


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
    return reproved(story, note_of_another_log(story))
