"""Finds the formats: every module of :mod:`oneseek.migrations.formats`, in order of rank."""

import importlib
import pkgutil
from functools import cache

from oneseek.migrations import formats
from oneseek.migrations.format import Format


@cache
def all_formats() -> tuple[Format, ...]:
    """Return every format, those with a lower rank first, then by name.

    Raises:
        RuntimeError: two formats share a name, or a module has none: a mistake of ours.
    """
    found: list[Format] = []
    for module in pkgutil.iter_modules(formats.__path__):
        loaded = importlib.import_module(f"{formats.__name__}.{module.name}")
        declared = getattr(loaded, "FORMATS", None) or (loaded.FORMAT,)
        found.extend(declared)
    names = [form.name for form in found]
    if len(set(names)) != len(names):
        raise RuntimeError(f"two formats share a name: {sorted(names)}")
    return tuple(sorted(found, key=lambda form: (form.rank, form.name)))
