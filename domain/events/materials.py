"""Events of what trainings are made from: base models and datasets."""

from typing import ClassVar

from oneseek.domain.digest import Digest
from oneseek.domain.events.base import Event
from oneseek.domain.values import Count


class BaseModelRegistered(Event, frozen=True):
    """A base model folder was read, every file hashed. Its weights stay where they are."""

    kind: ClassVar[str] = "base-model-registered/v1"
    name: str
    manifest: Digest
    """Digest of the manifest object: path, size and digest of every file."""
    architecture: str
    """``model_type`` of the Hugging Face configuration."""
    files: Count
    size: Count
    """Bytes of all files."""
    licence: str | None
    source: str
    """``created`` by us or ``registered`` from a folder."""
    path: str
    """Where it lay then, relative to the workspace where possible. A hint, not an identity."""
    report: Digest | None
    """Object with the making of a created base model (seed, corpus digest, losses)."""

    @property
    def stream(self) -> str:
        return f"base:{self.manifest}"


class DatasetRegistered(Event, frozen=True):
    """A dataset was validated line by line; every row is committed to by a salted Merkle root."""

    kind: ClassVar[str] = "dataset-registered/v1"
    name: str
    dataset: Digest
    """Digest of the file's bytes, an object in the content store."""
    size: Count
    rows: Count
    row_root: Digest
    """RFC 6962 root over SHA-256(0x00 || salt || line); the salts are in the vault."""
    language: str
    categories: tuple[str, ...]
    licence: str | None

    @property
    def stream(self) -> str:
        return f"dataset:{self.dataset}"
