"""Names modules in an adapter's configuration as shortly as it can be done without doubt."""

import re
from collections.abc import Collection, Mapping, Sequence

_NUMBERS = re.compile(r"[0-9]+")


def target_modules(modules: Collection[str], listed: Sequence[tuple[str, ...] | None]) -> list[str]:
    """Return what to write as ``target_modules``, sorted.

    Last parts (``q_proj``) where the adapters themselves listed just these and every layer has all
    of them, so that PEFT finds the same modules in the base again; else whole paths.

    Args:
        modules: paths of the modules below the base.
        listed: what each adapter listed; None where it chose its modules in another way.
    """
    layers: dict[str, set[str]] = {}
    for module in modules:
        parent, _, last = module.rpartition(".")
        layers.setdefault(last, set()).add(".".join(_NUMBERS.findall(parent)))
    named = {name for names in listed for name in names or ("",)}
    even = all(found == next(iter(layers.values())) for found in layers.values())
    return sorted(layers) if even and named == layers.keys() else sorted(modules)


def by_module(values: Mapping[str, int], usual: int) -> dict[str, int]:
    """Return ``rank_pattern`` or ``alpha_pattern``: the modules whose value is not the usual one.

    By last part where all modules of that name have the same value, else by path.
    """
    groups: dict[str, set[int]] = {}
    for module, value in values.items():
        groups.setdefault(module.rpartition(".")[2], set()).add(value)
    pattern: dict[str, int] = {}
    for module, value in values.items():
        last = module.rpartition(".")[2]
        if value != usual:
            pattern[last if len(groups[last]) == 1 else module] = value
    return dict(sorted(pattern.items()))
