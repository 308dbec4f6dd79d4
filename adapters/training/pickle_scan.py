"""Says what a file of weights is and whether torch may open it, without torch and running nothing.

The first bytes tell the container. A zip archive or a row of pickles of torch is taken apart as
plain data; what comes out is the plan of its tensors, each checked against the bytes that are
there, so that a tensor that claims terabytes is never asked for.
"""

import io
import pickletools
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from oneseek.adapters.training.pickle_content import Content, content_of
from oneseek.adapters.training.pickle_machine import read_pickle
from oneseek.adapters.training.pickle_values import Refused, Storage, StoredTensor
from oneseek.adapters.training.torch_legacy import read_torch_legacy
from oneseek.adapters.training.torch_zip import read_torch_zip

PLACEHOLDER: Final = b"PLACEHOLDER_MODEL_WEIGHTS"
"""What the old simulation wrote in the place of weights."""
MAX_TEXT: Final = 64 * 1024
"""A text under a name of weights that is longer is no placeholder."""
_SLACK: Final = 64 * 1024 * 1024
_CALLS = frozenset({"REDUCE", "OBJ", "NEWOBJ", "NEWOBJ_EX", "BUILD"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What the bytes of a file say."""

    container: str
    """As in :class:`~oneseek.domain.legacy_weights.WeightsJudgement`."""
    problem: str = ""
    """Why it must not be opened or holds nothing; empty for a readable one."""
    harmful: bool = False
    """``problem`` is one to keep it shut for, not only the absence of weights."""
    content: Content[StoredTensor] | None = None
    """The plan of its tensors, for the two containers of torch."""
    mappable: bool = False
    """torch can map it into memory instead of reading it."""


def scan_weights(file: Path) -> Scan:
    """Return what ``file`` is. Nothing in it is executed, and no memory asked for that it claims.

    Raises:
        OSError: the disk refused.
    """
    with file.open("rb") as stream:
        head = stream.read(MAX_TEXT + 1)
    container = _container(head)
    try:
        if container == "torch":
            return _scan_zip(file)
        if container == "torch-legacy":
            root, _ = read_torch_legacy(file)
            return Scan(container=container, content=_checked(root, file.stat().st_size))
    except Refused as refused:
        return Scan(container=container, problem=str(refused), harmful=True)
    if container == "safetensors":
        return Scan(container=container)
    return Scan(container=container, problem=_absent(head))


def _container(head: bytes) -> str:
    if head.startswith(PLACEHOLDER):
        return "placeholder"
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return "torch"
    if head.startswith(b"GGUF"):
        return "gguf"
    if head[8:9] == b"{" and int.from_bytes(head[:8], "little") <= 100_000_000:
        return "safetensors"
    if head[:1] == b"\x80" or _runs(head):
        return "torch-legacy"
    return "placeholder" if _is_text(head) else "unknown"


def _runs(head: bytes) -> bool:
    """Say whether ``head`` is a pickle of the oldest protocols, which begin with any letter.

    An unpickler runs what it reads before it finds the end missing, so a cut one counts, too.
    """
    named = False
    try:
        for opcode, _, _ in pickletools.genops(io.BytesIO(head)):
            if opcode.name == "STOP" or (named and opcode.name in _CALLS):
                return True
            named = named or opcode.name in ("GLOBAL", "STACK_GLOBAL", "MARK", "INST")
            if opcode.name == "INST" and named:
                return True
    except (ValueError, AttributeError):
        pass
    return False


def _is_text(head: bytes) -> bool:
    if not head or len(head) > MAX_TEXT:
        return False
    try:
        text = head.decode()
    except UnicodeDecodeError:
        return False
    return all(char.isprintable() or char.isspace() for char in text)


def _absent(head: bytes) -> str:
    """Say what is there in the place of weights that can be read."""
    if head.startswith(b"GGUF"):
        return "a GGUF model, which is kept as it is and not read here"
    if head.startswith(PLACEHOLDER):
        return f"the text {PLACEHOLDER.decode()} in the place of weights"
    if head.startswith(b"version https://git-lfs.github.com/spec/"):
        return "a Git LFS pointer: the weights themselves lie elsewhere"
    if _is_text(head):
        return "a text in the place of weights"
    return "an empty file" if not head else "no container of weights that is known"


def _scan_zip(file: Path) -> Scan:
    found = read_torch_zip(file)
    storages: dict[str, Storage] = {}
    stream = io.BytesIO(found.pickle)
    root = read_pickle(stream, storages)
    if stream.read(1):
        raise Refused("something follows its pickle")
    for key, storage in storages.items():
        # torch's reader takes the length from the pickle and would read beyond the member.
        if found.storages.get(key, 0) != storage.size:
            raise Refused(
                f"its pickle claims a storage of {storage.size} bytes where "
                f"{found.storages.get(key, 0)} are"
            )
    content = _checked(root, file.stat().st_size)
    return Scan(container="torch", content=content, mappable=found.stored)


def _checked(root: object, size: int) -> Content[StoredTensor]:
    content = content_of(root, StoredTensor)
    written = sum(tensor.size for tensor in content.tensors.values())
    # Two names for one tensor are common; a few numbers stretched to fill a disk are not.
    if written > 4 * size + _SLACK:
        raise Refused(f"its tensors would take {written} bytes, the file has {size}")
    return content
