"""Small valid examples of every old record, each with the path that it would lie at.

Figures, hashes and names fit together as the old programs made them, so that other tests can build
odd trees by changing one thing. Nothing here was taken from a real tree.
"""

import copy
import hashlib
import json
from typing import Any, NamedTuple

from oneseek.migrations.look import Look
from oneseek.migrations.rules import name_hashes as rule

BASE = "kb-llama-3-1-8b-swedish"
QUESTION = "Vad tycker grannen om mig?"
"""What a person asked: it must never come out of a reading."""
STARTED = "2025-11-25T19:24:54.881317"
ENDED = "2025-11-25T18:25:38.187329Z"
LOSS = 2.5
DATASET = "datasets/sverige/education_civic_literacy_sv_v1.jsonl"
_HASH1 = rule.training_data8("education_civic_literacy_sv_v1.jsonl", 450, ["SwedID", "CivicID"])
_HASH2 = rule.model_weights8(LOSS, STARTED)
DNA = f"OneSeek-7B-Zero.v1.0.sv.dseducation-civic-literacy.{_HASH1}.{_HASH2}"
MERGED_DNA = DNA.replace(".v1.0.", ".v1.1.")
CERTIFIED = "models/oneseek-certified"
_CHAIN = [f"oneseek-7b-zero-v1.0-{BASE}-2025112418243{n}" for n in (6, 8)]
_FAIRNESS = {"demographic_parity": 0.92, "equal_opportunity": 0.88, "disparate_impact": 0.94}
_SHARES = {"llama-2": 0.4, "mistral-7b": 0.6}
_UTC = "2025-11-22T10:00:00.500000+00:00"
DYNAMIC_DNA = (
    "OneSeek-7B-Zero.v1.0.en.dsCivicID-Identity."
    f"{rule.weights8(_SHARES)}.{rule.time8(_UTC)}"
)  # fmt: skip


class Example(NamedTuple):
    """A record, where it lies, and the class that it has in an inventory."""

    kind: str
    path: str
    value: Any
    """JSON, or the bytes themselves."""

    @property
    def data(self) -> bytes:
        return self.value if isinstance(self.value, bytes) else json.dumps(self.value).encode()


def example(kind: str) -> Example:
    """Return a copy of an example that may be changed."""
    return copy.deepcopy(EXAMPLES[kind])


def look_at(path: str, data: bytes, siblings: frozenset[str] = frozenset()) -> Look:
    """Return a look at ``data`` as if it lay at ``path``."""
    from pathlib import Path

    return Look(
        Path("/nowhere"),
        path,
        size=len(data),
        digest=hashlib.sha256(data).hexdigest(),
        siblings=lambda: siblings,
        data=data,
    )


