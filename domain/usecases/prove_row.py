"""Proving that a row is in a dataset, and that a version was trained on it."""

from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from oneseek.domain.dataset.commitment import RowProof, prove_row, verify_row
from oneseek.domain.dataset.reading import read_dataset
from oneseek.domain.digest import sha256
from oneseek.domain.errors import InvalidInput, LedgerBroken, NotFound, ProofRefused
from oneseek.domain.events import DatasetRegistered, Event, TrainingStarted, VersionCertified
from oneseek.domain.events.training import TrainingCompleted
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.merkle.proofs import verify_inclusion
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import parse_note
from oneseek.domain.note.tlog_proof import TlogProof
from oneseek.domain.ports import Ports
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import Dataset, Version
from oneseek.domain.state.versions import version_training
from oneseek.domain.usecases.prove_entry import prove_entry


def find_row(ports: Ports, dataset: Dataset, text: str) -> int:
    """Return the number of the only row whose raw line, instruction or output is ``text``.

    Raises:
        NotFound: none is, or several are.
    """
    read = read_dataset(ports.objects.read(dataset.dataset), dataset.name)
    found = [
        row.number
        for row, line in zip(read.rows, read.lines, strict=True)
        if text in (line.decode(), row.instruction, row.output)
    ]
    if len(found) != 1:
        how_many = "no row" if not found else f"{len(found)} rows ({found[0]}, {found[1]} …)"
        raise NotFound(
            f"{how_many} of {dataset.name} with this text", hint="name it with --row NUMBER"
        )
    return found[0]


def prove_dataset_row(
    ports: Ports, dataset: Dataset, row: int, version: Version | None
) -> RowProof:
    """Make the proof of a row; with ``version`` also that this version was trained on the row.

    Raises:
        InvalidInput: there is no such row.
        NotFound: the version was not trained on this dataset, or the row was held out.
    """
    lines = read_dataset(ports.objects.read(dataset.dataset), dataset.name).lines
    proof = prove_row(dataset.dataset, lines, ports.vault.salts(dataset.dataset), row)
    if proof.row_root != dataset.row_root:
        raise ProofRefused(f"the salts kept for {dataset.name} do not give its registered row root")
    indices, row_order = [dataset.index], ""
    if version is not None:
        more, row_order = _training_entries(ports, dataset, row, version)
        indices += more
    entries = tuple(prove_entry(ports.ledger, index).format().decode() for index in indices)
    return replace(proof, entries=entries, row_order=row_order)


def _training_entries(
    ports: Ports, dataset: Dataset, row: int, version: Version
) -> tuple[list[int], str]:
    """Return the entries that bind the version to the dataset, and the text of its row order."""
    with ports.ledger.view() as view:
        training = version_training(view, version)
    if version.dataset != dataset.dataset or training is None or training.ended is None:
        raise NotFound(f"{version.dna} was not trained on {dataset.name}")
    record = next(ports.ledger.records(training.ended, training.ended + 1))
    completed = REGISTRY.read(record.raw).body
    assert isinstance(completed, TrainingCompleted)
    row_order = ports.objects.read(completed.row_order)
    if not _trained_on(row_order, row):
        raise NotFound(f"row {row} of {dataset.name} was held out: {version.dna} never saw it")
    return [training.started, training.ended, version.index], row_order.decode()


def _trained_on(row_order: bytes, row: int) -> bool:
    try:
        epochs = msgspec.json.decode(row_order, type=list[list[int]])
    except msgspec.MsgspecError as error:
        raise ProofRefused(f"the row order is none: {error}") from None
    return any(row in epoch for epoch in epochs)


def check_row_proof(raw: bytes) -> tuple[RowProof, list[str]]:
    """Check a proof file without any workspace; return it with what it shows, a sentence each.

    The checkpoint's signature is not checked here: that needs a key that the reader trusts.

    Raises:
        InvalidInput: it is not a row proof.
        ProofRefused: it does not prove what it says.
    """
    try:
        proof = msgspec.json.decode(raw, type=RowProof)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput(f"not a row proof: {error}") from None
    verify_row(proof)
    shown = [f"row {proof.row} of {proof.rows} is in the dataset with row root {proof.row_root}"]
    seen = _Seen()
    for text in proof.entries:
        shown.append(_check_entry(proof, TlogProof.parse(text.encode()), seen))
    # Root and number of rows are claims of the proof alone until an entry has registered them.
    if not seen.registered:
        raise ProofRefused("the proof names no ledger entry that registered the dataset")
    return proof, shown


@dataclass(slots=True)
class _Seen:
    """What the entries of a proof, read in order, have shown so far."""

    origin: str | None = None
    registered: bool = False
    training: str | None = None
    used: str | None = None
    """The training that is shown to have used the row."""


def _check_entry(proof: RowProof, entry_proof: TlogProof, seen: _Seen) -> str:
    checkpoint = Checkpoint.parse(parse_note(entry_proof.checkpoint).text)
    raw = entry_proof.extra or b""
    verify_inclusion(
        leaf_hash(raw), entry_proof.index, checkpoint.size, entry_proof.path, checkpoint.root
    )
    if seen.origin not in (None, checkpoint.origin):
        raise ProofRefused(f"the proof mixes the logs {seen.origin} and {checkpoint.origin}")
    seen.origin = checkpoint.origin
    where = f"entry {entry_proof.index} of {checkpoint.origin}"
    try:
        event = REGISTRY.read(raw, where=where).body
    except LedgerBroken as error:
        raise ProofRefused(error.message) from None
    return _shown(proof, event, seen, where)


def _shown(proof: RowProof, event: Event, seen: _Seen, where: str) -> str:
    match event:
        case DatasetRegistered(dataset=dataset, row_root=root, rows=rows, name=name):
            if (dataset, root, rows) != (proof.dataset, proof.row_root, proof.rows):
                raise ProofRefused(f"{where} registers another dataset")
            seen.registered = True
            return f"{where} registers this dataset as {name}"
        case TrainingStarted(training=training, dataset=dataset):
            if dataset != proof.dataset:
                raise ProofRefused(f"{where} started a training on another dataset")
            seen.training = training
            return f"{where} started training {training} on it"
        case TrainingCompleted(training=training, row_order=digest) if training == seen.training:
            row_order = proof.row_order.encode()
            if sha256(row_order) != digest:
                raise ProofRefused(f"the row order is not the one that {where} names")
            if not _trained_on(row_order, proof.row):
                raise ProofRefused(f"row {proof.row} is not in the row order of {training}")
            seen.used = training
            return f"{where} completed training {training}, which used row {proof.row}"
        case VersionCertified(training=training, dna=dna) if training == seen.used:
            return f"{where} certified its result as {dna}"
    raise ProofRefused(f"{where} has nothing to do with this dataset")
