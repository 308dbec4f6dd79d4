"""What whoever activates an imported version should know: nobody here certified it."""

from collections.abc import Iterator

from oneseek.cli.output import one_line
from oneseek.domain.state.documents import Version


def activation_notes(version: Version) -> Iterator[str]:
    """Yield notes on an imported version that was made the active one."""
    if version.imported is None:
        return
    old = version.imported
    yield f"note: it was imported ({old.verdict}): {one_line(old.reason)}"
    if version.base is None:
        yield (
            "note: it cannot answer before its base model is known: "
            f"oneseek migrate base {one_line(version.dna)} BASE"
        )
