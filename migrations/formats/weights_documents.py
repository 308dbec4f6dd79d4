"""Shape (e) of weights metadata: as the founding documents draw it, which no code ever wrote.

Like shape (a), with a prefix before the data hash, a block number that is a text, or a time in UTC.
"""

from oneseek.migrations.format import Format, Reading
from oneseek.migrations.look import Look
from oneseek.migrations.pipeline_record import read_pipeline_record
from oneseek.migrations.record import Record, record_reader
from oneseek.migrations.shapes import has, is_version_file, json_object


def is_documents_shape(look: Look) -> bool:
    """Tell shape (e) from shape (a), which has the same fields."""
    value = json_object(look) or {}
    provenance = value.get("provenance")
    inner = provenance if isinstance(provenance, dict) else {}
    prefixed = str(inner.get("training_data_hash", "")).startswith("sha256:")
    in_utc = str(value.get("timestamp", "")).endswith("Z")
    return prefixed or isinstance(inner.get("ledger_block_id"), str) or in_utc


def _matches(look: Look) -> bool:
    return is_version_file(look) and has(look, "provenance") and is_documents_shape(look)


def _read(record: Record) -> Reading:
    return read_pipeline_record(record, required=("model_name", "base_models", "provenance"))


FORMAT = Format(
    name="weights-metadata-documents",
    what="metadata of weights, as the founding documents draw it",
    rank=45,
    matches=_matches,
    read=record_reader(_read),
)
