"""What a training is told to do, what it did it with, and what it measured.

These structs are parts of training events: every option that can change a byte of the result is
here, so that a recipe repeated on the same machine and versions gives the same bytes.
"""

from msgspec import Struct

from oneseek.domain.values import Count, Number


class Recipe(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every option of a LoRA training; the CLI's defaults are the founding ones."""

    method: str = "lora"
    lora_rank: Count
    lora_alpha: Count
    lora_dropout: Number
    target_modules: tuple[str, ...]
    """Sorted module names; empty means the architecture's own pair (q_proj + v_proj, c_attn)."""
    learning_rate: Number
    scheduler: str
    """``cosine`` or ``constant``."""
    warmup_ratio: Number
    """Part of all optimizer steps with a rising rate, 0 to 1."""
    weight_decay: Number
    max_grad_norm: Number
    epochs: Count
    batch_size: Count
    gradient_accumulation: Count
    max_length: Count
    """Longest sequence in tokens; longer rows are cut at the end."""
    precision: str
    """``float32`` or ``bfloat16``, as really used."""
    device: str
    """``cpu``, ``cuda`` or ``mps``, as really used."""
    seed: Count
    threads: Count
    deterministic: bool
    auto_stop_threshold: Number | None
    """Stop when evaluation token accuracy reaches this (0 to 1); None never stops early."""
    evaluation_share: Number
    """Part of the rows held out when no evaluation dataset is named, 0 to below 1."""
    prompt_format: str
    """Name of the text form, see :mod:`oneseek.domain.prompt`."""


class Environment(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a training ran on. Absent facts are None, never guessed."""

    python: str
    platform: str
    """``Linux-x86_64`` and the like; no host name."""
    cpu_capability: str | None
    """torch's vector level (``AVX2``, ``AVX512`` …): initial weights differ between levels."""
    accelerator: str | None
    """The GPU's model name, None on a CPU."""
    attention: str
    packages: dict[str, str]
    """Library name → version, for every library that touches the bytes."""
    code_commit: str | None
    """Git commit of the code, None where it does not run from a checkout."""
    code_changed: bool | None
    """True when the checkout had uncommitted changes; None where there is no checkout."""


class Metrics(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Measured on held-out rows by teacher forcing: each token predicted from the true ones."""

    rows: Count
    tokens: Count
    """Answer tokens counted, end-of-text included, prompt and padding excluded."""
    loss: Number
    """Mean negative log-likelihood per answer token, natural logarithm."""
    perplexity: Number
    """exp(loss)."""
    token_accuracy: Number
    """Share of answer tokens that are the arg-max prediction, 0 to 1."""
    exact_match: Number | None
    """Share of rows with every answer token, the end included, predicted right: what greedy
    decoding would write. None when not measured."""
