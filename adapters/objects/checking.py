"""Reading the whole store again: what is missing, damaged, or does not belong there."""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from oneseek.adapters.objects.layout import OBJECT_MODE, Place, object_path, places
from oneseek.adapters.objects.reading import OnBytes, hash_fd, open_regular
from oneseek.domain.digest import Digest
from oneseek.domain.errors import InvalidInput, NotFound
from oneseek.domain.findings import Finding

_RESTORE = "restore it from a backup"
_LIKE_A_DIGEST = re.compile(r"[0-9A-Fa-f]{64}")


def check_objects(
    root: Path, digests: Iterable[Digest] | None, on_bytes: OnBytes | None
) -> Iterator[Finding]:
    """Yield findings about the objects named, or about everything in the store if None.

    ``object-missing``, ``object-damaged`` (other bytes, or no regular file), ``object-unreadable``
    and ``object-mode`` are about objects; ``object-misnamed`` (named like one, but not in the one
    place) and ``object-foreign`` (anything else) only come from a look at everything.
    A disk that cannot read one object does not end the check.
    """
    if digests is not None:
        for digest in digests:
            yield from _check_object(object_path(root, digest), digest, on_bytes)
        return
    for place in places(root):
        if place.digest is not None:
            yield from _check_object(place.path, place.digest, on_bytes)
        else:
            yield _stranger(root, place)


def _check_object(path: Path, digest: Digest, on_bytes: OnBytes | None) -> Iterator[Finding]:
    where = str(path)
    try:
        with open_regular(path) as fd:
            mode = stat.S_IMODE(os.fstat(fd).st_mode)
            found, _ = hash_fd(fd, on_bytes=on_bytes)
    except NotFound:
        yield Finding("object-missing", where, digest, "absent", _RESTORE)
    except InvalidInput as error:
        yield Finding("object-damaged", where, "a regular file", error.message, _RESTORE)
    except BrokenPipeError:  # from whoever watches the progress: files have no pipes
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        yield Finding("object-unreadable", where, digest, reason, "check the disk and its rights")
    else:
        if found != digest:
            yield Finding("object-damaged", where, digest, found, _RESTORE)
        if mode != OBJECT_MODE:
            hint = "somebody may have written to it; set the mode back to 0444"
            yield Finding("object-mode", where, f"{OBJECT_MODE:04o}", f"{mode:04o}", hint)


def _stranger(root: Path, place: Place) -> Finding:
    where, shown = str(place.path), place.path.relative_to(root)
    if place.kind == "file" and (named := _LIKE_A_DIGEST.fullmatch("".join(shown.parts)[-64:])):
        right = object_path(Path(), named[0].lower())
        hint = "give it its right name, then check again"
        return Finding("object-misnamed", where, str(right), str(shown), hint)
    return Finding("object-foreign", where, "nothing but objects", place.kind, "move it elsewhere")
