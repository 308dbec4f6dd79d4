"""Proving what was active when, what happened to a version, and that it was never active.

The proof is made from the newest logged index, and checked as an auditor checks it before it leaves
the house: a question whose answer is another one gets no file.
"""

from collections.abc import Callable
from dataclasses import dataclass

from oneseek.domain.errors import InvalidInput, LedgerBroken, ProofRefused
from oneseek.domain.events import VersionNumbered
from oneseek.domain.index.activity import REGISTRY_STREAM, Subject, determines, states
from oneseek.domain.index.answering import require_never_active, version_stream
from oneseek.domain.index.checking import Check, ProvedHistory, check_history_proof
from oneseek.domain.index.proof_file import (
    ActiveAt,
    HistoryOf,
    HistoryProof,
    NeverActive,
    Question,
    StreamRun,
)
from oneseek.domain.keys import KeyRing
from oneseek.domain.ports import Ledger
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import RecordedVersion, Version
from oneseek.domain.usecases.history_material import HistoryMaterial

OnEntries = Callable[[int], None] | None


@dataclass(frozen=True, slots=True)
class MadeProof:
    """The bytes of a proof file, and what checking them has shown."""

    data: bytes
    proved: ProvedHistory


class HistoryProver:
    """Makes history proofs of ``ledger``, for readers who trust a key in ``ring``.

    ``on_entries`` is called with the number of entries just read.

    Raises:
        CannotCheck: no index was logged yet; with every question, too: it does not reach so far.
        LedgerBroken: what is stored does not belong together.
    """

    def __init__(
        self, ledger: Ledger, ring: KeyRing, check: Check, on_entries: OnEntries = None
    ) -> None:
        self._material = HistoryMaterial(ledger, ring, check)
        self._check = check
        self._on_entries = on_entries

    def active_at(self, moment: str | None) -> MadeProof:
        """Prove what was active at ``moment``, a tree size or a time; None: where the index ends.

        Raises:
            InvalidInput: it is neither.
        """
        at = self._material.moment(moment)
        self._material.build((REGISTRY_STREAM,), self._on_entries)
        return self._make(ActiveAt(at), self._registry(at.size, at.size))

    def never_active(self, subject: Subject, since: str | None, until: str | None) -> MadeProof:
        """Prove that ``subject`` was never active from ``since`` to ``until``, both included.

        None means from the beginning, or to the end of the index.

        Raises:
            InvalidInput: a moment is none, or the second comes before the first.
            ProofRefused: it was active; the sentence names the entry.
        """
        begin = self._material.moment(since or "0")
        end = self._material.moment(until)
        if begin.size > end.size:
            raise InvalidInput(f"{since} comes after {until or 'the end of the index'}")
        own = (version_stream(subject.manifest),) if subject.manifest else ()
        self._material.build((*own, REGISTRY_STREAM), self._on_entries)
        registry = self._registry(begin.size, end.size)
        entries = [(e.index, REGISTRY.read(e.entry.encode())) for e in registry.entries]
        known = states(entries, from_the_first=registry.first == 0)
        require_never_active(known, subject, begin.size, end.size)
        certification = [self._material.run(stream, 0, 1) for stream in own]
        dna = subject.dna
        if certification and not certification[0].count:
            dna = None  # a name that nothing binds to this digest
        question = NeverActive(subject.manifest, dna, begin, end)
        return self._make(question, *certification, registry)

    def history(self, version: Version | RecordedVersion) -> MadeProof:
        """Prove everything that happened to ``version``, up to where the index ends.

        Raises:
            CannotCheck: the index does not reach its certification.
        """
        self._material.moment(str(version.index + 1))
        own = version_stream(version.manifest)
        training = version.training if isinstance(version, Version) else None
        trained = [f"training:{training}", f"line:{version.language}"] if training else []
        self._material.build((own, *trained, REGISTRY_STREAM), self._on_entries)
        since = self._material.position_from(REGISTRY_STREAM, version.index)
        runs = [self._material.run(own)]
        if training:
            runs.append(self._material.run(trained[0]))
            runs.append(self._numbering(trained[1], version.index, training))
        return self._make(
            HistoryOf(version.manifest, version.dna),
            *runs,
            self._material.run(REGISTRY_STREAM, max(since - 1, 0)),
        )

    def _registry(self, since: int, until: int) -> StreamRun:
        """Return the run that tells what was active from ``since`` to ``until`` entries."""
        positions = self._material.positions(REGISTRY_STREAM)
        first = self._material.position_from(REGISTRY_STREAM, since)
        while first:
            first -= 1
            if determines(self._material.entry(positions[first]).body):
                break
        stop = self._material.position_from(REGISTRY_STREAM, until) + 1
        return self._material.run(REGISTRY_STREAM, first, stop)

    def _numbering(self, line: str, certified: int, training: str) -> StreamRun:
        positions = self._material.positions(line)
        # It comes shortly before the certification: looked for backwards from there.
        for position in reversed(range(self._material.position_from(line, certified))):
            event = self._material.entry(positions[position]).body
            if isinstance(event, VersionNumbered) and event.training == training:
                return self._material.run(line, position, position + 1)
        return self._material.run(line)

    def _make(self, question: Question, *streams: StreamRun) -> MadeProof:
        data = HistoryProof(
            question=question,
            checkpoint=self._material.note.decode(),
            index=self._material.index_entry,
            streams=streams,
        ).to_bytes()
        try:
            return MadeProof(data, check_history_proof(data, self._material.keys, self._check))
        except (ProofRefused, InvalidInput) as error:
            raise LedgerBroken(
                f"the ledger does not prove it: {error.message}",
                hint="look at it with: oneseek verify --deep",
            ) from None
