"""The folder of an imported version: its old files under ``legacy/``, and usable weights above.

Old bytes stay as they are. What can be used stands where our own versions have it:
``adapter_model.safetensors`` with ``adapter_config.json`` for an adapter or a chain of them, or
``model.safetensors`` for other tensors. Nothing that our code words differently from release to
release is in the folder, so that the same files always make the same version.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from oneseek.domain.digest import Digest
from oneseek.domain.errors import InvalidInput
from oneseek.domain.legacy_weights import WeightReader
from oneseek.domain.manifest import Manifest, ManifestFile, weights_digest
from oneseek.domain.ports import ObjectKeeper, ObjectStore
from oneseek.migrations.places import plain_path
from oneseek.migrations.plan import Part, PlannedVersion

LEGACY = "legacy"
UNNAMED_BASE = "unknown"
"""What the configuration of a joined chain calls a base model that no record names."""
ADAPTER_FILE, CONFIG_FILE, TENSORS_FILE = (
    "adapter_model.safetensors", "adapter_config.json", "model.safetensors"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """A version's folder as objects."""

    manifest: Digest
    weights: Digest | None
    form: str
    """As planned, or ``none`` where the weights could not be converted after all."""
    reason: str
    """Why it is no adapter; empty for one."""


class FolderMaker:
    """Makes folders of versions; what is converted is converted once.

    ``objects`` has the parts; ``keeper`` takes in what is made. ``scratch`` gives a new empty
    folder on every call; whoever gave it removes them.
    """

    def __init__(
        self,
        objects: ObjectStore,
        keeper: ObjectKeeper,
        reader: WeightReader,
        scratch: Callable[[], Path],
    ) -> None:
        self._objects = objects
        self._keeper = keeper
        self._reader = reader
        self._scratch = scratch
        self._converted: dict[tuple[str, ...], tuple[ManifestFile, ...]] = {}

    def make(self, version: PlannedVersion) -> Made:
        """Keep the folder of ``version``; the bytes of its parts are in the store already.

        Weights that cannot be converted make a version without weights: the old files stay.

        Raises:
            CannotCheck: torch would be needed to convert them, and is not installed.
        """
        files = list(_legacy(version.parts)) or [self._note(version)]
        form, reason = version.form, version.form_reason
        usable: tuple[ManifestFile, ...] = ()
        try:
            usable = self._usable(version)
        except InvalidInput as error:
            form, reason = "none", f"its weights cannot be converted: {error.message}"
        manifest = Manifest((*files, *usable))
        digest = self._keeper.put(manifest.to_bytes())
        names = [file.path for file in usable if file.path.endswith(".safetensors")]
        weights = weights_digest(manifest, names) if names else None
        return Made(digest, weights, form, reason)

    def _note(self, version: PlannedVersion) -> ManifestFile:
        """Keep a file that says why there is none: all records are sealed."""
        text = f"{version.path} holds texts of people: it is sealed, and not here.\n".encode()
        return ManifestFile(f"{LEGACY}/SEALED", len(text), self._keeper.put(text))

    def _usable(self, version: PlannedVersion) -> tuple[ManifestFile, ...]:
        if version.form == "none":
            return ()
        if version.form == "tensors":
            # A stable sort: the weights themselves before adapters that nobody can apply.
            able = [part for part in version.parts if part.role in ("weights", "adapter")]
            part = sorted(able, key=lambda part: part.role != "weights")[0]
            return self._once((part.digest,), lambda: self._tensors(part, TENSORS_FILE))
        adapters = [_of_adapter(version.parts, place) for place in version.chain]
        key = tuple(part.digest for pair in adapters for part in pair)
        base = version.base_name or UNNAMED_BASE
        return self._once((*key, base), lambda: self._adapters(adapters, base))

    def _once(
        self, key: tuple[str, ...], make: Callable[[], tuple[ManifestFile, ...]]
    ) -> tuple[ManifestFile, ...]:
        if key not in self._converted:
            self._converted[key] = make()
        return self._converted[key]

    def _adapters(
        self, adapters: Sequence[tuple[Part, Part]], base: str
    ) -> tuple[ManifestFile, ...]:
        if len(adapters) == 1 and not self._reader.judge(self._file(adapters[0][0])).nested:
            ((weights, config),) = adapters
            return (
                *self._tensors(weights, ADAPTER_FILE),
                ManifestFile(CONFIG_FILE, config.size, config.digest),
            )
        folder = self._scratch()
        places = []
        for number, (weights, config) in enumerate(adapters):
            place = folder / f"{number:03d}"
            place.mkdir()
            self._objects.place(weights.digest, place / _plain_name(weights, ADAPTER_FILE))
            self._objects.place(config.digest, place / CONFIG_FILE)
            places.append(place)
        joined = folder / "joined"
        self._reader.join(places, joined, base_name=base)
        return tuple(self._kept(joined / name) for name in (ADAPTER_FILE, CONFIG_FILE))

    def _tensors(self, part: Part, name: str) -> tuple[ManifestFile, ...]:
        if part.path.endswith(".safetensors"):
            return (ManifestFile(name, part.size, part.digest),)
        target = self._scratch() / name
        self._reader.convert(self._file(part), target)
        return (self._kept(target),)

    def _file(self, part: Part) -> Path:
        return self._objects.path(part.digest)

    def _kept(self, path: Path) -> ManifestFile:
        digest, size = self._keeper.put_file(path)
        return ManifestFile(path.name, size, digest)


def legacy_paths(paths: Sequence[str]) -> list[str]:
    """Return where in a version's folder its files lie that had ``paths`` in the source."""
    common = _common(paths)
    return [f"{LEGACY}/{plain_path(path[common:])}" for path in paths]


def _legacy(parts: Sequence[Part]) -> list[ManifestFile]:
    paths = legacy_paths([part.path for part in parts])
    return [
        ManifestFile(path, part.size, part.digest) for path, part in zip(paths, parts, strict=True)
    ]


def _common(paths: Sequence[str]) -> int:
    """Return the length of the folder (with its slash) that all ``paths`` lie in."""
    folders = [path.split("/")[:-1] for path in paths]
    shared = 0
    for level in zip(*folders, strict=False):
        if len(set(level)) != 1:
            break
        shared += len(level[0]) + 1
    return shared


def _of_adapter(parts: Sequence[Part], place: str) -> tuple[Part, Part]:
    inside = [part for part in parts if part.path.rpartition("/")[0] == place]
    weights = next(part for part in inside if part.role == "adapter")
    config = next(part for part in inside if part.role == "adapter-config")
    return weights, config


def _plain_name(part: Part, otherwise: str) -> str:
    ending = part.path.rpartition(".")[2]
    return otherwise if ending == "safetensors" else "adapter_model.bin"
