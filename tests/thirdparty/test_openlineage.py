"""The classes of openlineage-python hold the events as they are, and refuse broken twins.

The package ships its specification as classes that are generated from the JSON schemas, and no
schema file. An event is built with these classes and written by them; what comes out must be what
went in, the addresses of the schemas of events and standard facets included. The rules that the
classes leave to the schema (every facet says who produced it and where its schema is) are checked
by a schema of our own beside them.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import attr
import pytest
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from openlineage.client.event_v2 import Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import (
    BaseFacet,
    dataset_version_dataset,
    job_type_job,
    processing_engine_run,
)
from openlineage.client.serde import Serde

from dossiers import SHAPES
from oneseek.domain.dossier import Dossier
from oneseek.domain.exports.openlineage import FORMAT

STANDARD = {
    "jobType": job_type_job.JobTypeJobFacet,
    "processing_engine": processing_engine_run.ProcessingEngineRunFacet,
    "version": dataset_version_dataset.DatasetVersionDatasetFacet,
}
FACET = {
    "type": "object",
    "required": ["_producer", "_schemaURL"],
    "properties": {
        "_producer": {"type": "string", "pattern": "^[a-z]+:"},
        "_schemaURL": {"type": "string", "pattern": "^[a-z]+:"},
    },
}
FACETS = {"type": "object", "additionalProperties": FACET}
NAMED = {
    "type": "object",
    "required": ["namespace", "name"],
    "properties": {
        "namespace": {"type": "string"}, "name": {"type": "string"}, "facets": FACETS,
    },
}  # fmt: skip
RULES = Draft202012Validator(
    {
        "type": "object",
        "required": ["eventTime", "producer", "schemaURL", "run", "job"],
        "properties": {
            "eventType": {"enum": [state.value for state in RunState]},
            "eventTime": {
                "type": "string",
                "pattern": r"T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$",
            },
            "producer": {"type": "string", "pattern": "^[a-z]+:"},
            "run": {
                "type": "object",
                "required": ["runId"],
                "properties": {"runId": {"type": "string", "format": "uuid"}, "facets": FACETS},
            },
            "job": NAMED,
            "inputs": {"type": "array", "items": NAMED},
            "outputs": {"type": "array", "items": NAMED},
        },
    },
    format_checker=FormatChecker(),
)


def built(event: Any) -> RunEvent:
    """Return the event as an object of the library."""
    event = dict(event)
    event.pop("schemaURL")  # the library writes its own
    run, job = event.pop("run"), event.pop("job")
    return RunEvent(
        eventType=RunState(event.pop("eventType")),
        run=Run(runId=run["runId"], facets=facets(run["facets"])),
        job=Job(namespace=job["namespace"], name=job["name"], facets=facets(job["facets"])),
        inputs=[dataset(each) for each in event.pop("inputs")],
        outputs=[dataset(each) for each in event.pop("outputs")],
        **event,
    )


def dataset(found: Any) -> Any:
    # Input and output datasets differ in facets that are absent here.
    return OutputDataset(**{**found, "facets": facets(found["facets"])}, outputFacets=None)


def facets(found: Any) -> dict[str, Any]:
    return {name: facet(name, dict(values)) for name, values in found.items()}


def facet(name: str, values: dict[str, Any]) -> BaseFacet:
    producer, schema = values.pop("_producer"), values.pop("_schemaURL")
    kind = STANDARD.get(name) or _class_for(name, schema, values)
    return kind(producer=producer, **values)  # type: ignore[no-any-return,call-arg]


def _class_for(name: str, schema: str, values: dict[str, Any]) -> Any:
    """Return a facet of our own, as the library's guide says: a subclass with its schema."""
    made = attr.make_class(name, list(values), bases=(BaseFacet,))
    made._get_schema = staticmethod(lambda: schema)  # type: ignore[attr-defined]
    return made


def events(dossier: Dossier) -> Iterator[Any]:
    for line in FORMAT.render(dossier).splitlines():
        yield json.loads(line)


def accept(event: Any) -> None:
    """Return when the library and the rules have nothing against ``event``."""
    RULES.validate(event)
    assert Serde.to_dict(built(event)) == event


@pytest.mark.parametrize("shape", SHAPES)
def test_the_library_writes_what_it_has_read(shape: str, request: pytest.FixtureRequest) -> None:
    for event in events(request.getfixturevalue(shape)):
        accept(event)


def run_that_is_no_uuid(event: Any) -> None:
    event["run"]["runId"] = "t1"


def time_without_a_time(event: Any) -> None:
    event["eventTime"] = "2026-11-20"


def state_that_is_none(event: Any) -> None:
    event["eventType"] = "DONE"


def job_without_a_name(event: Any) -> None:
    del event["job"]["name"]


def facet_without_its_schema(event: Any) -> None:
    del event["run"]["facets"]["oneseek_recipe"]["_schemaURL"]


def standard_facet_with_a_field_of_ours(event: Any) -> None:
    event["inputs"][0]["facets"]["version"]["sha256"] = "ab"


def standard_facet_of_another_version(event: Any) -> None:
    event["inputs"][0]["facets"]["version"]["_schemaURL"] += "2"


@pytest.mark.parametrize(
    "twin",
    [
        run_that_is_no_uuid,
        time_without_a_time,
        state_that_is_none,
        job_without_a_name,
        facet_without_its_schema,
        standard_facet_with_a_field_of_ours,
        standard_facet_of_another_version,
    ],
)
def test_a_broken_event_is_refused(twin: Callable[[Any], None], first_dossier: Dossier) -> None:
    event = next(events(first_dossier))
    accept(event)
    twin(event)
    with pytest.raises((ValidationError, TypeError, ValueError, AssertionError)):
        accept(event)
