"""Reading a shared place again, and the cache in front of it; damage there and here told apart."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from oneseek.adapters.objects.reading import OnBytes
from oneseek.adapters.objects.shared.place import Place, object_url
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.domain.digest import Digest
from oneseek.domain.errors import FoundDamage, NotFound
from oneseek.domain.findings import Finding

_PUSH = "run on a machine that has it: oneseek objects push; or restore a backup"
_HEAL_THERE = "this machine has the whole object: delete it there, then: oneseek objects push"
_HEAL_HERE = "the shared place has the whole object: delete this file, it is fetched when needed"


def check_shared(
    local: FileObjectStore,
    place: Place,
    digests: Iterable[Digest] | None,
    on_bytes: OnBytes | None,
) -> Iterator[Finding]:
    """Yield findings about the objects named, or about everything there and here if None.

    Of the shared place ``object-missing``, ``object-damaged`` and, in a look at everything,
    ``object-foreign``; of the cache what its own check finds, but an absent object.
    """
    wanted = None if digests is None else list(digests)
    whole_there: set[Digest] = set()
    for finding, digest in _there(place, wanted, on_bytes):
        if finding is None:
            whole_there.add(digest)
        elif finding.check == "object-foreign" or not _whole_here(local, digest):
            yield finding
        else:
            yield replace(finding, hint=_HEAL_THERE)
    here = wanted if wanted is None else [digest for digest in wanted if local.has(digest)]
    for finding in local.check(here):
        healable = finding.check == "object-damaged" and finding.expected in whole_there
        yield replace(finding, hint=_HEAL_HERE) if healable else finding


def _there(
    place: Place, wanted: list[Digest] | None, on_bytes: OnBytes | None
) -> Iterator[tuple[Finding | None, Digest]]:
    if wanted is not None:
        for digest in wanted:
            yield _object(place, digest, on_bytes), digest
        return
    for lying in place.listing():
        if lying.digest is not None:
            yield _object(place, lying.digest, on_bytes), lying.digest
        else:
            hint = "move it elsewhere"
            yield (
                Finding("object-foreign", lying.where, "nothing but objects", "a file", hint),
                "",
            )


def _object(place: Place, digest: Digest, on_bytes: OnBytes | None) -> Finding | None:
    where = object_url(place.url, digest)
    try:
        found = place.found_digest(digest, on_bytes)
    except NotFound:
        return Finding("object-missing", where, digest, "absent", _PUSH)
    except FoundDamage as error:
        return Finding("object-damaged", where, digest, error.message, _PUSH)
    return None if found == digest else Finding("object-damaged", where, digest, found, _PUSH)


def _whole_here(local: FileObjectStore, digest: Digest) -> bool:
    return local.has(digest) and not list(local.check([digest]))
