"""Activation, withdrawal and restore: the verbs that change what may answer."""

from collections.abc import Callable

from oneseek.domain.decisions import Decision, registry
from oneseek.domain.decisions.lookup import find_version
from oneseek.domain.errors import FoundDamage, NotFound
from oneseek.domain.manifest import Manifest
from oneseek.domain.ports import Ports, View
from oneseek.domain.projections.difference import Difference
from oneseek.domain.state.documents import Version
from oneseek.domain.stored import Receipt
from oneseek.domain.usecases.record import record

Inspect = Callable[[View, Version], list[Difference]]
"""Compares a version's folder in the certified tree with what it must hold."""


def activate(ports: Ports, text: str, inspect: Inspect) -> tuple[Version, Receipt | None]:
    """Make the version named ``text`` the active one; None when it was active already.

    Its folder is checked byte by byte before the event.

    Raises:
        NotFound, Conflict: see :mod:`oneseek.domain.decisions.registry`.
        FoundDamage: its folder is not what its manifest says.
    """
    chosen: list[Version] = []

    def on(view: View) -> Decision:
        version = find_version(view, text)
        chosen.append(version)
        decision = registry.activate(view, version)
        require_intact(version, inspect(view, version))
        return decision

    receipt = record(ports, on)
    return chosen[-1], receipt


def withdraw(ports: Ports, text: str, reason: str) -> tuple[Version, Receipt | None]:
    """Forbid the version named ``text`` to answer; None when it was withdrawn already."""
    chosen: list[Version] = []

    def on(view: View) -> Decision:
        chosen.append(find_version(view, text))
        return registry.withdraw(view, chosen[-1], reason)

    receipt = record(ports, on)
    return chosen[-1], receipt


def restore(ports: Ports, text: str) -> tuple[Version, Receipt | None]:
    """Let a version that a reset removed stand again; None when it stands already.

    Raises:
        NotFound: one of its objects is no longer kept.
    """
    chosen: list[Version] = []

    def on(view: View) -> Decision:
        version = find_version(view, text)
        chosen.append(version)
        _must_be_kept(ports, version)
        return registry.restore(view, version)

    receipt = record(ports, on)
    return chosen[-1], receipt


def require_intact(version: Version, found: list[Difference]) -> None:
    """Refuse a version whose folder differs from its manifest.

    Raises:
        FoundDamage: ``found`` holds a difference.
    """
    if not found:
        return
    first = found[0]
    raise FoundDamage(
        f"{version.dna} is not intact: {first.path} is {first.kind} "
        f"(expected {first.expected}, found {first.found})"
        + (f", and {len(found) - 1} more" if len(found) > 1 else ""),
        hint="look at it with: oneseek verify; make it again with: oneseek rebuild",
    )


def _must_be_kept(ports: Ports, version: Version) -> None:
    wanted = [version.manifest]
    if ports.objects.has(version.manifest):
        manifest = Manifest.from_bytes(ports.objects.read(version.manifest))
        wanted += [file.digest for file in manifest.files]
    lost = [digest for digest in wanted if not ports.objects.has(digest)]
    if lost:
        raise NotFound(
            f"{version.dna} cannot be restored: {len(lost)} of its objects are not kept here, "
            f"the first is {lost[0]}",
            hint="restore the content store from a backup",
        )
