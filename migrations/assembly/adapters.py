"""Adapters of a version: where they lie, in which order they were trained, what they come to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from oneseek.migrations.assembly.material import Filed, Material, join, name_of, parent
from oneseek.migrations.assembly.weighing import WEIGHTS_KINDS, Weighing
from oneseek.migrations.format import AdapterFacts

CONFIG = "adapter_config.json"


@dataclass(frozen=True, slots=True)
class Adapter:
    """One adapter of a chain."""

    listed: str
    """As the record lists it, or its folder's name where no record does."""
    place: str
    """Its folder below the source."""
    config: Filed | None
    weights: tuple[Filed, ...]

    @property
    def base(self) -> str | None:
        """The base model that its configuration names: a path of the old machine, mostly."""
        facts = self.config.reading.facts if self.config and self.config.reading else None
        return facts.base if isinstance(facts, AdapterFacts) else None


def adapter_at(material: Material, folder: str, listed: str | None = None) -> Adapter | None:
    """Return the adapter in ``folder``, None where there is neither configuration nor weights."""
    config, weights = material.get(join(folder, CONFIG)), []
    for filed in material.files_below(folder):
        if parent(filed.item.path) == folder and filed.item.kind in WEIGHTS_KINDS:
            weights.append(filed)
    if config is None and not weights:
        return None
    return Adapter(listed or name_of(folder), folder, config, tuple(weights))


def find_listed(material: Material, home: str, listed: str) -> Adapter | None:
    """Return the adapter that a record in ``home`` lists, wherever the old programs would look.

    ``listed`` is data: only its last part that is a plain name counts, so that it leads nowhere.
    """
    name = listed.replace("\\", "/").rstrip("/").rpartition("/")[2]
    if name in ("", ".", ".."):
        return None
    above = parent(home)
    places = (
        join(home, name), join(join(home, "lora_adapters"), name),
        join(join(above, "lora_adapters"), name), join(above, name),
    )  # fmt: skip
    found = (adapter_at(material, place, listed) for place in dict.fromkeys(places))
    return next((adapter for adapter in found if adapter), None)


def adapters_in(material: Material, home: str) -> Iterator[Adapter]:
    """Yield the adapters in the folders directly in ``home``, by name."""
    folders = {
        parent(path) for path in material.below(home) if name_of(path) == CONFIG
        and parent(parent(path)) == home
    }  # fmt: skip
    for folder in sorted(folders):
        if adapter := adapter_at(material, folder):
            yield adapter


def nested_in(chain: Sequence[Adapter], weighing: Weighing) -> list[Adapter]:
    """Return the adapters whose names show that they were trained nested in others."""
    return [
        adapter
        for adapter in chain
        if any(weighing.judge(filed).nested for filed in adapter.weights)
    ]


@dataclass(frozen=True, slots=True)
class Form:
    """What a version's weights can be used for."""

    form: str
    reason: str
    """Why it is no adapter; empty for one."""


def form_of_chain(chain: tuple[Adapter, ...], weighing: Weighing) -> Form:
    """Say whether a chain of adapters can be applied to a base model."""
    for adapter in chain:
        if len(adapter.weights) != 1:
            count = len(adapter.weights)
            what = "no weights" if not count else f"{count} files of weights"
            return Form("none", f"the adapter {adapter.listed} has {what}")
        found = weighing.judge(adapter.weights[0])
        if found.quarantine:
            return Form("none", f"the weights of {adapter.listed} are not opened: {found.reason}")
        if found.finite is False:
            return Form(
                "tensors", f"the adapter {adapter.listed} holds numbers that are not finite"
            )
        if found.content != "adapter":
            return Form("tensors", f"the weights of {adapter.listed} are no PEFT adapter")
        if adapter.config is None or not isinstance(
            adapter.config.reading.facts if adapter.config.reading else None, AdapterFacts
        ):
            return Form("tensors", f"the adapter {adapter.listed} has no {CONFIG} that can be read")
    return Form("adapter", "")
