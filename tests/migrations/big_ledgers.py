"""Writes old ledgers of any length, as fast as the disk takes them, for tests and measurements.

Nothing here is taken from what is tested: texts are put together anew.
"""

import json
import re
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

_LONE = re.compile("[\ud800-\udfff]")
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


BEGIN_MS = 1_795_199_264_000
"""2026-11-20T18:27:44Z."""


def iso(milliseconds: int) -> str:
    """Return a time of the first days after BEGIN_MS as JavaScript prints it."""
    moment = datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{moment}.{milliseconds % 1000:03}Z"


def firestore_block(
    number: int, previous: str, type_: str, content: dict[str, Any] | str, *, later: int = 1
) -> dict[str, Any]:
    """Return a block as the Firestore ledger stored it, hashed ``later`` ms after its data."""
    made = BEGIN_MS + 10 * number
    data: dict[str, Any] = {"type": type_, "content": content, "timestamp": iso(made)}
    if isinstance(content, str):
        data = {"type": type_, "message": content, "timestamp": iso(made)}
    hashed = {"blockNumber": number, "previousHash": previous, "data": data}
    hashed |= {"timestamp": iso(made + later), "nonce": 0}
    text = _LONE.sub(_escape, json.dumps(hashed, ensure_ascii=False, separators=(",", ":")))
    stored = divmod(made + later + 2, 1000)
    time = {"_seconds": stored[0], "_nanoseconds": stored[1] * 1_000_000}
    kept = {**hashed, "timestamp": time, "hash": sha256(text.encode()).hexdigest()}
    return kept if isinstance(content, str) else {**kept, "verified": True}


def firestore_chain(blocks: int, **options: int) -> list[dict[str, Any]]:
    """Return a chain of ``blocks`` blocks: genesis, then queries and trainings by turns."""
    chain = [firestore_block(0, "0" * 64, "genesis", "Ledger initialized", **options)]
    for number in range(1, blocks):
        query = {"queryId": f"q{number}", "question": f"Fråga {number}?", "modelVersion": "1.2.0"}
        training = {"trainingId": f"t{number}", "trainingType": "micro"}
        training |= {"samplesProcessed": number, "newVersion": "1.2.0"}
        type_, content = ("query", query) if number % 2 else ("training", training)
        block = firestore_block(number, chain[-1]["hash"], type_, content, **options)
        chain.append(block)
    return chain


def _escape(half: re.Match[str]) -> str:
    return f"\\u{ord(half[0]):04x}"