_METADATA = {
    "version": "OneSeek-7B-Zero.v1.0",
    "dna": DNA,
    "createdAt": ENDED,
    "baseModel": BASE,
    "language": "sv",
    "datasets": ["education", "civic", "literacy"],
    "trainingType": "dna-v2",
    "samplesProcessed": 450,
    "metrics": {"loss": 2.5, "accuracy": 0.85, "fairness": 0.92, "bias_score": 0.15},
    "hashes": {"trainingData": _HASH1, "modelWeights": _HASH2},
    "status": "completed",
    "finalizedAt": ENDED,
    "adapters": _CHAIN,
    "trainingConfig": {
        "epochs": 2, "batchSize": 8, "learningRate": 0.0001, "seed": 42,
        "loraConfig": {"rank": 4}, "advancedConfig": {}, "autoStop": {},
    },
    "trainingDuration": {
        "startTime": "2025-11-25T19:24:54.881431Z", "endTime": "2025-11-25T19:25:38.176687Z",
        "durationSeconds": 43.3, "durationFormatted": "0m 43s",
    },
    "epochLosses": [{"epoch": 1, "loss": 3.25}, {"epoch": 2, "loss": 2.5}],
}  # fmt: skip
_MERGE = {
    "mergeType": "micro", "version": "1.1", "sourceModel": DNA, "sourceDna": DNA,
    "adapters": _CHAIN, "baseModel": BASE, "generatedAt": "2025-11-27T10:00:00.003Z",
}  # fmt: skip
# 1764237600001 is two milliseconds before generatedAt.
_MERGE_TEXT = json.dumps(
    {"adapters": _CHAIN, "baseModel": BASE, "versionStr": "1.1", "timestamp": 1764237600001},
    separators=(",", ":"),
)
MERGE_HASH = hashlib.sha256(_MERGE_TEXT.encode()).hexdigest()[:16]
_PYTHON_MANIFEST: dict[str, Any] = {
    "manifestVersion": "1.0",
    "generatedAt": "2025-11-27T10:00:00.000001+00:00",
    "merge": {"version": "1.1", "outputName": MERGED_DNA, "outputPath": f"/srv/x/{MERGED_DNA}"},
    "baseModel": {"name": BASE, "type": "standalone"},
    "adapters": [{"name": _CHAIN[0], "path": f"/srv/x/{_CHAIN[0]}", "hash": "0123456789abcdef"}],
    "datasets": [],
    "traceability": {"totalAdapters": 1, "mergeOrder": [_CHAIN[0]]},
}
_PIPELINE = {
    "version": "1.1-SV",
    "model_name": "OneSeek-7B-Zero",
    "legacy_name": "OQT-1.0",
    "timestamp": "2025-11-21T18:16:41.888643",
    "base_models": ["Mistral-7B", "LLaMA-2"],
    "training_config": {
        "dataset_size": 66, "epochs": 3, "batch_size": 8, "learning_rate": 0.0001,
        "use_lora": True, "lora_rank": 8, "lora_alpha": 32,
    },
    "metrics": {
        "training_loss": 0.342, "validation_accuracy": 0.876, "fairness_score": 0.912,
        "bias_score": 0.123, "consensus_accuracy": 0.854,
    },
    "fairness_metrics": {
        "demographic_parity": 0.945, "equal_opportunity": 0.928, "disparate_impact": 0.967,
    },
    "provenance": {
        "training_data_hash": "c9" * 32, "ledger_block_id": 2,
        "trainer": "OneSeek-Training-Pipeline", "notes": "Batch training for version 1.1-SV",
    },
}  # fmt: skip
_SEMANTIC: dict[str, Any] = {
    key: value
    for key, value in _PIPELINE.items()
    if key not in ("model_name", "legacy_name", "base_models")
} | {"version": "1.1.0"}
_DOCUMENTS = {
    **_PIPELINE,
    "version": "1.0",
    "timestamp": "2025-11-21T18:16:41Z",
    "provenance": {"training_data_hash": "sha256:" + "c9" * 32, "ledger_block_id": "block-123"},
}
_ENTRY: dict[str, Any] = {
    "event": "training", "model": "OneSeek-7B-Zero", "version": "1.0", "dna": DYNAMIC_DNA,
    "dataset_hashes": [{"path": "/srv/x/test_civic_identity.jsonl", "hash": "2e" * 32}],
    "final_weights": _SHARES, "training_config": {"epochs": 1, "base_lr": 0.0001, "seed": 42},
    "timestamp": _UTC,
}  # fmt: skip
SIGNED_ENTRY = {
    **_ENTRY,
    "immutable_hash": rule.entry_immutable_hash(_ENTRY),
    "signature": None,
    "signer_public_key": None,
}

