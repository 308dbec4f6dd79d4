"""What no old program wrote: a wrong folder, and archives that nobody looks into."""

from oneseek.domain.findings import Finding
from oneseek.migrations.item import FOLDER, LINK, UNCLASSIFIED
from oneseek.migrations.plan import SourcePlan

ARCHIVE = "archive-not-opened"
_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst")
FOREIGN = frozenset((FOLDER, LINK, UNCLASSIFIED))


def archive_findings(path: str) -> tuple[Finding, ...]:
    """Return the finding on a file of no known format that is an archive by its name."""
    if not path.lower().endswith(_ARCHIVES):
        return ()
    return (
        Finding(
            ARCHIVE,
            path,
            "files",
            "an archive, which is kept as it is and not looked into",
            "if old models or ledgers are in it, unpack it and import the folder",
        ),
    )


def is_foreign(plan: SourcePlan) -> bool:
    """Say whether nothing in a source is of a kind that the old programs wrote, nor odd."""
    return not plan.findings and all(
        item.kind in FOREIGN and all(found.check == ARCHIVE for found in item.findings)
        for item in plan.items
    )
