"""What a published log did not prove, as a finding."""

from oneseek.domain.errors import FoundDamage
from oneseek.domain.findings import Finding


class LogRefused(FoundDamage):
    """A published log does not prove what it says; ``finding`` has both sides.

    ``evidence`` are files that were kept: signed checkpoints that contradict each other.
    """

    def __init__(self, finding: Finding, evidence: tuple[str, ...] = ()) -> None:
        super().__init__(
            f"{finding.where}: expected {finding.expected}, found {finding.found}",
            hint=finding.hint or None,
        )
        self.finding = finding
        self.evidence = evidence
