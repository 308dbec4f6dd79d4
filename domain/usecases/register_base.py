"""Registering a base model: every file by digest, architecture, licence. Its bytes stay put."""

from collections.abc import Callable

from oneseek.domain.base_model import CONFIG, check_weights, index_files, read_architecture
from oneseek.domain.decisions import Decision
from oneseek.domain.digest import Digest
from oneseek.domain.errors import InvalidInput
from oneseek.domain.events import BaseModelRegistered
from oneseek.domain.labels import check_label
from oneseek.domain.manifest import Manifest
from oneseek.domain.ports import Ports, View
from oneseek.domain.state.documents import BaseModel, BaseName
from oneseek.domain.stored import Receipt
from oneseek.domain.usecases.record import record, require_recordable

ReadFile = Callable[[str], bytes]
"""Reads a small file of the model folder by its path in the manifest."""


def register_base(
    ports: Ports,
    *,
    name: str,
    manifest: Manifest,
    read: ReadFile,
    path: str,
    source: str,
    licence: str | None = None,
    report: Digest | None = None,
) -> tuple[Digest, Receipt | None]:
    """Record a base model; the receipt is None when it was registered under this name before.

    Raises:
        InvalidInput: the folder is not a complete Hugging Face model.
    """
    check_label(name, "base model")
    paths = [file.path for file in manifest.files]
    if CONFIG not in paths:
        raise InvalidInput(
            f"{path} is not a Hugging Face model folder: it has no {CONFIG}",
            hint="give the folder that holds config.json and the weights",
        )
    architecture = read_architecture(read(CONFIG))
    check_weights(paths, {index: read(index) for index in index_files(paths)})
    event = BaseModelRegistered(
        name=name,
        manifest=manifest.digest,
        architecture=architecture,
        files=len(manifest.files),
        size=sum(file.size for file in manifest.files),
        licence=licence,
        source=source,
        path=path,
        report=report,
    )
    require_recordable(ports, event)
    digest = ports.objects.put(manifest.to_bytes())

    def on(view: View) -> Decision:
        named = view.get(BaseName, name)
        known = named is not None and named.digest == digest and view.get(BaseModel, digest)
        return Decision() if known else Decision((event,))

    return digest, record(ports, on)
