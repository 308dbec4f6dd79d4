"""Activation and withdrawal: the verbs that change what may answer."""

from collections.abc import Callable

from oneseek.domain.decisions import Decision, registry
from oneseek.domain.decisions.lookup import find_version
from oneseek.domain.errors import FoundDamage
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
