"""Things beside versions and ledgers that get an entry of their own, and whether they agree."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from oneseek.domain.findings import Finding
from oneseek.migrations.assembly.draft import facts_of
from oneseek.migrations.assembly.folders import LEFT_OVER, RECORDS
from oneseek.migrations.assembly.material import Filed, Material, join, name_of, parent
from oneseek.migrations.assembly.stems import is_backup, live_twin
from oneseek.migrations.format import PointerFacts, VersionFacts
from oneseek.migrations.plan import PlannedItem
from oneseek.migrations.rules.legacy_name import LegacyName
from oneseek.migrations.rules.names import read_name
from oneseek.migrations.verdicts import Verdict

POINTER = "pointer"
_QUANTIZED = re.compile(r"(?:\.[A-Za-z0-9_]{2,12})?\.gguf\Z", re.IGNORECASE)
_MODELS, _PATHS = 50, 3


def told_items(material: Material) -> Iterator[PlannedItem]:
    """Yield pointers, checkpoints, backups and base models."""
    yield from _pointers(material)
    yield from _flags(material)
    for path in material.of_kind("checkpoint-weights"):
        yield _plainly(material, path, "checkpoint", f"checkpoint {name_of(path)}")
    yield from _backups(material)
    yield from _bases(material)


def pointer_findings(told: Iterable[PlannedItem]) -> list[Finding]:
    """Return one finding where the pointers do not all lead to one model."""
    targets: dict[str, list[str]] = {}
    for item in told:
        if item.what != POINTER:
            continue
        # A tree may have a flag in each of a hundred thousand records: few are shown.
        model = _model(item.says)
        if model in targets or len(targets) < _MODELS:
            paths = targets.setdefault(model, [])
            if len(paths) < _PATHS:
                paths.append(item.path)
    if len(targets) < 2:
        return []
    found = "; ".join(f"{model}: {', '.join(paths)}" for model, paths in targets.items())
    return [Finding("pointers-disagree", "pointers", "one active model", found[:500])]


def sample_findings(material: Material) -> Iterator[Finding]:
    """Yield what micro-training left: samples alone, and marks that call a hash of them a DNA."""
    folders = Counter(parent(path) for path in material.of_kind("training-sample"))
    for folder, count in sorted(folders.items()):
        found = f"{count} samples alone: the old program trained nothing, and chained nothing"
        yield Finding("samples-untrained", folder, "a version that was trained on them", found)
    for path in material.of_kind("dna-update"):
        filed = material.get(path)
        says = filed.reading.says if filed and filed.reading else "a hash of samples"
        yield Finding("update-is-no-dna", path, "the DNA of a version", says)


def left_over_findings(material: Material) -> Iterator[Finding]:
    """Yield the trainings of which only their live figures are left."""
    for path in material.of_kind("live-metrics"):
        home = parent(path)
        beside = (name for name in RECORDS if name != name_of(path))
        if not any(join(home, name) in material for name in beside):
            found = "live figures alone: it failed or was stopped, or its record was removed"
            yield Finding("training-unfinished", home or path, "the record of a training", found)


def pointed_at(told: Iterable[PlannedItem]) -> list[str]:
    """Return the models that pointers lead to, each once, in order of the pointers."""
    return list(dict.fromkeys(_model(item.says) for item in told if item.what == POINTER))


def _pointers(material: Material) -> Iterator[PlannedItem]:
    for path in material.with_facts(PointerFacts):
        filed = material.get(path)
        assert filed is not None
        assert filed.reading is not None
        assert isinstance(filed.reading.facts, PointerFacts)
        yield _pointer(material, filed, filed.reading.facts)


def _pointer(material: Material, filed: Filed, facts: PointerFacts) -> PlannedItem:
    there = _is_there(material, filed, facts)
    reason = "it leads to a model that is here" if there else "it leads to nothing that is here"
    return PlannedItem(
        path=filed.item.path,
        what=POINTER,
        says=f"{facts.pointer} → {facts.target}"[:500],
        verdict=Verdict.ASSERTED if there else Verdict.CONTRADICTED,
        reason=f"{reason}; nothing is activated by it",
    )


def _is_there(material: Material, filed: Filed, facts: PointerFacts) -> bool:
    file = _last(facts.target)
    if _QUANTIZED.search(file):  # a file, and not the folder that it was made from
        return any(name_of(path) == file for path in material.of_kind("gguf"))
    target = _model(facts.target)
    return any(name_of(parent(path)) == target for path in material.with_facts(VersionFacts)) or (
        any(name_of(parent(path)) == target for path in material.below(parent(filed.item.path)))
    )


def _flags(material: Material) -> Iterator[PlannedItem]:
    for path in material.with_facts(VersionFacts):
        filed = material.get(path)
        facts = facts_of(filed) if filed else None
        left_over = LEFT_OVER in path.split("/")
        if facts is not None and facts.current and not left_over and not is_backup(path):
            yield PlannedItem(
                path=path,
                what=POINTER,
                says=f"flag → {facts.name or facts.version or name_of(path)}"[:500],
                verdict=Verdict.ASSERTED,
                reason="the old code set isCurrent in every record that it wrote; "
                "nothing is activated by it",
            )


def _backups(material: Material) -> Iterator[PlannedItem]:
    for path in material.below(""):
        if not is_backup(path) or (filed := material.get(path)) is None:
            continue
        if filed.item.digest is None or not filed.item.size:
            continue
        twin = live_twin(material, path)
        live = material.get(twin) if twin else None
        if live is None:
            verdict, reason = Verdict.ASSERTED, "there is no live file of this name"
        elif live.item.digest == filed.item.digest:
            verdict, reason = Verdict.VERIFIED, f"it equals the live file {twin}"
        else:
            verdict = Verdict.CONTRADICTED
            reason = f"it differs from the live file of the same name, {twin}"
        says = f"backup {name_of(path)}"
        yield PlannedItem(path=path, what="backup", says=says, verdict=verdict, reason=reason)


def _bases(material: Material) -> Iterator[PlannedItem]:
    folders: dict[str, list[Filed]] = {}
    for path in material.of_kind("base-model-file", "base-model-weights"):
        filed = material.get(path)
        assert filed is not None
        folders.setdefault(parent(path), []).append(filed)
    for folder, files in sorted(folders.items()):
        weights = [filed for filed in files if filed.item.kind == "base-model-weights"]
        says = next((f.reading.says for f in files if f.reading and f.reading.says), "base model")
        reason = (
            "newly hashed; register it to use it: oneseek base register"
            if weights
            else "its configuration alone: there are no weights"
        )
        yield PlannedItem(
            path=folder, what="base-model", says=says[:500], verdict=Verdict.ASSERTED, reason=reason
        )


def _plainly(material: Material, path: str, what: str, says: str) -> PlannedItem:
    filed = material.get(path)
    reading = filed.reading if filed else None
    read = read_name(name_of(path))
    odd = read.remarks if isinstance(read, LegacyName) else (read.reason,)
    reason = reading.reason if reading else "only its name says what it is"
    return PlannedItem(
        path=path,
        what=what,
        says=(reading.says if reading and reading.says else says)[:500],
        verdict=reading.verdict if reading else Verdict.ASSERTED,
        reason="; ".join((reason, *odd))[:500],
    )


def _model(text: str) -> str:
    """Return the name of the model that a pointer's text leads to: of a GGUF file, its model's."""
    return _QUANTIZED.sub("", _last(text.partition(" → ")[2] or text))


def _last(target: str) -> str:
    return target.replace("\\", "/").rstrip("/").rpartition("/")[2]
