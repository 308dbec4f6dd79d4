"""A real ledger, store and vault in a folder of their own, with a clock that the test sets."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from builders import ENVIRONMENT, METRICS, ORIGIN, RECIPE
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, check_ed25519, create_key, public_key
from oneseek.adapters.keys.p256 import FileModelSigner
from oneseek.adapters.ledger.location import Location, locate
from oneseek.adapters.ledger.memory_ledger import MemoryLocation
from oneseek.adapters.ledger.opened import OpenLedger
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.adapters.objects.vault import Vault
from oneseek.adapters.objects.vault_db import SqliteVault
from oneseek.domain.audit.ledger_audit import LedgerReport, audit_ledger
from oneseek.domain.decisions import Decision
from oneseek.domain.events import Event
from oneseek.domain.manifest import Manifest, ManifestFile
from oneseek.domain.note.signed_note import VerifierKey
from oneseek.domain.ports import Ports
from oneseek.domain.recipe import Environment, Recipe
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import Version
from oneseek.domain.stored import Receipt
from oneseek.domain.training_job import AdapterCheck, EpochResult, LoraJob, LoraOutcome
from oneseek.domain.usecases.certify import certify
from oneseek.domain.usecases.open_ledger import open_ledger
from oneseek.domain.usecases.record import record
from oneseek.domain.usecases.register_base import register_base
from oneseek.domain.usecases.register_dataset import register_dataset
from oneseek.domain.usecases.train import Order, train
from oneseek.domain.values import parse_time

ROWS = "".join(
    f'{{"instruction":"Fråga {number}?","input":"","output":"Svar {number}, och det är sant."}}\n'
    for number in range(1, 11)
).encode()
MEMORY = "memory"
"""In place of a URL: a ledger that nothing else can open."""
VERIFIER_SCRIPT = b"#!/usr/bin/env python3\n"


@dataclass
class Clock:
    """A clock that moves on by a second whenever it is read."""

    time: datetime = datetime(2026, 11, 20, 18, 25, 38, 187329, UTC)

    def now(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


@dataclass
class Entropy:
    """Bytes that differ from call to call and are the same in every run."""

    calls: int = 0

    def token(self, size: int) -> bytes:
        self.calls += 1
        return b"".join(
            sha256(f"{self.calls} {block}".encode()).digest() for block in range(size // 32 + 1)
        )[:size]


@dataclass
class FakeTrainer:
    """A trainer that writes ``weights`` into the output folder, or fails as it is told to."""

    weights: bytes = b"weights"
    error: BaseException | None = None
    found: AdapterCheck = field(default_factory=lambda: AdapterCheck(True, True, 2, 4096))

    def environment(self, device: str) -> Environment:
        return ENVIRONMENT

    def train(self, job: LoraJob, on_progress: object) -> LoraOutcome:
        if self.error is not None:
            raise self.error
        (job.output_dir / "adapter_model.safetensors").write_bytes(self.weights)
        (job.output_dir / "adapter_config.json").write_text('{"peft_type":"LORA"}\n', "utf-8")
        metrics = METRICS if job.eval_rows else None
        return LoraOutcome(
            row_order=[[row.number for row in job.train_rows]],
            step_losses=[2.5, 1.25],
            epochs=[EpochResult(epoch=1, train_loss=1.875, metrics=metrics)],
            metrics_before=metrics,
            metrics=metrics,
            stopped_early=False,
            steps=2,
            trainable_parameters=4096,
            cut_rows=0,
        )

    def check(self, folder: Path) -> AdapterCheck:
        return self.found


@dataclass
class Workbench:
    """Everything that a verb needs, with short cuts to a state worth testing."""

    folder: Path
    ports: Ports
    ledger: OpenLedger
    objects: FileObjectStore
    vault: Vault
    clock: Clock
    key: VerifierKey
    location: Location

    @property
    def signer(self) -> FileModelSigner:
        """The model key of this machine, made when it is first needed."""
        return FileModelSigner(self.folder / "model.pem", lambda: None)

    @property
    def database(self) -> Path:
        return self.folder / "ledger.db"

    def another_ledger(self) -> OpenLedger:
        """Return the same ledger as another process sees it, with a connection of its own."""
        return self.location.open(Ed25519Sealer(ORIGIN, self.folder / "key.pem"), ORIGIN)

    def as_actor(self, actor: str) -> Ports:
        """Return the ports of another person, with a connection of their own."""
        return replace(self.ports, ledger=self.another_ledger(), actor=actor)

    def append(self, *events: Event, time: str | None = None) -> Receipt:
        """Append ``events`` as one group, without any decision."""
        receipt = record(self.ports, lambda _: Decision(events, time=time))
        assert receipt is not None
        return receipt

    def events(self) -> list[Event]:
        return [REGISTRY.decode(row.raw).body for row in self.ledger.records()]

    def audit(self) -> LedgerReport:
        return audit_ledger(self.ledger, (self.key,), check_ed25519, origin=ORIGIN)

    def version(self, dna: str) -> Version:
        with self.ledger.view() as view:
            found = view.get(Version, dna)
        assert found is not None
        return found

    def open(self) -> Receipt:
        return open_ledger(self.ports, ORIGIN, str(self.key))

    def add_materials(self, language: str | None = None) -> None:
        """Register a base model ``tiny`` and a dataset ``identity`` of ten rows."""
        files = {"config.json": b'{"model_type":"mistral"}', "model.safetensors": b"base"}
        manifest = Manifest(
            tuple(
                ManifestFile(name, len(data), self.objects.put(data))
                for name, data in files.items()
            )
        )
        register_base(
            self.ports,
            name="tiny",
            manifest=manifest,
            read=files.__getitem__,
            path="models/basemodeller/tiny",
            source="created",
            licence="apache-2.0",
        )
        register_dataset(self.ports, name="identity", data=ROWS, language=language)

    def order(
        self,
        training: str,
        *,
        language: str = "sv",
        recipe: Recipe = RECIPE,
        dataset: str = "identity",
    ) -> Order:
        from oneseek.domain.decisions.lookup import find_base, find_dataset

        output = self.folder / f"training-{training}"
        output.mkdir()
        with self.ledger.view() as view:
            return Order(
                training=training,
                base=find_base(view, "tiny"),
                base_dir=self.folder,
                dataset=find_dataset(view, dataset),
                evaluation=None,
                parent=None,
                parent_dir=None,
                language=language,
                recipe=recipe,
                output_dir=output,
            )

    def train(self, training: str, *, language: str = "sv") -> None:
        """Train with a fake trainer whose weights are the training's name."""
        order = self.order(training, language=language)
        train(self.ports, FakeTrainer(training.encode()), order, lambda _: None)

    def certify(self, training: str, *, language: str = "sv") -> str:
        """Train and certify; return the DNA name."""
        self.train(training, language=language)
        return certify(self.ports, training, VERIFIER_SCRIPT)


@contextmanager
def workbench(folder: Path, url: str | None = None) -> Iterator[Workbench]:
    """Open the ledger, store and vault in ``folder``; an empty one is made where there is none.

    The ledger is a file there, or in the PostgreSQL database that ``url`` names, or in memory.
    """
    location: Location
    location = MemoryLocation() if url == MEMORY else locate(folder / "ledger.db", url)
    pem = folder / "key.pem"
    if not location.exists():
        location.create()
        create_key(pem, ORIGIN)
    ledger = location.open(Ed25519Sealer(ORIGIN, pem), ORIGIN)
    objects = FileObjectStore(folder / "objects", folder / "staging")
    vault = Vault(SqliteVault(folder / "vault.db"), objects)
    newest = ledger.head().time
    clock = Clock(parse_time(newest)) if newest else Clock()
    ports = Ports(
        ledger=ledger,
        objects=objects,
        vault=vault,
        clock=clock,
        entropy=Entropy(),
        actor="anna",
        software="oneseek-provenance test",
    )
    try:
        key = public_key(pem, ORIGIN)
        yield Workbench(folder, ports, ledger, objects, vault, clock, key, location)
    finally:
        ledger.close()
