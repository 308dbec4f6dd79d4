"""W3C PROV-JSON: what came from what, by which activity, and what put an end to it.

https://www.w3.org/submissions/prov-json/. Base models, datasets and versions are entities, named by
their digests; trainings, certifications, restorations, resets and withdrawals are activities. A
training makes a *result*; certifying it makes the version. A version itself never ends, its bytes
are kept. What ends are two entities that specialise it: its *standing* in the certified tree, which
a reset invalidates and a restoration makes anew, and its *admission* to answer, which a withdrawal
invalidates for good. People are not named: the agents are the log, as whoever keeps it, and the
software.
"""

from typing import Any

from oneseek.domain.digest import Digest
from oneseek.domain.dossier import Dossier, ImportedRecord, Told, VersionRecord
from oneseek.domain.events import Event, RegistryReset, VersionRestored, VersionWithdrawn
from oneseek.domain.exports.export import VersionExport
from oneseek.domain.exports.rendering import as_text, datasets, render_json, urn

Json = dict[str, Any]

_KINDS = (
    "admission", "agent", "base", "certification", "dataset", "reset", "restoration", "result",
    "standing", "training", "version", "withdrawal",
)  # fmt: skip
_LOG, _SOFTWARE = "agent:log", "agent:software"


def _render(dossier: Dossier) -> bytes:
    document = _Document(dossier.origin)
    for record in dossier.versions:
        document.tell(record)
    if dossier.ancestor is not None:
        document.tell_of_imported(dossier.ancestor)
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
        """Tell of one version, how it was made and what became of it."""
        version = record.version
        certification = f"certification:{record.certified.index}"
        own = f"version:{version.manifest}"
        self._materials(record)
        result = self._training(record)
        self._activity(certification, record.certified)
        self._relate("used", activity=certification, entity=result, time=record.certified.time)
        self._entity("version", version.manifest, version.dna)
        self._relate(
            "wasGeneratedBy", entity=own, activity=certification, time=record.certified.time
        )
        self._relate("wasAttributedTo", entity=own, agent=_LOG)
        self._relate(
            "wasDerivedFrom", generatedEntity=own, usedEntity=result, activity=certification
        )
        # Also without the step between, for readers who follow derivations alone.
        for source in _sources(record):
            self._relate("wasDerivedFrom", generatedEntity=own, usedEntity=source)
        self._custody(record, own, certification)

    def tell_of_imported(self, record: ImportedRecord) -> None:
        """Tell of a version that was imported: nothing is known of how it was made."""
        event, own = record.imported.event, f"version:{record.version.manifest}"
        self._entity("version", event.manifest, event.dna, evidence=record.version.evidence)
        self._relate("wasAttributedTo", entity=own, agent=_LOG)

    def _materials(self, record: VersionRecord) -> None:
        base = record.base.event
        self._entity("base", base.manifest, base.name, architecture=base.architecture)
        for told in datasets(record):
            data = told.event
            self._entity("dataset", data.dataset, data.name, row_root=data.row_root)

    def _training(self, record: VersionRecord) -> str:
        """Tell of the training; return the name of what came out of it."""
        told, completed = record.started, record.completed
        training, result = (
            f"{kind}:{record.certified.event.training}" for kind in ("training", "result")
        )
        self._activity(training, told, completed, **as_text(told.event.recipe))
        self._put("entity", result, {
            "prov:type": "result", "oneseek:weights": completed.event.weights,
        })  # fmt: skip
        self._relate("wasGeneratedBy", entity=result, activity=training, time=completed.time)
        sources = _sources(record)
        for source in sources:
            self._relate(
                "wasDerivedFrom", generatedEntity=result, usedEntity=source, activity=training
            )
        measured_on = [f"dataset:{data.event.dataset}" for data in datasets(record)]
        for source in dict.fromkeys((*sources, *measured_on)):
            self._relate("used", activity=training, entity=source, time=told.time)
        return result

    def _custody(self, record: VersionRecord, own: str, certification: str) -> None:
        """Tell when the version stood in the certified tree, and until when it could answer."""
        certified = record.certified
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

    def _entity(self, kind: str, digest: Digest, label: str, **facts: str) -> None:
        name = f"{kind}:{digest}"
        told = {f"oneseek:{key}": value for key, value in facts.items()}
        self._put("entity", name, {
            "prov:type": kind, "prov:label": label, "oneseek:sha256": digest, **told,
        })  # fmt: skip

    def _relate(self, kind: str, **ends: str) -> None:
        group = self._groups.setdefault(kind, {})
        group[f"_:{kind}{len(group) + 1}"] = {f"prov:{end}": value for end, value in ends.items()}

    def _put(self, group: str, name: str, facts: Json) -> None:
        self._groups.setdefault(group, {})[name] = facts


def _sources(record: VersionRecord) -> list[str]:
    """Return what the weights derive from."""
    version, parent = record.certified.event, record.version.parent
    sources = [f"base:{version.base}", f"dataset:{version.dataset}"]
    return sources if parent is None else [*sources, f"version:{parent}"]


FORMAT = VersionExport(
    name="prov",
    title="W3C PROV-JSON",
    media_type="application/json",
    suffix=".prov.json",
    verified_by="prov ProvDocument.deserialize",
    render=_render,
)
