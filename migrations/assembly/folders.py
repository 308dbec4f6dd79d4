"""Versions that are a folder with records in it: certified, signed runs, merged."""

from collections.abc import Iterator

from oneseek.domain.findings import Finding
from oneseek.migrations.assembly.adapters import Adapter, adapters_in, find_listed
from oneseek.migrations.assembly.draft import Draft, facts_of
from oneseek.migrations.assembly.material import Filed, Material, join, name_of, parent
from oneseek.migrations.assembly.weighing import PLACEHOLDER_KIND, WEIGHTS_KINDS
from oneseek.migrations.format import VersionFacts
from oneseek.migrations.rules.names import read_name, sort_key

RECORDS = (
    "metadata.json", "metadata", "oneseek_dna.json", "training_results.json",
    "merge_metadata.json", "merge_manifest.json", "live_metrics.json",
)  # fmt: skip
"""Names of records of a folder; the first that is there counts first."""

LEFT_OVER = ".temp_training"


def folder_drafts(material: Material) -> Iterator[Draft]:
    """Yield a draft for every folder with a record that is more than a left-over."""
    homes = {
        parent(path)
        for path in material.with_facts(VersionFacts)
        if name_of(path) in RECORDS and LEFT_OVER not in path.split("/")
    }
    for home in sorted(homes, key=lambda home: (sort_key(read_name(name_of(home))), home)):
        records = [
            filed
            for name in RECORDS
            if (filed := material.get(join(home, name))) and facts_of(filed)
        ]
        if any(name_of(filed.item.path) != "live_metrics.json" for filed in records):
            yield _draft(material, home, records, homes)


def _draft(material: Material, home: str, records: list[Filed], homes: set[str]) -> Draft:
    draft = Draft(name=_name(home, records), path=records[0].item.path, records=records)
    if draft.facts.values.get("merged"):
        listed: tuple[str, ...] = ()  # they are in the weights, and not beside them
    else:
        listed = draft.facts.adapters
    for text in listed:
        adapter = find_listed(material, home, text)
        if adapter is None:
            draft.missing.append(text)
        elif adapter.place not in {known.place for known in draft.chain}:
            draft.chain.append(adapter)
    if not draft.facts.adapters:
        draft.chain.extend(_unlisted(material, home, draft))
    for filed in material.files_below(home):
        if _nearest(filed.item.path, homes) != home:
            continue  # a version of its own lies in this folder
        top = parent(filed.item.path) == home
        if top and filed.item.kind in (*WEIGHTS_KINDS, PLACEHOLDER_KIND):
            draft.weights.append(filed)
        elif filed not in records:
            draft.others.append(filed)
    return draft


def _unlisted(material: Material, home: str, draft: Draft) -> list[Adapter]:
    """Return the newest adapter where no record lists any; more than one cannot be put in order."""
    found = list(adapters_in(material, home))
    if len(found) > 1:
        names = ", ".join(name_of(adapter.place) for adapter in found)
        draft.findings.append(
            Finding("adapters-unlisted", home, "a record that lists them in order", names)
        )
    return found[-1:]


def _name(home: str, records: list[Filed]) -> str:
    name = name_of(home)
    inside = next(
        (facts.name for filed in records if (facts := facts_of(filed)) and facts.name), ""
    )
    # A folder that only says when it was run takes the name that its record gives it.
    return inside if inside and (not name or name.startswith(("run-", "auto-"))) else name or inside


def _nearest(path: str, homes: set[str]) -> str | None:
    """Return the nearest folder above ``path`` that is a version's."""
    while path:
        path = parent(path)
        if path in homes:
            return path
    return None
