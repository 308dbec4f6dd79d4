"""Names in the historic layout: ``oneseek-7b-zero-v1.0-SV`` and ``oqt-1.0-v1.0-SV``.

The founding documents number versions only; the first Swedish model was told from the English one
by ``-SV`` behind the number. Every language line counts from v1.0 here, so that rule is kept for
all of them: English has the bare number, another line its code in capitals.
"""

from dataclasses import dataclass

_PLAIN_LINE = "en"


@dataclass(frozen=True, slots=True)
class HistoricName:
    """The number of a version and its language line."""

    major: int
    minor: int
    language: str

    @property
    def version(self) -> str:
        """``1.0`` of the English line, ``1.0-SV`` of the Swedish one."""
        suffix = "" if self.language == _PLAIN_LINE else f"-{self.language.upper()}"
        return f"{self.major}.{self.minor}{suffix}"


@dataclass(frozen=True, slots=True)
class Generation:
    """One of the two trees that the documents describe."""

    folder: str
    """Relative to the root of a workspace, with ``/``."""
    prefix: str
    display: str
    """What stands before ``.v1.0`` in its metadata."""
    current: str | None
    """Path of the link to the adapter of the active version, where the documents draw one."""

    def stem(self, name: HistoricName) -> str:
        """Return what the files of a version are called, without their suffix."""
        return f"{self.prefix}-v{name.version}"


ONESEEK = Generation("models/oneseek-7b-zero", "oneseek-7b-zero", "OneSeek-7B-Zero", None)
OQT = Generation("models/oqt", "oqt-1.0", "OQT-1.0", "lora_adapters/current")
GENERATIONS = (ONESEEK, OQT)
