"""Croissant 1.0: what a dataset is, and how its rows are read (mlcommons.org/croissant/1.0).

The file is named relative to the document, so the two travel side by side. Its SHA-256 is what
``mlcroissant load`` checks; ``validate`` checks the document alone. Who made the rows is not said:
nobody recorded it.
"""

from typing import Any

from oneseek.domain.exports.dataset_dossier import DatasetDossier
from oneseek.domain.exports.export import DatasetExport
from oneseek.domain.exports.licences import spdx_identifier
from oneseek.domain.exports.rendering import known, render_json, urn

Json = dict[str, Any]

_CONTEXT: Json = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The vocabulary that the specification demands of every document."""

_MEANINGS = {
    "instruction": "What the model is asked.",
    "input": "A text that the instruction is about; may be empty.",
    "output": "The wanted answer.",
}
_LANGUAGES = {"ensv": ["en", "sv"]}


def data_file(dossier: DatasetDossier) -> str:
    """Return the name of the file of rows that the document refers to, beside itself."""
    return f"{dossier.registered.event.name}.jsonl"


def _render(dossier: DatasetDossier) -> bytes:
    event = dossier.registered.event
    return render_json(
        {
            "@context": _CONTEXT,
            "@type": "sc:Dataset",
            "conformsTo": "http://mlcommons.org/croissant/1.0",
            "@id": urn("dataset", "sha256", event.dataset),
            "name": event.name,
            "description": f"{event.rows} rows of instruction and answer, "
            f"entry {dossier.registered.index} of {dossier.origin}.",
            "identifier": f"sha256:{event.dataset}",
            **known(license=_licence(event.licence)),
            "inLanguage": _LANGUAGES.get(event.language, [event.language]),
            "keywords": list(event.categories),
            "additionalProperty": [
                _property("row-root", event.row_root),
                _property("rows", str(event.rows)),
                _property("log", dossier.origin),
                _property("entry", str(dossier.registered.index)),
            ],
            "distribution": [_file(dossier)],
            "recordSet": [
                {
                    "@type": "cr:RecordSet",
                    "@id": "rows",
                    "name": "rows",
                    "field": [_field(name) for name in dossier.fields],
                }
            ],
        }
    )


def _file(dossier: DatasetDossier) -> Json:
    event = dossier.registered.event
    return {
        "@type": "cr:FileObject",
        "@id": "data",
        "name": data_file(dossier),
        "contentUrl": data_file(dossier),
        "contentSize": f"{event.size} B",
        "encodingFormat": "application/jsonlines",
        "sha256": event.dataset,
    }


def _field(name: str) -> Json:
    return {
        "@type": "cr:Field",
        "@id": f"rows/{name}",
        "name": name,
        "description": _MEANINGS[name],
        "dataType": "sc:Text",
        "source": {"fileObject": {"@id": "data"}, "extract": {"column": name}},
    }


def _property(name: str, value: str) -> Json:
    """Return what schema.org has no word for. The row root commits to every row, salted."""
    return {"@type": "PropertyValue", "propertyID": urn(name), "name": name, "value": value}


def _licence(licence: str | None) -> str | None:
    identifier = spdx_identifier(licence) if licence else None
    return f"https://spdx.org/licenses/{identifier}" if identifier else licence


FORMAT = DatasetExport(
    name="croissant",
    title="Croissant 1.0",
    media_type="application/ld+json",
    suffix=".croissant.json",
    verified_by="mlcroissant validate; mlcroissant load",
    render=_render,
)
