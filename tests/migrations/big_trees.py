"""Trees of any number of small metadata files, for measuring; made of nothing but a number."""

import json
import os
from pathlib import Path

_FOLDERS = 100


def write_metadata_tree(root: Path, files: int) -> int:
    """Write ``files`` records of weights below ``root``, in 100 folders; return their bytes."""
    size = 0
    for number in range(files):
        folder = root / "models" / f"tree-{number % _FOLDERS:02}" / "weights"
        if number < _FOLDERS:
            folder.mkdir(parents=True)
        data = json.dumps(_record(number), indent=2).encode()
        fd = os.open(folder / f"oneseek-7b-zero-v1.{number}.json", os.O_WRONLY | os.O_CREAT, 0o644)
        size += os.write(fd, data)
        os.close(fd)
    return size


def _record(number: int) -> dict[str, object]:
    return {
        "version": f"1.{number}",
        "model_name": "OneSeek-7B-Zero",
        "timestamp": f"2025-11-{number % 28 + 1:02}T12:00:00.{number % 1_000_000:06}",
        "base_models": ["mistral-7b", "llama-2-7b"],
        "training_config": {"dataset_size": 66, "epochs": 3, "batch_size": 8},
        "metrics": {"training_loss": 1 + number / 1000, "validation_accuracy": 0.876},
        "provenance": {"training_data_hash": f"{number:064x}", "ledger_block_id": number},
    }
