"""Making a tiny base model: in staging, then into ``models/basemodeller``, then into the ledger."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import fsync_dir, fsync_tree
from oneseek.adapters.workspace.shipped import shipped_text
from oneseek.cli.app import App
from oneseek.cli.wiring.bases import register_folder
from oneseek.cli.wiring.libraries import training_libraries
from oneseek.domain.certification.metadata import render_json
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import Conflict, InvalidInput
from oneseek.domain.labels import check_label
from oneseek.domain.ports import Ports
from oneseek.domain.stored import Receipt

if TYPE_CHECKING:
    from oneseek.adapters.training.base_model import BaseReport

CORPUS = "base_corpus_sv_en.txt"


@dataclass(frozen=True, slots=True)
class MadeBase:
    """A new base model and what its making measured."""

    manifest: Digest
    report: "BaseReport"
    receipt: Receipt | None


def make_base(
    app: App,
    ports: Ports,
    *,
    name: str,
    architecture: str,
    seed: int,
    steps: int,
    text: Path | None,
    on_progress: Callable[[int, int, float], None],
) -> MadeBase:
    """Make, place and register a tiny base model.

    Raises:
        Conflict: there is a folder of that name.
        InvalidInput: the name or the text cannot be used.
    """
    check_label(name, "base model")
    target = app.paths.base_models / name
    if os.path.lexists(target):
        raise Conflict(f"{target} exists already", hint="choose another name")
    corpus = _corpus(text)
    with training_libraries():
        from oneseek.adapters.training.base_model import create_base

    staged = app.scratch.folder("base-")
    report = create_base(
        staged,
        architecture=architecture,
        seed=seed,
        corpus=corpus,
        name=name,
        on_progress=on_progress,
        should_stop=lambda: False,
        steps=steps,
    )
    with disk_errors("move the base model to", target):
        fsync_tree(staged)  # the entry that names these bytes will outlive a loss of power
        # A crash before this line leaves a staging folder; after it an unregistered folder that
        # `oneseek base register` takes.
        staged.rename(target)
        fsync_dir(target.parent)
    making = {
        "architecture": architecture,
        "seed": seed,
        "steps": steps,
        "corpus": sha256(corpus.encode()),
        "parameters": report.parameters,
        "tokens": report.tokens,
        "first_loss": report.first_loss,
        "last_loss": report.last_loss,
    }
    digest, receipt = register_folder(
        app,
        ports,
        target,
        name,
        source="created",
        licence="apache-2.0",
        report=ports.objects.put(render_json(making)),
    )
    return MadeBase(digest, report, receipt)


def _corpus(text: Path | None) -> str:
    if text is None:
        return shipped_text(CORPUS)
    try:
        return text.read_text("utf-8")
    except UnicodeDecodeError:
        raise InvalidInput(f"{text} is not UTF-8 text") from None
