"""``README.md`` of a certified version: a Hugging Face model card with valid front matter.

What the Hub has fields for is in those (huggingface.co/docs/hub/model-cards), what was measured in
``model-index``. A name on the Hub can come to mean other bytes: the digests are under ``oneseek``.
"""

import json
import re

from oneseek.domain.certification.facts import Facts
from oneseek.domain.recipe import Metrics

_LANGUAGES = {"ensv": ("en", "sv")}
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._-]*", re.ASCII)
_RESERVED = frozenset("y n yes no true false on off null".split())
"""Words that YAML 1.1 reads as something else than text: ``no`` is Norwegian here, not false."""
_METRIC_TYPES = ("loss", "perplexity", "accuracy", "exact_match")
"""What the Hub calls the values of :func:`_values`."""


def render_model_card(facts: Facts) -> bytes:
    """Return the bytes of the model card."""
    return "\n".join([*_front_matter(facts), "", *_body(facts), ""]).encode()


def _front_matter(facts: Facts) -> list[str]:
    languages = _LANGUAGES.get(facts.name.language, (facts.name.language,))
    lines = [
        "---",
        f"base_model: {_scalar(facts.base.name)}",
        "base_model_relation: adapter",
        "library_name: peft",
        "pipeline_tag: text-generation",
        "language:",
        *(f"- {_scalar(code)}" for code in languages),
        "datasets:",
        f"- {_scalar(facts.dataset.name)}",
    ]
    if facts.base.licence:
        lines.append(f"license: {_scalar(facts.base.licence.lower())}")
    lines += ["tags:", "- lora", "- oneseek", "- provenance"]
    return [*lines, *_digests(facts), *_model_index(facts), "---"]


def _digests(facts: Facts) -> list[str]:
    lines = [
        "oneseek:",
        f"  dna: {facts.name}",
        f"  base_model_manifest: sha256:{facts.base.manifest}",
        f"  dataset: sha256:{facts.dataset.dataset}",
        f"  dataset_row_root: sha256:{facts.dataset.row_root}",
        f"  weights: sha256:{facts.completed.weights}",
    ]
    return [*lines, f"  parent_manifest: sha256:{facts.parent}"] if facts.parent else lines


def _model_index(facts: Facts) -> list[str]:
    """Return what was measured in the form of the Hub; nothing where nothing was."""
    metrics, data = facts.training.metrics, facts.evaluation or facts.dataset
    if metrics is None:
        return []
    lines = [
        "model-index:",
        f"- name: {facts.name}",
        "  results:",
        "  - task:",
        "      type: text-generation",
        "    dataset:",
        f"      name: {_scalar(data.name)}",
        f"      type: {_scalar(data.name)}",
        f"      revision: sha256:{data.dataset}",
        "    metrics:",
    ]
    for kind, (name, value) in zip(_METRIC_TYPES, _values(metrics), strict=True):
        if value is not None:
            lines += [f"    - type: {kind}", f"      name: {name}", f"      value: {_float(value)}"]
    return lines


def _body(facts: Facts) -> list[str]:
    recipe, done = facts.started.recipe, facts.completed
    return [
        f"# {facts.name}",
        "",
        f"A LoRA adapter for `{facts.base.name}`, certified {facts.certified_at}. It is version",
        f"{facts.name.version} of the language line `{facts.name.language}` of OneSeek-7B-Zero.",
        "",
        "| what | which |",
        "|---|---|",
        f"| base model | `{facts.base.name}`, manifest `{facts.base.manifest}` |",
        f"| trained on | `{facts.dataset.name}`, {done.rows_trained} of {facts.dataset.rows} rows,"
        f" file `{facts.dataset.dataset}`, row root `{facts.dataset.row_root}` |",
        f"| weights | `{done.weights}` |",
        f"| continues from | {f'`{facts.parent}`' if facts.parent else 'the base model'} |",
        f"| recipe | rank {recipe.lora_rank}, alpha {recipe.lora_alpha}, learning rate"
        f" {recipe.learning_rate}, {done.epochs} epochs, batch {recipe.batch_size},"
        f" seed {recipe.seed} |",
        f"| ledger | training-completed is entry {facts.training.ended} |",
        "",
        "## Measured",
        "",
        *_measured(facts.training.metrics, facts),
        "",
        "## Use",
        "",
        "```python",
        "from peft import PeftModel",
        "from transformers import AutoModelForCausalLM, AutoTokenizer",
        "",
        'base = AutoModelForCausalLM.from_pretrained("path/to/the/base/model")',
        'model = PeftModel.from_pretrained(base, "path/to/this/folder")',
        'tokenizer = AutoTokenizer.from_pretrained("path/to/this/folder")',
        "```",
        "",
        "## Check",
        "",
        "`python verify_integrity.py` compares every file here with `manifest.json`, and the",
        "manifest with the ledger entry in `ledger.proof`. It needs Python alone.",
    ]


def _measured(metrics: Metrics | None, facts: Facts) -> list[str]:
    if metrics is None:
        return ["Nothing was measured: there were no held-out rows. Nothing is claimed."]
    where = (facts.evaluation or facts.dataset).name
    return [
        f"On {metrics.rows} rows of `{where}` that were not trained on:",
        "",
        "| metric | value |",
        "|---|---|",
        *(f"| {name} | {value or 'not measured'} |" for name, value in _values(metrics)),
        "",
        "Fairness and bias were not measured; nothing is claimed about them.",
    ]


def _values(metrics: Metrics) -> list[tuple[str, str | None]]:
    return [
        ("loss per token", metrics.loss),
        ("perplexity", metrics.perplexity),
        ("token accuracy", metrics.token_accuracy),
        ("exact answers", metrics.exact_match),
    ]


def _float(number: str) -> str:
    """Return a decimal as YAML 1.1 reads it: to that, ``2e-05`` is a text."""
    return number.replace("e", ".0e") if "." not in number else number


def _scalar(text: str) -> str:
    """Return ``text`` as YAML that reads back as this text, quoted where it must be."""
    if _PLAIN.fullmatch(text) and text.lower() not in _RESERVED:
        return text
    return json.dumps(text, ensure_ascii=False)  # a JSON string is a YAML string
