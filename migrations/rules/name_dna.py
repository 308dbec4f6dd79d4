"""DNA names: everything behind the version, ``{language}.ds{tokens}.{hash}.{hash}`` and its kin.

Split from both ends, as data sets may hold dots, blanks and any letter: the language and ``ds``
from the left, the hashes from the right. Categories of the second generation are a closed list;
tokens of the certified generation are whatever a file was called, so that a name can be of both.
"""

import re
from dataclasses import replace

from oneseek.domain.names import LANGUAGES
from oneseek.migrations.rules.categories import CATEGORIES, NO_CATEGORY
from oneseek.migrations.rules.legacy_name import Broken, LegacyName, quoted

_HASH = re.compile(r"[0-9a-fA-F]{8}")
_SHORT = re.compile(r"[0-9a-fA-F]{6}")
_CUT = re.compile(r"ds[A-Za-z0-9_]*")
_BY_COUNT = {1: "short", 2: "D2o", 3: "D1"}
_MOST_TOKENS = 3
_NOT_MERGED = (1, 0, None)

AMBIGUOUS = (
    "all its data sets are categories of the second generation, but a certified name can"
    " hold the same words"
)
"""The remark on a name that is nothing odd, and that two generations could have written."""


def read_dna(name: LegacyName, behind: str) -> LegacyName:
    """Return ``name``, which holds model and version, with the parts of ``behind`` added.

    ``behind`` is the text after the version and its dot.

    Raises:
        Broken: they are no parts of a DNA name.
    """
    parts = behind.split(".")
    if len(parts) == 1 and _SHORT.fullmatch(behind):
        return _add(
            replace(name, generation="short", hashes=(behind,)),
            "it has one hash of six digits, as only documents show names",
        )
    if all(_HASH.fullmatch(part) for part in parts):
        return _hashes_alone(name, parts)
    if "" in (parts[0], parts[-1]):
        raise Broken(f"a part is empty in {quoted(behind)}")
    if len(parts) <= 2 and not _HASH.fullmatch(parts[-1]) and _is_cut(parts):
        return _cut(name, parts)
    _require_hashes(parts)
    return _whole(name, parts[:-2], (parts[-2], parts[-1]))


def _hashes_alone(name: LegacyName, parts: list[str]) -> LegacyName:
    if len(parts) > len(_BY_COUNT):
        raise Broken(f"it has {len(parts)} hashes, and no name has more than three")
    return _checked(replace(name, generation=_BY_COUNT[len(parts)], hashes=tuple(parts)))


def _is_cut(parts: list[str]) -> bool:
    """Whether the hyphen after the first data set ended it, with hashes and all that followed."""
    language, datasets = parts[0], parts[1] if len(parts) == 2 else "ds"
    return language.casefold() in LANGUAGES and bool(_CUT.fullmatch(datasets))


def _cut(name: LegacyName, parts: list[str]) -> LegacyName:
    name = _with_language(name, parts[0])
    if len(parts) == 1:
        return _add(replace(name, generation="L2"), "nothing stands behind the language")
    return _add(
        replace(name, generation="D3", also=("D2",), datasets=tuple(parts[1][2:].split())),
        "it has no hashes: an old parser cut a name at the first hyphen of its data sets",
    )


def _require_hashes(parts: list[str]) -> None:
    offences = [
        f"the part {quoted(part)} is no hash of eight hexadecimal digits"
        for part in parts[-2:]
        if not _HASH.fullmatch(part)
    ]
    if plus := next((part for part in parts[:-2] if "+" in part), None):
        offences.insert(0, f"the part {quoted(plus)} has a '+', which no program wrote there")
    if offences:
        raise Broken(" and ".join(offences))


def _whole(name: LegacyName, middle: list[str], hashes: tuple[str, str]) -> LegacyName:
    at = next((at for at, part in enumerate(middle[:2]) if part.startswith("ds")), None)
    if at is None and len(middle) == 1:
        name = _with_language(name, middle[0])
        name = _add(name, "it has a language, but no data sets")
        return _checked(replace(name, generation="D3" if name.model else "D2s", hashes=hashes))
    if at is None:
        raise Broken(f"the part {quoted(middle[1])} behind the language does not begin with 'ds'")
    name = _with_language(name, middle[0]) if at else _add(name, "it has no language")
    tokens = ".".join(middle[at:])[2:].split("-")
    if len(middle) > at + 1 and any(_HASH.fullmatch(part) for part in middle[at + 1 :]):
        name = _add(name, "a part of its data sets looks like a hash")
    return _checked(_of_generation(replace(name, datasets=tuple(tokens), hashes=hashes)))


def _of_generation(name: LegacyName) -> LegacyName:
    tokens = name.datasets
    second = tokens == (NO_CATEGORY,) or (
        set(tokens) <= CATEGORIES and list(tokens) == sorted(set(tokens))
    )
    third = len(tokens) <= _MOST_TOKENS and all(len(token) > 1 for token in tokens)
    merged = (name.major, name.minor, name.patch) != _NOT_MERGED
    if name.model is None:
        return replace(name, generation="D2s")
    certified = "D3m" if merged else "D3"
    if second and third:
        name = _add(name, AMBIGUOUS)
    if second:
        return replace(name, generation="D2", also=(certified,) if third else ())
    if any("_" in token for token in tokens):
        name = _add(name, "'_' in a data set is what the second generation made of a hyphen")
        return replace(name, generation="D2")
    if not third:
        name = _add(
            name, "no program wrote its data sets so: at most three, of two letters or more"
        )
    if merged:
        name = _add(
            name,
            f"training always wrote 1.0, so {name.version} comes from a merge, which kept the"
            " hashes of its parent",
        )
    return replace(name, generation=certified)


def _with_language(name: LegacyName, part: str) -> LegacyName:
    language = part.casefold()
    if name.language not in (None, language):
        name = _add(
            name, f"behind the model it says {quoted(str(name.language))}, then {quoted(part)}"
        )
    if part not in LANGUAGES:
        name = _add(name, f"the language {quoted(part)} is none of {', '.join(LANGUAGES)}")
    return replace(name, language=language)


def _checked(name: LegacyName) -> LegacyName:
    if any(digits != digits.lower() for digits in name.hashes):
        return _add(name, "its hashes have upper-case digits, which no program wrote")
    return name


def _add(name: LegacyName, remark: str) -> LegacyName:
    return replace(name, remarks=(*name.remarks, remark))
