"""A small old tree, as the programs of CONTRACTS sections 1 to 3 left one, with their mistakes.

Two certified models (the second continues the first), pointers that disagree, a ledger whose blocks
chain, a log of a reset, an older weights file that is a trap, and a question that somebody asked.
"""

import hashlib
import json
import pickle
import shutil
import struct
from pathlib import Path
from typing import Any

BASE = "kb-llama-3-1-8b-swedish"
HIDDEN = 8
QUESTION = "Vad gör en nämnd?"
_GENESIS = {
    "model_version": "0.0.0",
    "description": "OQT-1.0 Transparency Ledger Genesis Block",
    "provenance": ["system_initialization"],
}
SPRUNG = "sprung"
"""The trap makes a folder of this name where it is run."""


def make_old_tree(root: Path) -> Path:
    """Build the tree at ``root``; the same bytes every time."""
    certified = root / "models" / "oneseek-certified"
    first = _model(certified, "oneseek_identity_core_v1.jsonl", ["Identity"], 101, 6.0333, 24, [])
    second = _model(
        certified, "education_civic_literacy_sv_v1.jsonl", ["CivicID", "SwedID"], 450, 6.0092, 25,
        [(certified / first, _adapter(24))],
    )  # fmt: skip
    (certified / "OneSeek-7B-Zero-CURRENT").symlink_to(second)
    place = f"/srv/civicai/models/oneseek-certified/{first}"
    (certified / "OneSeek-7B-Zero-CURRENT.txt").write_text(place, "utf-8")
    _reset_log(certified / ".ledger" / "reset-log.jsonl")
    _ledger(root / "ml" / "ledger" / "ledger.json", [first, second])
    _trap(root / "models" / "oqt" / "weights" / "oqt-1.0-v1.0.pth")
    _sample(root / "models" / "oneseek-7b-zero" / "OneSeek-7B-Zero-sv" / "training_samples")
    return root


def make_small_tree(root: Path) -> Path:
    """Build a tree with one of each: a model, a ledger, a trap, and a question."""
    certified = root / "models" / "oneseek-certified"
    name = _model(certified, "oneseek_identity_core_v1.jsonl", ["Identity"], 101, 6.0333, 24, [])
    _ledger(root / "ml" / "ledger" / "ledger.json", [name])
    _trap(root / "models" / "oqt" / "weights" / "oqt-1.0-v1.0.pth")
    _sample(root / "models" / "oneseek-7b-zero" / "OneSeek-7B-Zero-sv" / "training_samples")
    return root


def small_adapter(marker: float) -> bytes:
    """Return a valid safetensors file with a LoRA pair of rank 2 for one projection."""
    name = "base_model.model.model.layers.0.self_attn.q_proj"
    size = 2 * HIDDEN * 4
    header = json.dumps(
        {
            "__metadata__": {"format": "pt"},
            f"{name}.lora_A.weight": {
                "dtype": "F32", "shape": [2, HIDDEN], "data_offsets": [0, size],
            },
            f"{name}.lora_B.weight": {
                "dtype": "F32", "shape": [HIDDEN, 2], "data_offsets": [size, 2 * size],
            },
        }
    ).encode()  # fmt: skip
    values = [marker + n / 100 for n in range(4 * HIDDEN)]
    return struct.pack("<Q", len(header)) + header + struct.pack(f"<{len(values)}f", *values)


def small_base() -> bytes:
    """Return weights of a base model with the one matrix that :func:`small_adapter` stands on."""
    size = HIDDEN * HIDDEN * 4
    name = "model.layers.0.self_attn.q_proj.weight"
    described = {"dtype": "F32", "shape": [HIDDEN, HIDDEN], "data_offsets": [0, size]}
    header = json.dumps({name: described}).encode()
    return struct.pack("<Q", len(header)) + header + bytes(size)


def _adapter(minute: int) -> str:
    return f"oneseek-7b-zero-v1.0-{BASE}-2025112018{minute}36"


