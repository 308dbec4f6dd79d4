"""W3C PROV-JSON: what came from what, by which activity, and what put an end to it.

https://www.w3.org/submissions/prov-json/. Base models, datasets and versions are entities, named by
their digests; trainings, certifications, restorations, resets and withdrawals are activities. A
version itself never ends, its bytes are kept. What ends are two entities that specialise it: its
*standing* in the certified tree, which a reset invalidates and a restoration makes anew, and its
*admission* to answer, which a withdrawal invalidates for good. People are not named: the agents are
the log, as whoever keeps it, and the software.
"""

from typing import Any

from oneseek.domain.digest import Digest
from oneseek.domain.dossier import Dossier, Told, VersionRecord
from oneseek.domain.events import Event, RegistryReset, VersionRestored, VersionWithdrawn
from oneseek.domain.exports.export import VersionExport
from oneseek.domain.exports.rendering import as_text, datasets, render_json, urn

Json = dict[str, Any]

_KINDS = (
    "admission", "agent", "base", "certification", "dataset", "reset", "restoration",
    "standing", "training", "version", "withdrawal",
)  # fmt: skip
_LOG, _SOFTWARE = "agent:log", "agent:software"


def _render(dossier: Dossier) -> bytes:
    document = _Document(dossier.origin)
    for record in dossier.versions:
        document.tell(record)
    return render_json(document.finished())


class _Document:
    """The groups of a document, filled record by record."""

    def __init__(self, origin: str) -> None:
        self._groups: dict[str, Json] = {}
        self._put("agent", _LOG, {"prov:type": "log", "prov:label": origin})
        self._put("agent", _SOFTWARE, {
            "prov:type": {"$": "prov:SoftwareAgent", "type": "prov:QUALIFIED_NAME"},
            "prov:label": "OneSeek Provenance",
        })  # fmt: skip
        self._relate("actedOnBehalfOf", delegate=_SOFTWARE, responsible=_LOG)

    def finished(self) -> Json:
        prefixes = {kind: urn(kind, "") for kind in _KINDS}
        return {"prefix": {"oneseek": urn(""), **prefixes}, **self._groups}

    def tell(self, record: VersionRecord) -> None:
        version, training = record.version, f"training:{record.version.training}"
        self._materials(record)
        self._activity(
            training, record.started, record.completed,
            **as_text(record.started.event.recipe),
        )  # fmt: skip
        own = self._entity("version", version.manifest, version.dna, weights=version.weights)
        self._relate("wasGeneratedBy", entity=own, activity=training, time=record.completed.time)
        self._relate("wasAttributedTo", entity=own, agent=_LOG)
        self._derive(record, own, training)
        self._custody(record, own)

    def _materials(self, record: VersionRecord) -> None:
        base = record.base.event
        self._entity("base", base.manifest, base.name, architecture=base.architecture)
        for told in datasets(record):
            data = told.event
            self._entity("dataset", data.dataset, data.name, row_root=data.row_root)

    def _derive(self, record: VersionRecord, own: str, training: str) -> None:
        sources = [f"base:{record.version.base}", f"dataset:{record.version.dataset}"]
        if record.version.parent is not None:
            sources.append(f"version:{record.version.parent}")
        for source in sources:
            self._relate(
                "wasDerivedFrom", generatedEntity=own, usedEntity=source, activity=training
            )
        used = [f"dataset:{told.event.dataset}" for told in datasets(record)]
        for source in dict.fromkeys((*sources, *used)):
            self._relate("used", activity=training, entity=source, time=record.started.time)

    def _custody(self, record: VersionRecord, own: str) -> None:
        """Tell when the version stood in the certified tree, and until when it could answer."""
        certified = record.certified
        certification = f"certification:{certified.index}"
        self._activity(certification, certified)
        self._relate("used", activity=certification, entity=own, time=certified.time)
        admission = self._part("admission", record.version.manifest, own, certified, certification)
        standing: str | None = self._part(
            "standing", f"{certified.index}", own, certified, certification
        )
        for told in record.registry:
            match told.event:
                case RegistryReset():
                    self._end(standing, "reset", told)
                    standing = None
                case VersionWithdrawn():
                    self._end(admission, "withdrawal", told)
                case VersionRestored():
                    restoration = f"restoration:{told.index}"
                    self._activity(restoration, told)
                    self._relate("used", activity=restoration, entity=own, time=told.time)
                    standing = self._part("standing", f"{told.index}", own, told, restoration)

    def _part(self, kind: str, name: str, own: str, told: Told[Event], activity: str) -> str:
        """Add an entity that specialises the version; return its name."""
        made = f"{kind}:{name}"
        self._put("entity", made, {"prov:type": kind})
        self._relate("specializationOf", specificEntity=made, generalEntity=own)
        self._relate("wasGeneratedBy", entity=made, activity=activity, time=told.time)
        return made

    def _end(self, entity: str | None, kind: str, told: Told[Event]) -> None:
        activity = f"{kind}:{told.index}"
        self._activity(activity, told)
        if entity is not None:  # a second reset finds nothing to remove
            self._relate("wasInvalidatedBy", entity=entity, activity=activity, time=told.time)

    def _activity(
        self, name: str, begun: Told[Event], ended: Told[Event] | None = None, **facts: str
    ) -> None:
        if name in self._groups.get("activity", {}):
            return  # one reset concerns every version of a lineage
        self._put("activity", name, {
            "prov:startTime": begun.time,
            "prov:endTime": (ended or begun).time,
            "prov:type": name.partition(":")[0],
            "oneseek:entry": str((ended or begun).index),
            **{f"oneseek:{key}": value for key, value in facts.items()},
        })  # fmt: skip
        self._relate("wasAssociatedWith", activity=name, agent=_SOFTWARE)

    def _entity(self, kind: str, digest: Digest, label: str, **facts: str) -> str:
        name = f"{kind}:{digest}"
        told = {f"oneseek:{key}": value for key, value in facts.items()}
        self._put("entity", name, {
            "prov:type": kind, "prov:label": label, "oneseek:sha256": digest, **told,
        })  # fmt: skip
        return name

    def _relate(self, kind: str, **ends: str) -> None:
        group = self._groups.setdefault(kind, {})
        group[f"_:{kind}{len(group) + 1}"] = {f"prov:{end}": value for end, value in ends.items()}

    def _put(self, group: str, name: str, facts: Json) -> None:
        self._groups.setdefault(group, {})[name] = facts


FORMAT = VersionExport(
    name="prov",
    title="W3C PROV-JSON",
    media_type="application/json",
    suffix=".prov.json",
    verified_by="prov ProvDocument.deserialize",
    render=_render,
)
