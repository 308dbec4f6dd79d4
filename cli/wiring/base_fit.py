"""Comparing an imported adapter with the base model that somebody says it stands on."""

from pathlib import Path

from oneseek.cli.app import App
from oneseek.cli.output import count_text
from oneseek.cli.wiring.bases import base_folder
from oneseek.domain.errors import InvalidInput, OneSeekError
from oneseek.domain.lora_fit import compare
from oneseek.domain.safetensors_header import (
    LENGTH_BYTES,
    TensorInfo,
    header_end,
    parse_header,
)
from oneseek.domain.state.documents import BaseModel, Version


def fit_sentence(app: App, version: Version, base: BaseModel) -> str:
    """Return what the shapes say, to be recorded with the operator's word.

    Raises:
        InvalidInput: the adapter cannot have been trained on this base model.
    """
    try:
        folder = base_folder(app, base, trust_times=True)
        shapes: dict[str, TensorInfo] = {}
        for path in sorted(folder.glob("*.safetensors")):
            shapes.update(_tensors(path))
        adapter = _tensors(app.objects.path(version.weights))
    except (OSError, OneSeekError):
        shapes = {}
    if not shapes:
        return "shapes were not compared"
    found = compare(adapter, shapes)
    if found.misfit:
        raise InvalidInput(
            f"{version.dna} does not fit {base.name}: {found.misfit}",
            hint="another base model was meant; see what there is: oneseek base list",
        )
    return f"the shapes of {count_text(found.modules, 'module')} fit"


def _tensors(path: Path) -> dict[str, TensorInfo]:
    size = path.stat().st_size
    with path.open("rb") as file:
        end = header_end(file.read(LENGTH_BYTES), size)
        file.seek(0)
        return parse_header(file.read(end), size)
