"""Metadata files of the historic layout, from the certified files of a version.

:func:`weights_metadata` has every field that the founding documents 000 and 001 ask for, in their
order; :func:`oqt_metadata` is the form of the OQT-1.0 readme. What nobody measured or recorded is
null: the constants that older programs wrote there are not repeated. Both name the version that
they speak of by DNA and manifest, so that a reader can go back to what was certified.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import CannotCheck
from oneseek.domain.historic.names import ONESEEK, OQT, HistoricName
from oneseek.domain.historic.torch_file import torch_file
from oneseek.domain.manifest import Manifest

Read = Callable[[Digest], bytes]
"""Returns an object's bytes; see :meth:`oneseek.domain.ports.ObjectStore.read`."""

WEIGHTS_FILE = "adapter_model.safetensors"
METADATA_FILE = "metadata.json"
RESULTS_FILE = "training_results.json"
DESCRIBING = frozenset({METADATA_FILE, RESULTS_FILE, "README.md", "verify_integrity.py"})
"""Files of a certified version that describe it; the others are the adapter as PEFT loads it."""


def weights_file(manifest: Digest, read: Read) -> bytes:
    """Return the adapter of the version as a torch file.

    Raises:
        NotFound: an object is not kept.
        CannotCheck: it has no adapter in safetensors, or numbers that no torch file can hold.
    """
    return torch_file(read(weights_of(manifest, read)))


def weights_of(manifest: Digest, read: Read) -> Digest:
    """Return the digest of the version's adapter; raises as :func:`weights_file`."""
    found = _digest_of(manifest, WEIGHTS_FILE, read)
    if found is None:
        raise CannotCheck(f"the version with manifest {manifest} has no {WEIGHTS_FILE}")
    return found


def weights_metadata(dna: str, name: HistoricName, manifest: Digest, read: Read) -> bytes:
    """Return ``weights/oneseek-7b-zero-vX.Y.json``."""
    told = _json(_digest_of(manifest, METADATA_FILE, read), read)
    return _rendered(
        {
            "version": name.version,
            "model_name": ONESEEK.display,
            "legacy_name": OQT.display,
            "timestamp": told.get("timestamp"),
            "base_models": told.get("base_models"),
            "training_config": _fields(
                told,
                "training_config",
                "dataset_size epochs batch_size learning_rate use_lora lora_rank lora_alpha",
            ),
            "metrics": {
                "training_loss": _training_loss(manifest, read),
                **_fields(
                    told,
                    "metrics",
                    "validation_accuracy fairness_score bias_score consensus_accuracy",
                ),
            },
            "fairness_metrics": _fields(
                told,
                "fairness_metrics",
                "demographic_parity equal_opportunity disparate_impact",
            ),
            "provenance": {
                **_fields(told, "provenance", "training_data_hash ledger_block_id trainer notes"),
                "dna": dna,
                "manifest": manifest,
            },
        }
    )


def oqt_metadata(dna: str, name: HistoricName, manifest: Digest, read: Read) -> bytes:
    """Return ``weights/oqt-1.0-vX.Y.json``; checksum and size are those of the file beside it."""
    told = _json(_digest_of(manifest, METADATA_FILE, read), read)
    weights, timestamp = weights_file(manifest, read), told.get("timestamp")
    return _rendered(
        {
            "version": f"{OQT.display}.v{name.version}",
            "created_at": timestamp,
            "base_models": told.get("base_models"),
            "training": {
                "samples_processed": _fields(told, "training_config", "dataset_size")[
                    "dataset_size"
                ],
                # Micro versions come between major trainings; their records do not name the last.
                "last_major_training": timestamp if name.minor == 0 else None,
                "microtraining_events": None,
            },
            "performance": {
                "average_confidence": None,
                "bias_score": None,
                "fairness_index": None,
            },
            "checksum": f"sha256:{sha256(weights)}",
            "file_size_bytes": len(weights),
            "dna": dna,
            "manifest": manifest,
        }
    )


def _training_loss(manifest: Digest, read: Read) -> Any:
    """Return the loss of the last epoch on the rows that it learned, which is kept apart."""
    results = _json(_digest_of(manifest, RESULTS_FILE, read), read)
    losses = _fields(results, "objects", "losses")["losses"]
    epochs = _json(losses, read).get("epochs")
    return epochs[-1]["train_loss"] if epochs else None


def _fields(told: dict[str, Any], group: str, names: str) -> dict[str, Any]:
    found = told.get(group) or {}
    return {name: found.get(name) for name in names.split()}


def _digest_of(manifest: Digest, path: str, read: Read) -> Digest | None:
    files = Manifest.from_bytes(read(manifest)).files
    return next((file.digest for file in files if file.path == path), None)


def _json(digest: Digest | None, read: Read) -> dict[str, Any]:
    """Return a JSON object that we rendered, nothing where there is none."""
    return msgspec.json.decode(read(digest), type=dict[str, Any]) if digest else {}


def _rendered(value: dict[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
