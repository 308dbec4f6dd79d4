"""The ports: what use cases need of the world, said as promises that every adapter keeps.

An implementation belongs to ``adapters/``; the contract suites in ``tests/contracts/`` test the
promises. Nothing here holds code that runs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from oneseek.domain.digest import Digest
from oneseek.domain.entry import Entry
from oneseek.domain.findings import Finding
from oneseek.domain.many import Group
from oneseek.domain.recipe import Environment
from oneseek.domain.state.store import Reading
from oneseek.domain.stored import Head, IndexRow, Receipt, Record, StoredCosignature
from oneseek.domain.training_job import AdapterCheck, LoraJob, LoraOutcome, TrainProgress

OnBytes = Callable[[int], None]
"""Called with the number of bytes just read, for progress bars."""


class View(Reading, Protocol):
    """A consistent look at a ledger: state documents, head and stream versions of one moment."""

    @property
    def head(self) -> Head:
        """The head of this moment."""
        ...

    def version(self, stream: str) -> int:
        """Return the version of the stream's newest entry, 0 for an unknown stream."""
        ...


class Ledger(Protocol):
    """The append-only log. ``append`` is atomic and durable when it returns."""

    def head(self) -> Head:
        """Return the newest head."""
        ...

    def view(self) -> AbstractContextManager[View]:
        """Open a consistent view for one decision."""
        ...

    def append(self, entries: Group[Entry], expect: Mapping[str, int]) -> Receipt:
        """Append ``entries`` as one group; more than fit into memory are read more than once.

        ``expect`` maps every stream that the decision read or writes to the version it saw.

        Raises:
            StaleRead: a stream has moved on; nothing was written.
            Conflict: the clock is behind the newest entry, or the ledger stayed locked.
        """
        ...

    def records(self, start: int = 0, stop: int | None = None) -> Iterator[Record]:
        """Yield the rows with ``start`` <= index < ``stop`` in order, unverified."""
        ...

    def chunks(self, start: int, stop: int) -> Iterator[Sequence[bytes]]:
        """Yield the bytes of the entries ``start`` to ``stop`` - 1 in order, many at a time.

        Unverified; fewer than asked for come where some are missing.
        """
        ...

    def index_rows(self, start: int = 0, stop: int | None = None) -> Iterator[IndexRow]:
        """Yield what is stored beside the rows with ``start`` <= index < ``stop``, in order."""
        ...

    def of_stream(self, stream: str) -> Iterator[Record]:
        """Yield the rows of one stream, the oldest first.

        They are looked up, so that nothing proves that none was left out: entries are read as what
        they say, and completeness is proved with the index of streams.
        """
        ...

    def hashes_at(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        """Return leaf hashes (level 0) or roots of full tiles of ``level - 1``."""
        ...

    def checkpoint_covering(self, index: int) -> tuple[int, bytes]:
        """Return size and note of the first checkpoint whose tree holds leaf ``index``."""
        ...

    def checkpoints(self, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        """Yield size and note of every checkpoint that is the first to hold a leaf of a range.

        The leaves are those with ``start`` <= index < ``stop``; sizes rise.
        """
        ...

    def cosignatures(self, above: int = 0) -> Iterator[StoredCosignature]:
        """Yield what witnesses said of checkpoints of more than ``above`` entries.

        The newest first, unverified; a ledger that never got any has none.
        """
        ...

    def attach(self, cosignatures: Sequence[StoredCosignature]) -> int:
        """Keep ``cosignatures`` beside their checkpoints, durably; return how many are new.

        One of the same witness key for the same checkpoint stays as it is.

        Raises:
            NotFound: there is no checkpoint of such a size; nothing was written.
            Conflict: the ledger is closed, or stayed locked.
        """
        ...

    def size_at(self, moment: datetime) -> int:
        """Return the size of the tree just before the first entry later than ``moment``."""
        ...

    def follow(self, start: int) -> Iterator[range]:
        """Yield the ranges of new entries from ``start`` on, for ever, across processes."""
        ...


class ObjectKeeper(Protocol):
    """What takes bytes in and names them by their SHA-256."""

    def put(self, data: bytes) -> Digest: ...
    def put_file(self, path: Path, *, on_bytes: OnBytes | None = None) -> tuple[Digest, int]: ...


class ObjectStore(ObjectKeeper, Protocol):
    """Bytes by SHA-256. An object never changes and is complete as soon as it has its name.

    What is put is durable at once; what is put :meth:`together`, when that block is left.
    """

    def together(self) -> AbstractContextManager[ObjectKeeper]: ...
    def read(self, digest: Digest) -> bytes: ...
    def open(self, digest: Digest) -> BinaryIO: ...
    def path(self, digest: Digest) -> Path: ...
    def size(self, digest: Digest) -> int: ...
    def has(self, digest: Digest) -> bool: ...
    def digests(self) -> Iterator[tuple[Digest, int]]: ...
    def place(self, digest: Digest, target: Path) -> None: ...
    def check(
        self, digests: Sequence[Digest] | None = None, on_bytes: OnBytes | None = None
    ) -> Iterator[Finding]: ...


class Vault(Protocol):
    """Sealed objects: their keys, and the salts of dataset rows. Erasing destroys the key."""

    def seal(self, plaintext: bytes) -> Digest: ...
    def seal_many(self, plaintexts: Sequence[bytes], keeper: ObjectKeeper) -> list[Digest]: ...
    def unseal(self, digest: Digest) -> bytes: ...
    def unseal_many(self, digests: Sequence[Digest]) -> list[bytes | None]: ...
    def erase(self, digests: Sequence[Digest]) -> int: ...
    def put_salts(self, dataset: Digest, salts: bytes) -> None: ...
    def salts(self, dataset: Digest) -> bytes: ...


class ModelSigner(Protocol):
    """Signs versions with the model key of this machine, which is made when there is none."""

    @property
    def public_key(self) -> bytes:
        """The public half as DER SubjectPublicKeyInfo."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Return an ECDSA signature with SHA-256 over ``data``, DER-encoded."""
        ...


class Leases(Protocol):
    """Who is at work. A lease ends with the process that holds it, whatever ends that process."""

    def hold(self, name: str) -> AbstractContextManager[None]:
        """Hold the lease called ``name`` for the length of the block.

        Raises:
            Conflict: another living process holds it.
            ServiceFailed: it cannot be taken now.
        """
        ...

    def held(self, name: str) -> bool:
        """Return whether a living process holds the lease, on any machine that uses the ledger."""
        ...


class Clock(Protocol):
    """The time, as a claim."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class Entropy(Protocol):
    """Unpredictable bytes: identities and salts."""

    def token(self, size: int) -> bytes:
        """Return ``size`` random bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """What nearly every use case needs, wired once in the command line."""

    ledger: Ledger
    objects: ObjectStore
    vault: Vault
    clock: Clock
    entropy: Entropy
    actor: str
    software: str
    """Name and version of this software, as events carry it."""


class Trainer(Protocol):
    """Makes and checks adapters; the only port whose adapter imports torch."""

    def environment(self, device: str) -> Environment:
        """Describe what a training on ``device`` runs on here."""
        ...

    def train(self, job: LoraJob, on_progress: Callable[[TrainProgress], None]) -> LoraOutcome:
        """Train one adapter into ``job.output_dir``. Raises Interrupted when told to stop."""
        ...

    def check(self, folder: Path) -> AdapterCheck:
        """Say whether the adapter in ``folder`` is finite and changes anything."""
        ...
