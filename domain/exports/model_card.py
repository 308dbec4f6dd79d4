"""Hugging Face model card: ``README.md`` of a version, rendered from its records.

The bytes are those of the certified file, unless an earlier release of this software wrote that.
"""

from oneseek.domain.certification.facts import Facts
from oneseek.domain.certification.model_card import render_model_card
from oneseek.domain.digest import sha256
from oneseek.domain.dossier import Dossier, Told, VersionRecord
from oneseek.domain.events import DatasetRegistered
from oneseek.domain.exports.export import VersionExport
from oneseek.domain.exports.rendering import licence, measured
from oneseek.domain.names import DnaName
from oneseek.domain.state import documents as doc

README = "README.md"


def _render(dossier: Dossier) -> bytes:
    return render_model_card(_facts(dossier.subject))


def is_certified(dossier: Dossier, card: bytes) -> bool:
    """Say whether ``card`` is the file that was certified with the version, byte for byte."""
    certified = {file.path: file.digest for file in dossier.subject.manifest.files}
    return certified.get(README) == sha256(card)


def _facts(record: VersionRecord) -> Facts:
    """Return what was known when the version was certified."""
    version, base = record.certified.event, record.base.event
    found = measured(record)
    return Facts(
        name=DnaName.parse(version.dna),
        certified_at=version.certified_at,
        software="",
        training=doc.Training(
            training=version.training,
            status="completed",
            base=version.base,
            dataset=version.dataset,
            parent=record.version.parent,
            language=version.language,
            started=record.started.index,
            ended=record.completed.index,
            produced=record.completed.event.produced,
            weights=record.completed.event.weights,
            metrics=found.event.after if found else None,
            reason=None,
        ),
        started=record.started.event,
        completed=record.completed.event,
        base=doc.BaseModel(
            manifest=base.manifest,
            name=base.name,
            architecture=base.architecture,
            files=base.files,
            size=base.size,
            licence=licence(record, record.base),
            source=base.source,
            path=base.path,
            index=record.base.index,
        ),
        dataset=_dataset(record.dataset),
        evaluation=_dataset(record.evaluation) if record.evaluation else None,
        parent=record.version.parent,
    )


def _dataset(told: Told[DatasetRegistered]) -> doc.Dataset:
    event = told.event
    return doc.Dataset(
        dataset=event.dataset,
        name=event.name,
        size=event.size,
        rows=event.rows,
        row_root=event.row_root,
        language=event.language,
        categories=event.categories,
        licence=event.licence,
        index=told.index,
    )


FORMAT = VersionExport(
    name="model-card",
    title="Hugging Face model card",
    media_type="text/markdown",
    suffix=".README.md",
    verified_by="huggingface_hub ModelCard.load",
    render=_render,
)
