"""Drift as findings: the file, the version it belongs to, and the entry that says so."""

from collections.abc import Iterable, Iterator

from oneseek.domain.findings import Finding
from oneseek.domain.ports import View
from oneseek.domain.projections.difference import Difference
from oneseek.domain.projections.projection import Projection
from oneseek.domain.state.documents import Version
from oneseek.domain.state.versions import how_it_came, version_title


def drift_findings(
    projection: Projection, found: Iterable[Difference], view: View
) -> Iterator[Finding]:
    """Turn the differences of a target into findings that say where each claim comes from."""
    for difference in found:
        unit = difference.path.split("/")[0]
        version = view.get(Version, unit) or view.get(Version, unit.removesuffix(".sha256"))
        origin = (
            f"{version_title(version)}, {how_it_came(version)} by ledger entry {version.index}"
            if version
            else f"projection {projection.name}"
        )
        yield Finding(
            f"drift-{difference.kind}",
            f"{projection.folder}/{difference.path}",
            f"{difference.expected} — {origin}",
            difference.found,
            f"make it again with: oneseek rebuild {projection.name}",
        )
