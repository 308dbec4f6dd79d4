"""Shape (d) of weights metadata: the first pipeline, ``model_version_1_0_0.json``.

Three-part versions, the model's name nowhere. No weights were ever written beside it.
"""

from oneseek.migrations.format import Format, Reading
from oneseek.migrations.look import Look
from oneseek.migrations.pipeline_record import read_pipeline_record
from oneseek.migrations.record import Record, record_reader
from oneseek.migrations.shapes import has, is_version_file


def _matches(look: Look) -> bool:
    known = is_version_file(look) and has(look, "training_config", "metrics")
    return known and not has(look, "model_name")


def _read(record: Record) -> Reading:
    return read_pipeline_record(record)


FORMAT = Format(
    name="weights-metadata-semantic",
    what="metadata of a version of the first pipeline",
    rank=48,
    matches=_matches,
    read=record_reader(_read),
)
