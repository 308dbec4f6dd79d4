"""What an audit saw. Audits and migrations collect findings; they do not raise at the first one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be, with both sides of the comparison."""

    check: str
    """Stable kebab-case name of the check, such as ``object-damaged``."""
    where: str
    """The path, digest or leaf that it is about."""
    expected: str
    found: str
    hint: str = ""
    """What to do about it, empty when there is nothing to say."""
