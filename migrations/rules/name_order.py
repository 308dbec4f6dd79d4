"""Puts legacy names in order, and says in which part two of them disagree."""

from collections.abc import Iterator

from oneseek.migrations.rules.legacy_name import LegacyName, Unreadable, quoted

SortKey = tuple[int, int, int, int, str, str, str, str]

_WITHOUT_VERSION = ("run", "auto", "micro", "DDP", "adapter", "checkpoint")


def sort_key(name: LegacyName | Unreadable) -> SortKey:
    """Return a key that sorts any names: older systems first, then versions as numbers.

    Behind the numbers come language, stamp and text; unreadable names are last.
    """
    if isinstance(name, Unreadable):
        return (4, -1, -1, -1, "", "", name.normal, name.text)
    return (
        _system(name),
        _or_none(name.major),
        _or_none(name.minor),
        _or_none(name.patch),
        name.language or "",
        name.stamp or "",
        name.normal,
        name.text,
    )


def _system(name: LegacyName) -> int:
    if name.generation in _WITHOUT_VERSION:
        return 3
    return {"L0": 0, "L1": 1}.get(name.generation, 2)


def _or_none(number: int | None) -> int:
    return -1 if number is None else number


def disagreement(one: LegacyName | Unreadable, other: LegacyName | Unreadable) -> str | None:
    """Return the sentence that says in which parts two names disagree, None where they do not.

    For a folder's name and what the record in it says. A part that only one of them has is no
    disagreement: a display name says less than a DNA.
    """
    if one.text == other.text:
        return None
    if one.normal == other.normal:
        return (
            f"the two names {quoted(one.text)} and {quoted(other.text)} look alike, but their"
            " letters are composed differently (NFC and NFD)"
        )
    for name in (one, other):
        if isinstance(name, Unreadable):
            return f"the two names cannot be compared: {quoted(name.text)} is {name.reason}"
    assert isinstance(one, LegacyName)
    assert isinstance(other, LegacyName)
    parts = list(_parts(one, other))
    if not parts:
        return None
    listed = "; ".join(
        f"{what} {quoted(first)} and {quoted(second)}" for what, first, second in parts
    )
    return f"the two names disagree: {listed}"


def _parts(one: LegacyName, other: LegacyName) -> Iterator[tuple[str, str, str]]:
    pairs = (
        ("model", one.model, other.model),
        ("version", *_versions(one, other)),
        ("language", one.language, other.language),
        ("base model", one.base, other.base),
        ("time", one.stamp, other.stamp),
        ("cycle", one.cycle, other.cycle),
    )
    for what, first, second in pairs:
        if first and second and first.casefold() != second.casefold():
            yield what, first, second
    if one.datasets and other.datasets and not _same_datasets(one, other):
        yield "data sets", "-".join(one.datasets), "-".join(other.datasets)
    if one.hashes and other.hashes and not _same_hashes(one.hashes, other.hashes):
        yield "hashes", ".".join(one.hashes), ".".join(other.hashes)


def _versions(one: LegacyName, other: LegacyName) -> tuple[str | None, str | None]:
    numbers = zip(
        (one.major, one.minor, one.patch), (other.major, other.minor, other.patch), strict=True
    )
    if any(
        first != second for first, second in numbers if first is not None and second is not None
    ):
        return one.version, other.version
    return None, None


def _same_datasets(one: LegacyName, other: LegacyName) -> bool:
    """Whether they are the same, as far as an old parser left them of a name without hashes."""
    if one.hashes and other.hashes:
        return one.datasets == other.datasets
    return one.datasets[0].startswith(other.datasets[0]) or other.datasets[0].startswith(
        one.datasets[0]
    )


def _same_hashes(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether they are the same, as far as an old parser left their leading digits."""
    pairs = zip(one, other, strict=False)
    return all(first.startswith(second) or second.startswith(first) for first, second in pairs)
