"""Judging weights: each distinct bytes once, however many copies of them lie around."""

from pathlib import Path

from oneseek.domain.digest import Digest
from oneseek.domain.legacy_weights import WeightReader, WeightsJudgement
from oneseek.migrations.assembly.material import Filed, Material
from oneseek.migrations.places import real_path

WEIGHTS_KINDS = ("torch-weights", "safetensors", "checkpoint-weights", "backup-weights")
"""Classes of files whose tensors are looked at. Base models and GGUF files are only kept."""

PLACEHOLDER_KIND = "placeholder-weights"


class Weighing:
    """The judgements on the weights of one source."""

    def __init__(self, material: Material, root: Path, reader: WeightReader) -> None:
        self._material = material
        self._root = root
        self._reader = reader
        self._known: dict[Digest, WeightsJudgement] = {}

    def judge(self, filed: Filed) -> WeightsJudgement:
        """Return what the file of ``filed`` is."""
        digest = filed.item.digest
        assert digest is not None
        if digest not in self._known:
            self._known[digest] = self._reader.judge(self.file(filed.item.path))
        return self._known[digest]

    def file(self, path: str) -> Path:
        """Return where the file at ``path`` can be opened."""
        return real_path(self._root, path)
