"""Base model folders: where they may lie, what they hold, and whether they still hold it."""

import json
from collections.abc import Iterator
from pathlib import Path

from oneseek.adapters.objects.durable import write_atomic
from oneseek.adapters.objects.hashing import hash_file
from oneseek.adapters.objects.partial import sweep_partials
from oneseek.adapters.objects.tree import hash_tree
from oneseek.adapters.workspace.paths import Paths
from oneseek.domain.errors import FoundDamage, InvalidInput, NotFound
from oneseek.domain.manifest import Manifest, ManifestFile, check_path
from oneseek.domain.ports import OnBytes
from oneseek.domain.state.documents import BaseModel


def historic_places(root: Path) -> tuple[Path, ...]:
    """Return the places of founding document 003, in its order."""
    models = root / "models"
    return (
        models / "oneseek-7b-zero",
        models / "oneseek-7b-zero" / "base_models" / "mistral-7b",
        models / "oneseek-7b-zero" / "base_models" / "llama-2-7b",
        models / "mistral-7b-instruct",
        models / "llama-2-7b-chat",
    )


def places_of(paths: Paths, name: str) -> tuple[Path, ...]:
    """Return where a base model called ``name`` may lie: ours first, then the historic places."""
    models = paths.root / "models"
    return (
        paths.base_models / name,
        models / "oneseek-7b-zero" / "base_models" / name,
        models / "base_models" / name,
        models / name,
        models / "base" / name,
    )


def find_folder(paths: Paths, text: str | None) -> Path:
    """Return the model folder that ``text`` means: a path, or a name in one of the known places.

    None means the first historic place that holds a model.

    Raises:
        NotFound: there is no such folder.
    """
    if text is None:
        candidates = historic_places(paths.root)
        what = "no base model in the historic places"
    else:
        candidates = (Path(text), *places_of(paths, text))
        what = f"no base model folder {text!r}"
    for folder in candidates:
        if (folder / "config.json").is_file():
            return folder
    if text is not None and Path(text).is_dir():
        return Path(text)
    raise NotFound(what, hint="looked at: " + ", ".join(str(folder) for folder in candidates))


def read_manifest(folder: Path, on_bytes: OnBytes | None = None) -> Manifest:
    """Hash every file of a model folder, in parallel; hidden files are left out.

    A link to a file counts as that file: Hugging Face caches are made of such links.

    Raises:
        InvalidInput: it holds nothing, something that is neither file, folder nor such a link, or
            a name that cannot be recorded.
    """
    files: list[ManifestFile] = []
    for path, entry in hash_tree(folder, on_bytes=on_bytes).items():
        if any(part.startswith(".") for part in path.split("/")) or entry.kind == "dir":
            continue
        _check_name(folder, path)
        if entry.kind == "file" and entry.digest is not None:
            files.append(ManifestFile(path, entry.size, entry.digest))
        elif entry.kind == "link" and (folder / path).is_file():
            digest, size = hash_file((folder / path).resolve(), on_bytes)
            files.append(ManifestFile(path, size, digest))
        else:
            raise InvalidInput(f"{folder / path} is neither a file nor a link to one")
    if not files:
        raise InvalidInput(f"{folder} holds no files")
    return Manifest(tuple(files))


def _check_name(folder: Path, path: str) -> None:
    try:
        check_path(path)
    except InvalidInput:
        raise InvalidInput(
            f"the file name {path!r} in {folder} cannot be recorded",
            hint="names are valid UTF-8, without backslashes and control characters: rename it",
        ) from None


def locate(
    paths: Paths, base: BaseModel, manifest: Manifest, *, trust_times: bool = False,
    remember: bool = True, on_bytes: OnBytes | None = None,
) -> Path:  # fmt: skip
    """Return the folder that holds ``base``, verified against its manifest.

    With ``trust_times`` a folder whose files have the sizes and times of the last verification is
    not read again: for asking, where seconds count. ``remember=False`` writes nothing down.

    Raises:
        NotFound: it lies in none of the known places.
        FoundDamage: a folder is there but holds other bytes.
    """
    damaged: str | None = None
    for folder in dict.fromkeys(_candidates(paths, base)):
        if not (folder / "config.json").is_file():
            continue
        memory = paths.hidden / "verified" / f"{base.manifest}.json"
        marks = list(_marks(folder, manifest))
        if trust_times and _remembered(memory) == marks:
            return folder
        if problem := _compare(folder, manifest, on_bytes):
            damaged = damaged or problem
            continue
        if remember:
            memory.parent.mkdir(exist_ok=True)
            sweep_partials(memory.parent)
            write_atomic(memory, json.dumps(marks).encode())
        return folder
    if damaged:
        raise FoundDamage(
            f"the base model {base.name} is not what was registered: {damaged}",
            hint="put the original files back, or register it anew under another name",
        )
    raise NotFound(
        f"the base model {base.name} is not here",
        hint=f"put it at {paths.base_models / base.name}",
    )


def _candidates(paths: Paths, base: BaseModel) -> Iterator[Path]:
    yield paths.root / base.path
    yield from places_of(paths, base.name)
    yield from historic_places(paths.root)


def _compare(folder: Path, manifest: Manifest, on_bytes: OnBytes | None) -> str | None:
    found = {file.path: file for file in read_manifest(folder, on_bytes).files}
    for file in manifest.files:
        if file.path not in found:
            return f"{folder / file.path} is missing"
        if found[file.path].digest != file.digest:
            return f"{folder / file.path} has SHA-256 {found[file.path].digest}, not {file.digest}"
    return None


def _marks(folder: Path, manifest: Manifest) -> Iterator[list[str | int]]:
    yield [str(folder)]
    for file in manifest.files:
        path = folder / file.path
        if path.is_file():
            status = path.stat()
            yield [file.path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def _remembered(memory: Path) -> object:
    try:
        return json.loads(memory.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
