"""What a verifier of a bundle says: what is wrong, what is proven, and what is not."""

from dataclasses import dataclass, field

from oneseek.domain.errors import CannotCheck, OneSeekError
from oneseek.domain.findings import Finding

FOUND = 1


@dataclass(slots=True)
class Verdict:
    """Collected while a bundle is examined; the sentences are for people."""

    findings: list[Finding] = field(default_factory=list)
    proven: list[str] = field(default_factory=list)
    asserted: list[str] = field(default_factory=list)
    """What the bundle says and nothing in it can prove."""
    absent: list[str] = field(default_factory=list)
    """What could have been proven if it were in the bundle."""
    unchecked: list[str] = field(default_factory=list)
    """What this machine could not check."""

    def expect(self, check: str, where: str, expected: object, found: object) -> bool:
        """Note a finding unless both are the same; say whether they are."""
        if expected != found:
            shown = ["absent" if value is None else str(value) for value in (expected, found)]
            self.findings.append(Finding(check, where, *shown))
        return expected == found

    def refuse(self, check: str, where: str, error: OneSeekError) -> None:
        """Note that something cannot be believed, and why."""
        self.findings.append(Finding(check, where, "something that verifies", error.message))

    @property
    def exit_code(self) -> int:
        """0 everything was checked and fits; 1 something is wrong; 6 something was not checked."""
        if self.findings:
            return FOUND
        return CannotCheck.exit_code if self.unchecked else 0
