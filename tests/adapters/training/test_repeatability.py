"""The same arguments give the same bytes in any process: the promise that recipes rest on."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = """
import hashlib, sys
from pathlib import Path
from oneseek.adapters.training.base_model import BaseSize, create_base
from oneseek.adapters.training.lora import train_lora
from oneseek.domain.recipe import Recipe
from oneseek.domain.rows import Row
from oneseek.domain.training_job import LoraJob
root = Path(sys.argv[1])
create_base(
    root / "base", architecture="mistral", seed=3, name="tiny", steps=6,
    corpus="Sjön ligger stilla om morgonen.\\n\\nThe boats hardly move in the harbour.\\n\\n" * 3,
    size=BaseSize(hidden=32, layers=2, heads=4, kv_heads=2, vocabulary=320, context=48),
    on_progress=lambda *_: None, should_stop=lambda: False,
)
rows = tuple(Row(n, f"Fråga {n}?", "", f"Svar nummer {n}.") for n in range(1, 6))
recipe = Recipe(
    lora_rank=4, lora_alpha=8, lora_dropout="0.1", target_modules=("v_proj", "q_proj", "o_proj"),
    learning_rate="0.01", scheduler="cosine", warmup_ratio="0.1", weight_decay="0.0",
    max_grad_norm="1.0", epochs=2, batch_size=2, gradient_accumulation=1, max_length=48,
    precision="float32", device="cpu", seed=7, threads=1, deterministic=True,
    auto_stop_threshold=None, evaluation_share="0.0", prompt_format="question-answer/v1",
)
train_lora(
    LoraJob(base_dir=root / "base", base_name="tiny", base_digest="ab" * 32, train_rows=rows,
            eval_rows=rows, recipe=recipe, output_dir=root / "adapter"),
    lambda _: None, lambda: False,
)
for file in sorted(root.rglob("*.*")):
    print(file.relative_to(root), hashlib.sha256(file.read_bytes()).hexdigest())
"""


@pytest.mark.thorough
def test_two_processes_write_the_same_bytes_and_say_nothing(tmp_path: Path) -> None:
    runs = []
    for hash_seed, threads in (("1", "1"), ("2", "2")):
        folder = tmp_path / hash_seed
        folder.mkdir()
        env = {**os.environ, "PYTHONHASHSEED": hash_seed, "OMP_NUM_THREADS": threads}
        runs.append(
            subprocess.Popen(
                [sys.executable, "-P", "-c", _SCRIPT, str(folder)],
                env=env,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
    (first, first_noise), (second, second_noise) = (run.communicate() for run in runs)
    assert first == second
    assert (first_noise, second_noise) == ("", "")
    assert [line.split()[0] for line in first.splitlines()] == [
        "adapter/adapter_config.json",
        "adapter/adapter_model.safetensors",
        "adapter/special_tokens_map.json",
        "adapter/tokenizer.json",
        "adapter/tokenizer_config.json",
        "base/config.json",
        "base/generation_config.json",
        "base/model.safetensors",
        "base/special_tokens_map.json",
        "base/tokenizer.json",
        "base/tokenizer_config.json",
    ]
