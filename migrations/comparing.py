"""Two looks at one source: which entries came, went, or have other bytes.

Both are in byte order of the paths, so that a source of any size is compared as it goes by.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from oneseek.domain.digest import Digest
from oneseek.migrations.item import Item
from oneseek.migrations.paths import raw_path


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry as one look saw it."""

    raw: bytes
    """Its path below the source."""
    path: str
    """For people."""
    type: str
    size: int
    digest: Digest | None
    """None: its bytes are not compared."""
    target: str = ""


def seen(item: Item, digest: Digest | None) -> Seen:
    """Return ``item`` with the digest that it is to be compared by."""
    return Seen(raw_path(item.path), item.path, item.type, item.size, digest, item.target)


def differences(
    before: Iterable[Seen],
    now: Iterable[Seen],
    same_bytes: Callable[[Seen, Seen], bool] | None = None,
) -> Iterator[str]:
    """Yield a few words for every entry that is not as it was: ``changed: path``.

    ``same_bytes`` decides where a digest is missing; without it such bytes pass as the same.
    """
    olds, news = iter(before), iter(now)
    old, new = next(olds, None), next(news, None)
    while old is not None or new is not None:
        if new is None or (old is not None and old.raw < new.raw):
            assert old is not None
            yield f"gone: {old.path}"
            old = next(olds, None)
        elif old is None or new.raw < old.raw:
            yield f"new: {new.path}"
            new = next(news, None)
        else:
            if word := _difference(old, new, same_bytes):
                yield f"{word}: {old.path}"
            old, new = next(olds, None), next(news, None)


def _difference(old: Seen, new: Seen, same_bytes: Callable[[Seen, Seen], bool] | None) -> str:
    if old.type != new.type:
        return f"a {old.type} then, now {new.type}"
    if old.size != new.size or old.target != new.target:
        return "changed"
    if old.digest is not None and new.digest is not None:
        return "" if old.digest == new.digest else "changed"
    return "" if same_bytes is None or same_bytes(old, new) else "changed"
