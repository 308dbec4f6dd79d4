"""What may be active, and when: activation, withdrawal, reset and restore."""

from oneseek.domain.decisions import Decision
from oneseek.domain.digest import Digest
from oneseek.domain.errors import Conflict
from oneseek.domain.events import (
    RegistryReset,
    VersionActivated,
    VersionRestored,
    VersionWithdrawn,
)
from oneseek.domain.state.documents import Version, stands
from oneseek.domain.state.registry import registry_state
from oneseek.domain.state.store import Reading

_REGISTRY = frozenset({"registry"})


def activate(state: Reading, version: Version) -> Decision:
    """Make ``version`` the one that answers.

    Raises:
        Conflict: it was withdrawn, a reset removed it from the certified tree, or its weights are
            no adapter.
    """
    registry = registry_state(state)
    if version.withdrawn is not None:
        raise Conflict(
            f"{version.dna} was withdrawn by entry {version.withdrawn}",
            hint="a withdrawn version never answers again: activate another one",
        )
    require_applicable(version)
    if not stands(version, registry):
        raise Conflict(
            f"{version.dna} was removed by the reset of entry {registry.last_reset}",
            hint=f"bring it back first: oneseek restore {version.dna}",
        )
    if registry.active == version.dna:
        return Decision(reads=_REGISTRY)
    previous = state.get(Version, registry.active) if registry.active else None
    event = VersionActivated(
        manifest=version.manifest,
        dna=version.dna,
        previous=previous.manifest if previous else None,
    )
    return Decision((event,), _REGISTRY)


def require_applicable(version: Version) -> None:
    """Refuse weights that cannot be put on a base model.

    Raises:
        Conflict: they are tensors of another form.
    """
    if version.form != "adapter":
        raise Conflict(
            f"{version.dna} cannot answer: its weights are no adapter that can be applied to a "
            "base model"
        )


def known_base(version: Version) -> Digest:
    """Return the base model of a version that is to be used.

    Raises:
        Conflict: nobody has said yet which one it is.
    """
    if version.base is None:
        named = f" (its records call it {version.base_name})" if version.base_name else ""
        raise Conflict(
            f"{version.dna} was imported, and its base model is not identified{named}",
            hint=f"say which one it is: oneseek migrate base {version.dna} BASE",
        )
    return version.base


def withdraw(state: Reading, version: Version, reason: str) -> Decision:
    """Forbid ``version`` to answer; when it is active, nothing is active afterwards."""
    if version.withdrawn is not None:
        return Decision(reads=_REGISTRY)
    event = VersionWithdrawn(
        manifest=version.manifest,
        dna=version.dna,
        reason=reason,
        was_active=registry_state(state).active == version.dna,
    )
    return Decision((event,), _REGISTRY)


def reset(state: Reading, *, reason: str, inventory: Digest, versions: int, files: int) -> Decision:
    """Order the certified tree to be emptied; base models, objects and history stay."""
    registry = registry_state(state)
    active = state.get(Version, registry.active) if registry.active else None
    event = RegistryReset(
        reason=reason,
        inventory=inventory,
        versions=versions,
        files=files,
        active=active.manifest if active else None,
    )
    return Decision((event,), _REGISTRY)


def restore(state: Reading, version: Version) -> Decision:
    """Let ``version`` stand in the certified tree again; it is not activated by that."""
    if stands(version, registry_state(state)):
        return Decision(reads=_REGISTRY)
    event = VersionRestored(manifest=version.manifest, dna=version.dna)
    return Decision((event,), _REGISTRY)