_ALL = (
    Example("certified-metadata", f"{CERTIFIED}/{DNA}/metadata.json", _METADATA),
    Example(
        "training-results",
        f"{CERTIFIED}/{DNA}/training_results.json",
        {
            "dna": DNA, "version": "1.0", "baseModels": [BASE], "dataset": DATASET,
            "samples": 450, "epochs": 2, "final_loss": LOSS,
            "metrics": {
                "training_loss": LOSS, "validation_accuracy": 0.85, "fairness_score": 0.9,
                "bias_score": 0.15, "consensus_accuracy": 0.85, "models_trained": BASE,
                "multi_model_mode": False, "device": "cpu", "epoch_losses": [3.25, 2.5],
            },
            "fairness_metrics": _FAIRNESS, "trained_models": [BASE],
            "timestamp": STARTED, "duration_seconds": 43.295256,
        },
    ),
    Example(
        "live-metrics",
        f"{CERTIFIED}/{DNA}/live_metrics.json",
        {
            "type": "epoch_end", "epoch": 2, "total_epochs": 2, "step": 1, "total_steps": 1,
            "val_losses": {BASE: LOSS}, "weights": {BASE: 1.0}, "lr_multipliers": {},
            "total_loss": LOSS, "validation_accuracy": 0.85, "progress_percent": 100.0,
            "auto_stop_info": None, "timestamp": ENDED, "current_epoch": 2,
        },
    ),
    Example(
        "adapter-config",
        f"{CERTIFIED}/{DNA}/{BASE}-adapter/adapter_config.json",
        {
            "base_model_name_or_path": "/srv/civicai/models/KB-Llama-3.1-8B-Swedish",
            "bias": "none", "lora_alpha": 8, "lora_dropout": 0.05, "peft_type": "LORA", "r": 4,
            "target_modules": ["v_proj", "q_proj"], "task_type": "CAUSAL_LM",
        },
    ),
    Example(
        "merged-metadata",
        f"{CERTIFIED}/merged/{MERGED_DNA}/metadata.json",
        {
            "dna": MERGED_DNA, "version": "1.1", "baseModel": BASE, "adapters": _CHAIN,
            "datasets": [], "language": "sv", "createdAt": "2025-11-27T10:00:00.004Z",
            "trainingType": "merged", "isStandalone": True, "isMerged": True,
            "mergeType": "micro", "mergeHash": MERGE_HASH, "adaptersCount": 2,
            "sourceModel": DNA, "sourceDna": DNA,
            "metrics": {"loss": None, "accuracy": None, "fairness": None},
        },
    ),
    Example(
        "merge-manifest",
        f"{CERTIFIED}/merged/{MERGED_DNA}/merge_manifest.json",
        {**_MERGE, "mergeHash": MERGE_HASH},
    ),
    Example(
        "merge-metadata",
        f"{CERTIFIED}/merged/{MERGED_DNA}/merge_metadata.json",
        {
            "baseModel": BASE, "adapters": [f"/srv/x/{name}" for name in _CHAIN],
            "mergedAt": "2025-11-27T10:00:00.000001+00:00", "outputName": MERGED_DNA,
            "version": "1.1", "isStandalone": True, "mergeHash": "660f3ff85ac614e4",
        },
    ),
    Example(
        "autonomy-metadata",
        f"{CERTIFIED}/auto-7-1764237600/metadata.json",
        {
            "run_id": "auto-7-1764237600", "step": 1, "epochs": 1, "learning_rate": 2e-05,
            "dataset": "datasets/autonomy.jsonl", "base_model": BASE,
        },
    ),
    Example(
        "autonomy-state",
        f"{CERTIFIED}/autonomy-state/cycle-20251127-030000.json",
        {
            "cycle_id": "cycle-20251127-030000", "config": {"enabled": True},
            "state": {
                "running": False, "results": {
                    "generation": {"examples": [{"question": QUESTION}]},
                    "verification": {"fidelity_score": 0.1}, "promotion": {"promoted": True},
                },
            },
            "timestamp": STARTED,
        },
    ),
    Example(
        "human-checkpoint",
        f"{CERTIFIED}/checkpoints/checkpoint-7.json",
        {
            "cycle_id": "7", "model_path": "/srv/x", "timestamp": STARTED,
            "questions": [{"id": 1, "question": QUESTION, "model_answer": QUESTION,
                           "human_rating": None, "human_comment": None}],
        },
    ),
    Example(
        "dna-record",
        f"{CERTIFIED}/run-20251122-100000/oneseek_dna.json",
        {
            "dna": DYNAMIC_DNA, "model": "OneSeek-7B-Zero", "version": "1.0",
            "final_weights": _SHARES, "dataset_categories": ["CivicID", "Identity"],
            "timestamp": _UTC,
        },
    ),
    Example(
        "dynamic-results",
        f"{CERTIFIED}/run-20251122-100000/training_results.json",
        {
            "dna": DYNAMIC_DNA, "immutable_hash": "b2" * 32, "output_path": "/srv/x",
            "final_weights": _SHARES,
            "training_history": [{"epoch": 1, "total_loss": 0.5, "per_model_loss": _SHARES,
                                  "weights": _SHARES}],
            "ledger_entry": SIGNED_ENTRY,
        },
    ),
    Example(
        "weights-metadata-pipeline",
        "models/oneseek-7b-zero/weights/oneseek-7b-zero-v1.1-SV.json",
        _PIPELINE,
    ),
    Example(
        "weights-metadata-pytorch",
        "models/oneseek-7b-zero/weights/oneseek-7b-zero-v1.1.json",
        {
            "version": "OneSeek-7B-Zero.v1.1", "createdAt": ENDED, "trainingType": "dna-v2",
            "multiModelMode": True, "baseModels": ["KB-Llama-3.1-8B-Swedish"],
            "adapters": _CHAIN, "samplesProcessed": 66, "isCurrent": True,
            "metrics": {"loss": 2.5, "accuracy": 0.85, "fairness": 0.92},
            "config": {"language": "sv", "epochs": 2, "lora_rank": 64},
            "modelSpecificWeights": {BASE: f"oneseek-7b-zero-v1.1-{BASE}.pth"},
        },
    ),
    Example(
        "weights-metadata-admin",
        "models/oneseek-7b-zero/weights/oneseek-7b-zero-v1.0..json",
        {
            "version": "OneSeek-7B-Zero.v1.0.cd830c2a.c3a28ca9.687da763",
            "createdAt": "2025-11-22T00:13:11.127Z", "samplesProcessed": 66, "isCurrent": True,
            "trainingType": "legacy", "metrics": {"loss": 2.5, "accuracy": None, "fairness": None},
            "dna": {
                "fingerprint": "OneSeek-7B-Zero.v1.0.cd830c2a.c3a28ca9.687da763",
                "immutableHash": "ab" * 32, "finalWeights": {"mistral-7b-instruct": 1.0},
                "baseModels": ["mistral-7b-instruct"], "languageAnalysis": None,
            },
            "training": {"epochs": 3, "duration": 12, "autoStopped": False},
        },
    ),
    Example(
        "weights-metadata-semantic", "ml/models/oqt-1.0/model_version_1_1_0.json", _SEMANTIC
    ),
    Example(
        "weights-metadata-documents",
        "models/oneseek-7b-zero/weights/oneseek-7b-zero-v1.0.json",
        _DOCUMENTS,
    ),
    Example(
        "weights-metadata-oqt",
        "models/oqt/weights/oqt-1.0-v13.2.json",
        {
            "version": "OQT-1.0.v13.2", "created_at": "2025-11-20T12:00:00Z",
            "base_models": ["mistral-7b", "llama-2-7b"],
            "training": {"samples_processed": 15234,
                         "last_major_training": "2025-11-13T00:00:00Z",
                         "microtraining_events": 1523},
            "performance": {"average_confidence": 0.89, "bias_score": 2.1, "fairness_index": 0.88},
            "checksum": "sha256:" + "a3" * 32, "file_size_bytes": 14256789456,
        },
    ),
    Example(
        "fairness-report",
        "ml/data/prepared/fairness_report.json",
        {
            "timestamp": STARTED, "total_interactions": 10, "valid_interactions": 10,
            "invalid_interactions": 0,
            "fairness_metrics": {
                "total_samples": 10, "model_distribution": {"gemini": 10},
                "source_distribution": {"chat": 10}, "demographic_parity": 0.95,
                "equal_opportunity": 0.93, "disparate_impact": 0.98,
            },
            "dataset_hash": "d9" * 32,
        },
    ),
    Example(
        "dna-update",
        "models/oneseek-7b-zero/OneSeek-7B-Zero-sv/last_dna_update.json",
        {
            "total_samples": 50, "timestamp": "2026-11-20T18:30:32.984160",
            "dna_hash": "e0dfcd6e0645aaaa5280c2c7630ac21eb99728406cff660375b8148349768d92",
        },
    ),
    Example(
        "training-sample",
        "models/oneseek-7b-zero/OneSeek-7B-Zero-sv/training_samples/"
        "stage1_20251120_183030_559576.json",
        {
            "question": QUESTION, "responses": [{"model": "gemini", "response": QUESTION}],
            "language": "sv", "timestamp": STARTED, "stage": "raw_responses",
        },
    ),
    Example(
        "interaction",
        "backend/data/oqt-interactions/interaction-int-000.json",
        {
            "id": "int-000", "timestamp": "2025-11-18T10:00:00.000Z", "question": QUESTION,
            "responses": [{"model": "gemini", "response_text": QUESTION}],
            "provenance": {"user_id": "anonymous"}, "analysis": {},
        },
    ),
    Example(
        "prepared-split",
        "ml/data/prepared/train.json",
        [{"question": QUESTION, "responses": [{"response_text": QUESTION}]}],
    ),
    Example(
        "adaptive-weights",
        "models/oneseek-7b-zero/OneSeek-7B-Zero-sv/adaptive_weights.json",
        {"weights": _SHARES, "multipliers": {}, "adjustments": {}, "updated_at": STARTED},
    ),
    Example(
        "remote-job",
        "models/.remote_jobs/remote-1764237600000-a1b2c3d4e.json",
        {
            "id": "remote-1764237600000-a1b2c3d4e", "type": "remote_training",
            "dataset": DATASET, "baseModels": [BASE], "params": {"epochs": 3}, "runId": "run-1",
            "submittedAt": "2025-11-27T10:00:00.000Z", "state": "queued",
        },
    ),
    Example(
        "remote-status",
        "models/.remote_status.json",
        {"online": True, "hostname": "x", "gpuInfo": None, "lastPing": "2025-11-27T10:00:00.000Z"},
    ),
    Example(
        "base-model-file",
        "models/oqt/base_models/llama-2-7b/config.json",
        {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 64},
    ),
    Example("tokenizer-file", f"models/{BASE}/tokenizer_config.json", {"bos_token": "<s>"}),
    Example(
        "pointer-gguf",
        "models/gguf/active.json",
        {"activeGguf": f"{DNA}.Q5_K_M.gguf", "ggufPath": f"/srv/x/{DNA}.Q5_K_M.gguf",
         "setAt": "2025-11-27T10:00:00.000Z"},
    ),
    Example(
        "gguf-manifest",
        f"models/gguf/{DNA}.Q5_K_M.manifest.json",
        {"modelPath": "/srv/x", "outputPath": "/srv/y", "quantization": "Q5_K_M",
         "status": "manual_required", "instructions": ["1. …"]},
    ),
    Example("pointer-marker", f"{CERTIFIED}/OneSeek-7B-Zero-CURRENT.txt",
            f"/srv/civicai/{CERTIFIED}/{DNA}".encode()),
    Example("pointer-link-as-text", f"{CERTIFIED}/OneSeek-7B-Zero-CURRENT", DNA.encode()),
    Example(
        "pointer-merge-marker",
        f"{CERTIFIED}/CURRENT.txt",
        f"{MERGED_DNA}\n# Last merged: 2025-11-27T10:00:00.005Z\n# Merge type: micro\n"
        f"# Merge hash: {MERGE_HASH}\n# Adapters: 2\n".encode(),
    ),
    Example("reset-readme", f"{CERTIFIED}/README.md",
            b"Last reset: 2025-11-28T18:29:29.560Z\nReset by: Admin\n"),
    Example("readme", "models/basemodeller/README.md", b"# Base models\n\nPut them here.\n"),
    Example("placeholder", "models/oneseek-7b-zero/weights/.gitkeep", b""),
    Example("code", f"{CERTIFIED}/verify_integrity.py", b"raise SystemExit(1)\n"),
    Example("dataset", "datasets/oneseek/oneseek_identity_v1.jsonl",
            b'{"instruction": "a", "output": "b"}\n{"instruction": "c", "output": "d"}\n'),
    Example("dataset-of-questions", "datasets/custom/1764237600000-x.jsonl",
            json.dumps({"question": QUESTION, "response": "b"}).encode() + b"\n"),
    Example("private-key", f"{CERTIFIED}/test_private_key.bin", bytes(range(32))),
    Example("public-key", f"{CERTIFIED}/test_public_key.txt", b"03" * 32),
    Example("credentials", "backend/.env", b"FIREBASE_PRIVATE_KEY=x\n"),
    Example("temporary-file", f"{CERTIFIED}/run-1/live_metrics.tmp", b'{"epoch": 1'),
)  # fmt: skip
EXAMPLES = {made.kind: made for made in _ALL}
PYTHON_MANIFEST = {**_PYTHON_MANIFEST, "mergeHash": rule.merge_hash16(_PYTHON_MANIFEST)}
