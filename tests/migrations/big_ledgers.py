"""Writes old ledgers of any length, as fast as the disk takes them, for tests and measurements."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

GENESIS_DATA = {
    "model_version": "0.0.0",
    "description": "OQT-1.0 Transparency Ledger Genesis Block",
    "provenance": ["system_initialization"],
}


def python_block(
    number: int,
    previous: str,
    data: dict[str, Any],
    *,
    event_type: str = "training",
    who: str = "system",
) -> dict[str, Any]:
    """Return a block as the Python ledger made it."""
    moment = f"2025-11-18T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}.000001"
    data_hash = sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
    text = f"{number}{moment}{previous}{data_hash}"
    return {
        "block_id": number,
        "timestamp": moment,
        "previous_hash": previous,
        "current_hash": sha256(text.encode()).hexdigest(),
        "event_type": event_type,
        "data": data,
        "signatures": {"data_hash": data_hash, "validator": who},
    }


def training_data(number: int) -> dict[str, Any]:
    """Return the data of a training block; no two are alike."""
    return {
        "model_version": f"1.{number}",
        "training_samples": number,
        "metrics": {"training_loss": 1 / (number + 3), "validation_accuracy": 0.876},
        "provenance": [f"training_data_hash:{number:064x}", "trainer:system"],
    }


def python_chain(blocks: int) -> list[dict[str, Any]]:
    """Return a valid chain of ``blocks`` blocks."""
    chain = [python_block(0, "0" * 64, GENESIS_DATA, event_type="genesis")]
    for number in range(1, blocks):
        chain.append(python_block(number, chain[-1]["current_hash"], training_data(number)))
    return chain


def write_python_ledger(file: Path, blocks: int) -> None:
    """Write a valid ``ledger.json`` of ``blocks`` blocks with the indentation of the original."""
    block = python_block(0, "0" * 64, GENESIS_DATA, event_type="genesis")
    with file.open("w") as stream:
        stream.write('{\n  "blocks": [\n    ')
        stream.write(json.dumps(block, indent=2).replace("\n", "\n    "))
        for number in range(1, blocks):
            block = python_block(number, block["current_hash"], training_data(number))
            stream.write(",\n    " + json.dumps(block, indent=2).replace("\n", "\n    "))
        stream.write('\n  ],\n  "last_updated": "2025-12-24T15:00:00.000001",\n')
        stream.write(f'  "block_count": {blocks}\n}}')
