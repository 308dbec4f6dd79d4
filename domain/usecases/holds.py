"""Placing and releasing holds."""

from oneseek.domain.decisions import Decision, holds
from oneseek.domain.decisions.lookup import find_any_version
from oneseek.domain.ports import Ports, View
from oneseek.domain.state.documents import RecordedVersion, Version
from oneseek.domain.stored import Receipt
from oneseek.domain.usecases.record import record

Held = tuple[Version | RecordedVersion, Receipt | None]


def hold(ports: Ports, text: str, reason: str) -> Held:
    """Hold the version named ``text``; None when it is held for this reason already.

    Raises:
        NotFound, InvalidInput: there is no such version, or no reason.
    """
    return _decide(ports, text, reason, release=False)


def release(ports: Ports, text: str, reason: str) -> Held:
    """Release the version named ``text``; None when nobody held it."""
    return _decide(ports, text, reason, release=True)


def _decide(ports: Ports, text: str, reason: str, *, release: bool) -> Held:
    chosen: list[Version | RecordedVersion] = []

    def on(view: View) -> Decision:
        chosen.append(find_any_version(view, text))
        decide = holds.release_hold if release else holds.place_hold
        return decide(view, chosen[-1], reason)

    receipt = record(ports, on)
    return chosen[-1], receipt
