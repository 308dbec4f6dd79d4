"""Finishing or forgetting what a process left open when it died. Runs before every change."""

from collections.abc import Callable

from oneseek.domain.decisions import Decision
from oneseek.domain.decisions.checkpoints import way_on
from oneseek.domain.errors import (
    Conflict,
    FoundDamage,
    InvalidInput,
    NotFound,
    ServiceFailed,
    StaleRead,
)
from oneseek.domain.events import TrainingFailed
from oneseek.domain.ports import ModelSigner, Ports, View
from oneseek.domain.state.documents import OpenTraining, Training
from oneseek.domain.usecases.certify import certify
from oneseek.domain.usecases.record import record

CUT_OFF = "the process ended without a result"


def recover(
    ports: Ports,
    is_running: Callable[[str], bool],
    verifier: bytes,
    signer: ModelSigner | None = None,
) -> list[str]:
    """Record the end of trainings whose process is gone, certify those that were complete.

    ``is_running`` tells whether a living process, on whatever machine, still holds a training
    (:meth:`oneseek.domain.ports.Leases.held`). Without a ``signer`` the versions are not signed.
    Returns what was done, a sentence each.
    """
    with ports.ledger.view() as view:
        open_ids = [key for key, _ in view.scan(OpenTraining)]
    done: list[str] = []
    for training in open_ids:
        if is_running(training):
            continue
        done.extend(_settle(ports, training, verifier, signer))
    return done


def _settle(ports: Ports, training: str, verifier: bytes, signer: ModelSigner | None) -> list[str]:
    with ports.ledger.view() as view:
        found = view.get(Training, training)
    if found is None:
        return []
    if found.status == "completed":
        return _certify(ports, training, verifier, signer)
    if found.status != "started":
        return []

    ways: list[str] = []

    def on(view: View) -> Decision:
        now = view.get(Training, training)
        if now is None or now.status != "started":
            return Decision()
        ways[:] = [way_on(view, training)]
        return Decision((TrainingFailed(training=training, reason=CUT_OFF + ways[0]),))

    try:
        receipt = record(ports, on)
    except StaleRead:
        return []
    if not receipt:
        return []
    return [f"training {training} was cut off: recorded as failed{ways[0]}"]


def _certify(ports: Ports, training: str, verifier: bytes, signer: ModelSigner | None) -> list[str]:
    try:
        dna = certify(ports, training, verifier, signer)
    except (NotFound, Conflict, InvalidInput, FoundDamage, ServiceFailed) as error:
        # It stays open, to be tried again; no other verb may be kept from its work by it.
        with ports.ledger.view() as view:
            now = view.get(Training, training)
        if now is not None and now.status == "certified":
            return []  # another process was first
        return [f"training {training} is complete but cannot be certified: {error.message}"]
    return [f"training {training} was complete: certified as {dna}"]
