"""Reads weights of old trees: judges them, converts them, and joins chains of adapters.

A file is scanned first (:mod:`pickle_scan`), without torch. Only what holds nothing but tensors,
each within the bytes of the file, is then opened with ``torch.load(weights_only=True)``, mapped
into memory where possible, and looked through tensor by tensor.
"""

import math
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from oneseek.adapters.training.pickle_content import Content, content_of, describe_names, is_nested
from oneseek.adapters.training.pickle_scan import Scan, scan_weights
from oneseek.adapters.training.tensor_values import CHUNK, TensorValues
from oneseek.domain.errors import CannotCheck, InvalidInput
from oneseek.domain.legacy_weights import WeightsJudgement
from oneseek.domain.safetensors_header import TensorInfo, header_end, parse_header

if TYPE_CHECKING:
    import torch

MAX_HEADER: Final = 32 * 1024 * 1024
"""Of a safetensors file; 1,000 tensors take 100 kB."""
_NESTED: Final = (
    "; its names carry PEFT's prefix twice, so it was trained where an earlier adapter had lost "
    "its effect, on the bare base model"
)


class LegacyWeights:
    """The port :class:`~oneseek.domain.legacy_weights.WeightReader`, with torch where it is."""

    def judge(self, file: Path) -> WeightsJudgement:
        """Say what ``file`` is; see the port."""
        container = "unknown"
        try:
            scan = scan_weights(file)
            container = scan.container
            if scan.problem:
                return WeightsJudgement(
                    container=container, quarantine=scan.harmful, reason=scan.problem
                )
            if container == "safetensors":
                return _judge_safetensors(file)
            return _judge_torch(file, scan)
        except (InvalidInput, OSError, RecursionError, MemoryError) as error:
            reason = f"could not be read: {' '.join(str(error).split())[:300]}"
            return WeightsJudgement(container=container, quarantine=True, reason=reason)

    def convert(self, file: Path, to: Path) -> None:
        """Write the tensors of a torch file as safetensors; see the port."""
        tensors = read_tensors(file)
        from oneseek.adapters.training.torch_tensors import write_safetensors

        write_safetensors(to, tensors)

    def join(self, adapters: Sequence[Path], folder: Path, *, base_name: str) -> None:
        """Write one PEFT adapter that does what a chain does; see the port."""
        _need_torch()
        from oneseek.adapters.training.lora_chain import join_adapters

        join_adapters(adapters, folder, base_name)


def read_tensors(file: Path) -> dict[str, "torch.Tensor"]:
    """Return the tensors of a flat torch file that passes the scan.

    Raises:
        InvalidInput: it does not, or holds something besides tensors.
        CannotCheck: torch is not installed, or the memory does not suffice.
        OSError: the disk refused.
    """
    scan = scan_weights(file)
    if scan.problem or scan.content is None:
        raise InvalidInput(f"{file.name}: {scan.problem or 'it is no torch file'}")
    if scan.content.kind not in ("adapter", "tensors"):
        raise InvalidInput(f"{file.name} {scan.content.says}")
    _need_torch()
    _need_memory(file, scan)
    return _load(file, scan).tensors


def _need_torch() -> None:
    try:
        import torch  # noqa: F401
    except ImportError:
        raise CannotCheck(
            "torch is not installed", hint="weights need it: pip install '.[train]'"
        ) from None


def _need_memory(file: Path, scan: Scan) -> None:
    """Check that torch may read ``file`` as a whole, where it cannot map it."""
    size = file.stat().st_size
    if not scan.mappable and size > memory() // 2:
        raise CannotCheck(
            f"{size} bytes in the older container of torch are read at once, and this machine has "
            f"{memory()} bytes of memory"
        )


def memory() -> int:
    """Return the memory of this machine in bytes."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # no POSIX: what a small machine has
        return 8 * 1024**3


def _load(file: Path, scan: Scan) -> Content["torch.Tensor"]:
    import torch

    from oneseek.adapters.training.torch_tensors import load_object

    found = content_of(load_object(file, mappable=scan.mappable), torch.Tensor)
    planned = {} if scan.content is None else scan.content.tensors
    if {name: tuple(tensor.shape) for name, tensor in found.tensors.items()} != {
        name: tensor.shape for name, tensor in planned.items()
    }:
        raise InvalidInput("torch reads other tensors out of it than its pickle describes")
    return found


def _judge_torch(file: Path, scan: Scan) -> WeightsJudgement:
    assert scan.content is not None  # a scan without a problem has one
    plan = scan.content
    values, note = TensorValues(), ""
    try:
        _need_torch()
        _need_memory(file, scan)
    except CannotCheck as error:
        note = f"; not read: {error.message}"
    else:
        from oneseek.adapters.training.torch_tensors import pieces, word

        for name, tensor in _load(file, scan).tensors.items():
            values.add(name, word(tensor), tensor.shape, pieces(tensor))
    read = plan.tensors and not note
    return WeightsJudgement(
        container=scan.container,
        quarantine=False,
        reason=_reason(plan.says, plan.nested, values, len(plan.tensors)) + note,
        content=plan.kind,
        tensors=len(plan.tensors),
        parameters=sum(tensor.count for tensor in plan.tensors.values()),
        finite=values.finite if read else None,
        values=values.digest if read else None,
        nested=plan.nested,
    )


def _judge_safetensors(file: Path) -> WeightsJudgement:
    with file.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(0)
        end = header_end(stream.read(8), size)
        if end > MAX_HEADER:
            raise InvalidInput(f"its header of {end} bytes is too large to be real")
        stream.seek(0)
        header = dict(sorted(parse_header(stream.read(end), size).items()))
        values = TensorValues()
        for name, info in header.items():
            values.add(name, info.dtype, info.shape, _stored(stream, info))
    kind, says = describe_names(header) if header else ("none", "holds no tensors")
    nested = is_nested(header)
    return WeightsJudgement(
        container="safetensors",
        quarantine=False,
        reason=_reason(says, nested, values, len(header)),
        content=kind,
        tensors=len(header),
        parameters=sum(math.prod(info.shape) for info in header.values()),
        finite=values.finite if header else None,
        values=values.digest if header else None,
        nested=nested,
    )


def _stored(stream: BinaryIO, info: TensorInfo) -> Iterator[bytes]:
    stream.seek(info.begin)
    for left in range(info.end - info.begin, 0, -CHUNK):
        piece = stream.read(min(left, CHUNK))
        if not piece:
            raise InvalidInput("it became shorter while it was read")
        yield piece


def _reason(says: str, nested: bool, values: TensorValues, count: int) -> str:
    endless = f"; {values.endless} of {count} hold values that are no finite numbers"
    return says + (_NESTED if nested else "") + (endless if values.endless else "")
