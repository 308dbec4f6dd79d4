"""From a source to a plan: scan, put together, judge. Nothing is written but unnamed scratch."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import normalize

from oneseek.domain.audit.answers import many
from oneseek.domain.digest import sha256
from oneseek.domain.findings import Finding
from oneseek.domain.legacy_weights import WeightReader
from oneseek.migrations.assembly.chains import Chains, block_claims, judge_ledgers
from oneseek.migrations.assembly.draft import Draft, plan_version
from oneseek.migrations.assembly.folders import folder_drafts
from oneseek.migrations.assembly.forks import compare_ledgers
from oneseek.migrations.assembly.material import Material
from oneseek.migrations.assembly.proofs import proof_claims
from oneseek.migrations.assembly.questions import questions
from oneseek.migrations.assembly.stems import adapter_drafts, stem_drafts, weights_drafts
from oneseek.migrations.assembly.told import (
    left_over_findings,
    pointer_findings,
    sample_findings,
    told_items,
)
from oneseek.migrations.assembly.weighing import WEIGHTS_KINDS, Weighing
from oneseek.migrations.item import FILE, Item
from oneseek.migrations.pipeline_record import DATA_HASH
from oneseek.migrations.plan import (
    PlannedGap,
    PlannedItem,
    PlannedVersion,
    Quarantined,
    Question,
    SourcePlan,
)
from oneseek.migrations.scan import scan
from oneseek.migrations.spool import Spool


@dataclass(frozen=True, slots=True)
class Progress:
    """Who wants to know how far it is."""

    entry: Callable[[Item], None] | None = None
    """Called with every entry."""
    bytes: Callable[[int], None] | None = None
    """Called with bytes just read."""
    stage: Callable[[str], None] | None = None
    """Called with what is done now."""


@dataclass(slots=True)
class _Labels:
    """What versions are called, counted while they pass by."""

    labels: Counter[str] = field(default_factory=Counter)
    bases: dict[str, list[str]] = field(default_factory=dict)
    usable: list[str] = field(default_factory=list)
    data: dict[str, list[str]] = field(default_factory=dict)
    """Hash of the training data → labels of the versions that record it."""

    def see(self, version: PlannedVersion) -> None:
        self.labels[version.label] += 1
        for claim in version.claims:
            if claim.about == DATA_HASH:
                self.data.setdefault(claim.says, []).append(version.label)
        if version.form == "adapter":
            self.usable.append(version.label)
            self.bases.setdefault(version.base_name or "unnamed", []).append(version.label)


_SHOWN = 5


def source_id(root: Path) -> str:
    """Return the identity of a source: where it lies."""
    return sha256(os.fsencode(root.absolute()))[:16]


def plan_source(
    root: Path,
    shown: str,
    reader: WeightReader,
    *,
    trusted: frozenset[str] = frozenset(),
    progress: Progress | None = None,
) -> SourcePlan:
    """Read the source at ``root`` and say what importing it would make.

    Raises:
        NotFound, InvalidInput: it is not there, or no place to import from.
    """
    told_of = progress or Progress()
    material, items = _scan(root, told_of)
    stage = told_of.stage or (lambda _: None)
    stage("judging ledgers")
    chains = judge_ledgers(material, root, trusted, told_of.bytes)
    stage("judging weights")
    weighing = Weighing(material, root, reader)
    quarantined = tuple(_quarantined(material, weighing))
    stage("putting versions together")
    versions, labels = Spool(PlannedVersion), _Labels()
    for draft in _drafts(material, root, chains):
        version = plan_version(draft, weighing)
        if not version.parts and not draft.records:
            continue  # weights in quarantine, and nothing else that would tell of a version
        labels.see(version)
        versions.add(version)
    told = Spool(PlannedItem)
    for item in told_items(material):
        told.add(item)
    gaps = (*chains.gaps, *_unwritten(chains, len(versions)))
    return SourcePlan(
        root=root,
        path=shown,
        source=source_id(root),
        entries=len(items),
        files=sum(1 for filed in material if filed.item.type == FILE),
        size=sum(filed.item.size for filed in material if filed.item.type == FILE),
        items=items,
        versions=versions,
        judgements=chains.judgements,
        ledgers=tuple(chains.ledgers),
        told=told,
        gaps=gaps,
        quarantined=quarantined,
        findings=(
            *chains.findings,
            *compare_ledgers(chains.ledgers, chains.judgements, material, root),
            *pointer_findings(told),
            *sample_findings(material),
            *left_over_findings(material),
            *_repeated(labels),
        ),
        trusting=bool(trusted),
        questions=_questions(labels, told, gaps, quarantined),
    )


def _scan(root: Path, progress: Progress) -> tuple[Material, Spool[Item]]:
    material, items = Material(), Spool(Item)
    for scanned in scan(root, on_entry=progress.entry, on_bytes=progress.bytes):
        items.add(scanned.item)
        material.add(scanned.item, scanned.reading)
    material.close()
    return material, items


def _drafts(material: Material, root: Path, chains: Chains) -> Iterator[Draft]:
    taken = material.paths()
    proofs = proof_claims(material, root)
    for draft in folder_drafts(material):
        for adapter in draft.chain:
            taken.update(filed.item.path for filed in adapter.weights)
        taken.update(filed.item.path for filed in (*draft.records, *draft.weights, *draft.others))
        draft.claims += proofs(draft)
        draft.claims += block_claims(chains, draft.facts)
        yield draft
    for draft in stem_drafts(material, taken):
        draft.claims += block_claims(chains, draft.facts)
        yield draft
    yield from weights_drafts(material, taken)
    yield from adapter_drafts(material, taken)


def _quarantined(material: Material, weighing: Weighing) -> Iterator[Quarantined]:
    for path in material.of_kind(*WEIGHTS_KINDS):
        filed = material.get(path)
        assert filed is not None
        judged = weighing.judge(filed)
        if judged.quarantine:
            yield Quarantined(path=path, reason=judged.reason)


def _unwritten(chains: Chains, versions: int) -> Iterator[PlannedGap]:
    """Yield a gap where a chain holds its first block alone although versions were trained."""
    for ledger in chains.python:
        if ledger.blocks == 1 and versions:
            evidence = (
                "the ledger holds its first block alone, although the source has "
                f"{many(versions, 'version')}: no training was written to it"
            )
            yield PlannedGap(path=ledger.path, what="never-written", evidence=evidence)


def _repeated(labels: _Labels) -> Iterator[Finding]:
    for label, count in sorted(labels.labels.items()):
        if count > 1:
            yield Finding("name-repeated", label, "one version of a name", f"{count} versions")
    twins: dict[str, list[str]] = {}
    for label in sorted(labels.labels):
        twins.setdefault(normalize("NFC", label).casefold(), []).append(label)
    for alike in twins.values():
        if len(alike) > 1:
            found = ", ".join(map(ascii, alike[:_SHOWN]))
            yield Finding("names-alike", alike[0], "names that a person can tell apart", found)
    for data, trained in sorted(labels.data.items()):
        if len(trained) > 1:
            found = f"{len(trained)} versions record the same: {', '.join(trained[:_SHOWN])}"
            yield Finding("training-data-repeated", data[:100], "data of its own", found[:500])


def _questions(
    labels: _Labels,
    told: Spool[PlannedItem],
    gaps: tuple[PlannedGap, ...],
    quarantined: tuple[Quarantined, ...],
) -> tuple[Question, ...]:
    return tuple(
        questions(
            bases=labels.bases,
            repeated={label: count for label, count in labels.labels.items() if count > 1},
            usable=labels.usable,
            told=told,
            gaps=gaps,
            quarantined=quarantined,
        )
    )
