"""LoRA training, evaluation and asking: the only place that imports torch, transformers and peft.

Importing this package sets a few environment variables and nothing more, because the libraries
read them while *they* are imported: no network, no progress bars, no advice on a user's terminal.
Every inner module may import the libraries; they cost seconds, so callers import them late.
"""

import os

# Forced, not defaulted: a base model comes from a registered folder, never from a hub that may
# answer differently tomorrow.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "critical"
# Worker threads of the tokenizer warn after every fork and gain nothing on short rows.
os.environ["TOKENIZERS_PARALLELISM"] = "false"
# cuBLAS repeats its sums only with a fixed workspace, and reads this when CUDA starts.
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