def _model(
    certified: Path,
    dataset: str,
    categories: list[str],
    samples: int,
    loss: float,
    minute: int,
    before: list[tuple[Path, str]],
) -> str:
    """Write one certified model with the adapters of those ``before`` it; return its name."""
    started = f"2025-11-20T19:{minute}:29.850219"
    trained = _hash({"dataset": dataset, "samples": samples, "categories": categories})
    weighed = _hash({"final_loss": loss, "timestamp": started})
    tokens = dataset.removesuffix(".jsonl").split("_")[:3]
    language = "sv" if "_sv_" in dataset else "en"
    dna = f"OneSeek-7B-Zero.v1.0.{language}.ds{'-'.join(tokens)}.{trained}.{weighed}"
    folder = certified / dna
    folder.mkdir(parents=True)
    for parent, name in before:
        shutil.copytree(parent / name, folder / name)
    write_peft(folder / _adapter(minute), float(minute))
    metadata = {
        "version": "OneSeek-7B-Zero.v1.0",
        "dna": dna,
        "createdAt": f"2025-11-20T18:{minute}:36.710653Z",
        "baseModel": BASE,
        "language": language,
        "datasets": tokens,
        "trainingType": "dna-v2",
        "samplesProcessed": samples,
        "metrics": {"loss": loss, "accuracy": 0.85, "fairness": 0.92, "bias_score": 0.15},
        "hashes": {"trainingData": trained, "modelWeights": weighed},
        "status": "completed",
        "adapters": [*(name for _, name in before), _adapter(minute)],
    }
    results = {
        "dna": dna,
        "version": "1.0",
        "baseModels": [BASE],
        "dataset": f"datasets/{dataset}",
        "samples": samples,
        "epochs": 2,
        "final_loss": loss,
        "trained_models": [BASE],
        "timestamp": started,
        "duration_seconds": 6.86,
    }
    _write(folder / "metadata.json", metadata)
    _write(folder / "training_results.json", results)
    return dna


def write_peft(folder: Path, marker: float) -> None:
    """Write a PEFT adapter; another ``marker`` makes other weights."""
    folder.mkdir(parents=True)
    (folder / "adapter_model.safetensors").write_bytes(small_adapter(marker))
    _write(folder / "adapter_config.json", {
        "base_model_name_or_path": f"/srv/civicai/models/{BASE}",
        "bias": "none", "lora_alpha": 4, "lora_dropout": 0.05, "peft_type": "LORA", "r": 2,
        "target_modules": ["q_proj"], "task_type": "CAUSAL_LM",
    })  # fmt: skip


def _ledger(path: Path, names: list[str]) -> None:
    blocks: list[dict[str, Any]] = []
    told: list[tuple[str, dict[str, Any]]] = [
        ("genesis", _GENESIS),
        *(("training", {"model_version": name, "training_samples": 100}) for name in names),
    ]
    for number, (event, data) in enumerate(told):
        moment = f"2025-11-20T19:2{number}:40.000001"
        before = blocks[-1]["current_hash"] if blocks else "0" * 64
        data_hash = _digest(json.dumps(data, sort_keys=True))
        blocks.append({
            "block_id": number, "timestamp": moment, "previous_hash": before,
            "current_hash": _digest(f"{number}{moment}{before}{data_hash}"), "event_type": event,
            "data": data, "signatures": {"data_hash": data_hash, "validator": "system"},
        })  # fmt: skip
    _write(path, {"blocks": blocks, "last_updated": blocks[-1]["timestamp"],
                  "block_count": len(blocks)})  # fmt: skip


def _reset_log(path: Path) -> None:
    path.parent.mkdir()
    line = {"action": "FULL_RESET", "timestamp": "2025-11-19T10:00:00.000Z", "user": "Admin"}
    path.write_text(json.dumps(line) + "\n", "utf-8")


class _Trap:
    """What a hostile pickle does: it names a call, and whoever unpickles it makes that call."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        import os

        return os.mkdir, (SPRUNG,)


def _trap(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(pickle.dumps(_Trap(), protocol=2))


def _sample(folder: Path) -> None:
    folder.mkdir(parents=True)
    _write(folder / "stage1_20251120_190000_000001.json", {
        "question": QUESTION, "responses": [{"model": "m", "response": "Den beslutar."}],
        "language": "sv", "timestamp": "2025-11-20T19:00:00.000001", "stage": "raw_responses",
    })  # fmt: skip


def _hash(values: dict[str, Any]) -> str:
    return _digest(json.dumps(values, sort_keys=True))[:8]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _write(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2), "utf-8")
