"""Version numbers in legacy names, and the traces of parsers that took too much or too little.

The old server read a version with ``[0-9.]+``: of ``v1.0.141521ad`` that is ``1.0.141521``, and of
``v1.0.sv`` it is ``1.0.``, which gave files called ``v1.0.141521.json`` and ``v1.0..json``. Another
reader cut at the first dot, which left ``1`` of ``1.0``. Nothing in the old code counts further
than two numbers, but for OQT's three (``1.2.0``).
"""

import re
from dataclasses import dataclass

from oneseek.migrations.rules.legacy_name import Broken, quoted

_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+)*(?=[.\-]|$)")
_MOST_DIGITS = 9
_HASH_DIGITS = 8
_LONGEST_PATCH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """A version, what an old parser left of hashes behind it, and the rest of the text."""

    major: int
    minor: int | None
    patch: int | None
    cut: tuple[str, ...]
    """Leading digits of hashes that were taken for further numbers."""
    rest: str
    """Empty, or begins with a dot or a hyphen."""
    remarks: tuple[str, ...]


def read_numbers(text: str, *, named: bool = True) -> Numbers:
    """Read the version at the start of ``text``, which stands behind a ``v``.

    Without ``named``, three numbers are a version of three numbers and nothing else.

    Raises:
        Broken: there is none.
    """
    match = _NUMBERS.match(text)
    if match is None:
        raise Broken(f"no version number stands at the start of {quoted(text)}")
    groups, rest = match[0].split("."), text[match.end() :]
    groups, rest, remarks = _give_back_hashes(groups, rest, named)
    if rest == ".":
        rest = ""
        remarks.append("a dot too many stands after the version: an old parser left it there")
    goes_on = rest.startswith(".")
    if goes_on and len(groups) > 3:
        raise Broken(f"the version {quoted('.'.join(groups))} has more than three numbers")
    patch, cut = None, tuple(groups[2:])
    if len(groups) == 3 and (goes_on or not named or _may_be_patch(groups[2])):
        patch, cut = _number(groups[2]), ()
    if cut:
        remarks.append(
            f"a hash that starts with digits was taken for a version: {quoted('.'.join(cut))}"
            " is no number of it"
        )
    elif patch is not None and named:
        remarks.append(
            f"the third number, {patch}, may be the first digits of a hash that an old parser"
            " took for a part of the version"
        )
    if len(groups) == 1:
        remarks.append("the version has only one number: the second is missing or was cut off")
    numbers = groups[: 3 if patch is not None else 2]
    if any(len(group) > 1 and group.startswith("0") for group in numbers):
        remarks.append(f"the version {quoted('.'.join(numbers))} has zeros in front of a number")
    minor = _number(groups[1]) if len(groups) > 1 else None
    return Numbers(
        major=_number(groups[0]),
        minor=minor,
        patch=patch,
        cut=cut,
        rest=rest,
        remarks=tuple(remarks),
    )


def _give_back_hashes(
    groups: list[str], rest: str, named: bool
) -> tuple[list[str], str, list[str]]:
    """Eight digits behind two numbers, in a name that goes on with a dot, are a hash."""
    remarks: list[str] = []
    if not named:
        return groups, rest, remarks
    goes_on = len(rest) > 1 and rest.startswith(".")
    for at, group in enumerate(groups[2:], 2):
        every = not rest and all(len(group) == _HASH_DIGITS for group in groups[at:])
        if len(group) == _HASH_DIGITS and (goes_on or every):
            rest = "." + ".".join(groups[at:]) + rest
            remarks.append(f"{quoted(group)} is read as a hash, as it has eight digits")
            return groups[:at], rest, remarks
    return groups, rest, remarks


def _may_be_patch(group: str) -> bool:
    return len(group) <= _LONGEST_PATCH and (group == "0" or not group.startswith("0"))


def _number(group: str) -> int:
    if len(group) > _MOST_DIGITS:
        raise Broken(f"the number {quoted(group)} has {len(group)} digits, which no version has")
    return int(group)
