"""Shape (a) of weights metadata: the Python pipeline, by ``model_name`` and ``provenance``."""

from oneseek.migrations.format import Format
from oneseek.migrations.formats.weights_documents import is_documents_shape
from oneseek.migrations.look import Look
from oneseek.migrations.pipeline_record import read_pipeline_record
from oneseek.migrations.record import record_reader
from oneseek.migrations.shapes import has, is_version_file


def _matches(look: Look) -> bool:
    known = is_version_file(look) and has(look, "model_name", "provenance")
    return known and not is_documents_shape(look)


FORMAT = Format(
    name="weights-metadata-pipeline",
    what="metadata of weights, from the Python pipeline",
    matches=_matches,
    read=record_reader(read_pipeline_record),
)
