"""Versions that are a record with weights of the same name beside it, or weights without one."""

from collections.abc import Iterator

from oneseek.domain.findings import Finding
from oneseek.migrations.assembly.adapters import Adapter, adapter_at, find_listed
from oneseek.migrations.assembly.draft import Draft
from oneseek.migrations.assembly.folders import LEFT_OVER, RECORDS
from oneseek.migrations.assembly.material import Filed, Material, Paths, join, name_of, parent
from oneseek.migrations.assembly.weighing import PLACEHOLDER_KIND, WEIGHTS_KINDS
from oneseek.migrations.format import VersionFacts
from oneseek.migrations.rules.name_order import SortKey
from oneseek.migrations.rules.names import read_name, sort_key

_ENDINGS = (".pth", ".pt", ".bin", ".safetensors")
_WEIGHTS = (*WEIGHTS_KINDS, PLACEHOLDER_KIND)
BACKUPS = "backups"


def stem_drafts(material: Material, taken: Paths) -> Iterator[Draft]:
    """Yield a draft for every record with a name of its own, live ones before their backups.

    ``taken`` are paths that belong to other versions; those used here are added to it.
    """
    found = [
        path
        for path in material.with_facts(VersionFacts)
        if name_of(path) not in RECORDS and LEFT_OVER not in path.split("/")
    ]
    for path in sorted(found, key=_live_first):
        if path in taken:
            continue
        record = material.get(path)
        assert record is not None
        draft = _of_record(material, record)
        if is_backup(path) and _all_live(material, draft):
            continue
        yield _taking(draft, taken)


def weights_drafts(material: Material, taken: Paths) -> Iterator[Draft]:
    """Yield a draft for weights in a folder ``weights`` or in backups that no record describes."""
    for path in sorted(material.of_kind(*_WEIGHTS), key=_live_first):
        filed = material.get(path)
        assert filed is not None
        if path in taken or not ({"weights", BACKUPS} & set(path.split("/")[:-1])):
            continue
        if "lora_adapters" in path.split("/") or name_of(path).startswith("adapter"):
            continue
        draft = Draft(name=_stem(name_of(path)), path=path, weights=[filed])
        if is_backup(path) and _all_live(material, draft):
            continue
        draft.chain.extend(_adapters(material, parent(path), draft.name, ()))
        draft.findings.append(
            Finding("record-missing", path, "a record of the same name", "weights alone")
        )
        yield _taking(draft, taken)


def adapter_drafts(material: Material, taken: Paths) -> Iterator[Draft]:
    """Yield a draft for every adapter below ``lora_adapters`` whose bytes are in no version."""
    used = {
        filed.item.digest for path in taken
        if (filed := material.get(path)) and filed.item.kind in WEIGHTS_KINDS
    }  # fmt: skip
    folders = {
        parent(path)
        for path in material.of_kind(*WEIGHTS_KINDS)
        if "lora_adapters" in path.split("/")[:-1] and path not in taken
    }
    for folder in sorted(
        folders, key=lambda folder: (sort_key(read_name(name_of(folder))), folder)
    ):
        adapter = adapter_at(material, folder)
        if adapter is None or all(filed.item.digest in used for filed in adapter.weights):
            continue
        draft = Draft(name=name_of(folder), path=folder, chain=[adapter])
        draft.findings.append(
            Finding("record-missing", folder, "a record that names this adapter", "none")
        )
        used.update(filed.item.digest for filed in adapter.weights)
        yield _taking(draft, taken)


def is_backup(path: str) -> bool:
    """Say whether ``path`` lies in a folder of backups."""
    return BACKUPS in path.split("/")[:-1]


def _live_first(path: str) -> tuple[bool, SortKey, str]:
    return is_backup(path), sort_key(read_name(_stem(name_of(path)))), path


def live_twin(material: Material, path: str) -> str | None:
    """Return the path of the live file that a backup has the name of."""
    above, _, __ = path.partition(f"{BACKUPS}/")
    twin = f"{above}weights/{name_of(path)}"
    return twin if twin in material else None


def _all_live(material: Material, draft: Draft) -> bool:
    """Say whether a backup holds nothing but copies of live files."""
    for filed in (*draft.records, *draft.weights):
        twin = live_twin(material, filed.item.path)
        live = material.get(twin) if twin else None
        if live is None or live.item.digest != filed.item.digest:
            return False
    return True


def _of_record(material: Material, record: Filed) -> Draft:
    path = record.item.path
    folder, stem = parent(path), _stem(name_of(path))
    draft = Draft(name=stem, path=path, records=[record])
    named = draft.facts.values.get("modelSpecificWeights")
    names = [stem + ending for ending in _ENDINGS]
    if isinstance(named, dict):
        names += [name_of(text.replace("\\", "/")) for text in named.values() if _text(text)]
    for name in dict.fromkeys(names):
        filed = material.get(join(folder, name))
        if filed is not None and filed.item.kind in _WEIGHTS:
            draft.weights.append(filed)
    listed = draft.facts.adapters
    draft.chain.extend(_adapters(material, folder, stem, listed))
    found = {adapter.listed for adapter in draft.chain}
    draft.missing.extend(text for text in listed if text not in found)
    return draft


def _adapters(material: Material, folder: str, stem: str, listed: tuple[str, ...]) -> list[Adapter]:
    if listed:
        found = [find_listed(material, folder, text) for text in listed]
        return [adapter for adapter in found if adapter is not None]
    above = parent(folder)
    for place in (join(above, "lora_adapters"), join(folder, "lora_adapters")):
        if adapter := adapter_at(material, join(place, stem)):
            return [adapter]
    return []


def _taking(draft: Draft, taken: Paths) -> Draft:
    taken.update(filed.item.path for filed in (*draft.records, *draft.weights))
    for adapter in draft.chain:
        taken.update(filed.item.path for filed in adapter.weights)
    return draft


def _stem(name: str) -> str:
    for ending in (".json", *_ENDINGS):
        if name.endswith(ending):
            return name.removesuffix(ending)
    return name


def _text(value: object) -> bool:
    return isinstance(value, str)
