"""DNA names, version 2: the readable label of a certified version, never its identity.

``OneSeek-7B-Zero.v{MAJOR}.{MICRO}.{LANG}.ds{Cat-Cat...}.{weights8}.{time8}``, for instance
``OneSeek-7B-Zero.v1.492.sv.dsCivicID-SwedID.8f3a1c9d.2e7f4b1a``. ``weights8`` is the head of the
weights' SHA-256, ``time8`` the head of the SHA-256 of the ``certified_at`` text. Writing and
reading here are strict; reading legacy names leniently is the migrator's business.
"""

import re
from dataclasses import dataclass
from typing import Self

from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import InvalidInput

MODEL_NAME = "OneSeek-7B-Zero"
CURRENT_NAME = f"{MODEL_NAME}-CURRENT"
LANGUAGES = ("sv", "en", "ensv", "no", "da", "fi")
"""Language codes; ``ensv`` is a line of both English and Swedish."""

NO_CATEGORY = "General"

MAX_NUMBER = 999_999_999
"""The greatest major or minor number that a name can hold."""

_DNA = re.compile(
    r"(?P<model>OneSeek-7B-Zero)"
    r"\.v(?P<major>0|[1-9][0-9]{0,8})\.(?P<minor>0|[1-9][0-9]{0,8})"
    rf"\.(?P<language>{'|'.join(LANGUAGES)})"
    r"\.ds(?P<categories>[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*)"
    r"\.(?P<weights>[0-9a-f]{8})\.(?P<time>[0-9a-f]{8})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class DnaName:
    """The parts of a DNA name. ``str()`` writes exactly what :meth:`parse` reads."""

    major: int
    minor: int
    language: str
    categories: tuple[str, ...]
    """Sorted; ``("General",)`` where the dataset has none."""
    weights8: str
    time8: str

    @classmethod
    def of(
        cls,
        *,
        major: int,
        minor: int,
        language: str,
        categories: tuple[str, ...],
        weights: Digest,
        certified_at: str,
    ) -> Self:
        """Make the name of a new version.

        Raises:
            InvalidInput: the parts do not make a name, for instance an unknown language or a
                category with other characters than letters A-Z and digits.
        """
        name = cls(
            major,
            minor,
            language,
            tuple(sorted(set(categories))) or (NO_CATEGORY,),
            weights[:8],
            sha256(certified_at.encode())[:8],
        )
        if cls.parse(str(name)) != name:
            raise InvalidInput(f"the categories {', '.join(categories)} cannot stand in a name")
        return name

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a name strictly.

        Raises:
            InvalidInput: it is not a DNA name, or its categories are not sorted and distinct.
        """
        match = _DNA.fullmatch(text)
        if match is None:
            raise InvalidInput(f"not a DNA name: {text!r}")
        categories = tuple(match["categories"].split("-"))
        if list(categories) != sorted(set(categories)):
            raise InvalidInput(f"the categories of {text!r} are not sorted and distinct")
        return cls(
            int(match["major"]),
            int(match["minor"]),
            match["language"],
            categories,
            match["weights"],
            match["time"],
        )

    def __str__(self) -> str:
        return (
            f"{MODEL_NAME}.v{self.major}.{self.minor}.{self.language}"
            f".ds{'-'.join(self.categories)}.{self.weights8}.{self.time8}"
        )

    @property
    def version(self) -> str:
        """``MAJOR.MICRO``, as the founding documents write a version."""
        return f"{self.major}.{self.minor}"
