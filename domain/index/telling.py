"""The history of a version in plain sentences, from the entries that speak of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from oneseek.domain import events as e
from oneseek.domain.digest import Digest
from oneseek.domain.events import Event
from oneseek.domain.index.activity import Indexed, determines


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened to a version, as the entry at ``index`` claims."""

    index: int
    time: str
    actor: str
    kind: str
    what: str


def happenings(
    entries: Iterable[Indexed], manifest: Digest, training: str | None
) -> list[Happening]:
    """Return what ``entries`` say of the version with this manifest and training, in order.

    Expected are the entries of its own stream, its training's, its language line's and the
    registry's, in any order; what is about other versions is left out. An imported version has no
    training here.
    """
    teller = _Teller(manifest, training)
    found = []
    for index, entry in sorted(entries, key=lambda item: item[0]):
        what = teller.tell(entry.body)
        if what:
            found.append(Happening(index, entry.time, entry.actor, entry.kind, what))
    return found


class _Teller:
    """Knows, entry by entry, whether the version exists, stands and is active."""

    def __init__(self, manifest: Digest, training: str | None) -> None:
        self._manifest = manifest
        self._training = training
        self._stands = False
        self._active = False

    def tell(self, event: Event) -> str:
        """Return what ``event`` means for the version, "" for nothing."""
        match event:
            case e.VersionCertified():
                self._stands = True
                return f"certified as {event.dna}"
            case e.VersionImported():
                self._stands = event.weights is not None
                return f"imported as {event.dna}, {event.verdict}: {event.reason}"
            case e.BaseIdentified():
                return f"base model identified: {event.how}"
            case e.VersionSigned():
                return f"signed with model key {event.key[:8]}"
            case e.ReproductionJudged():
                return f"reproduction judged: {event.verdict}"
            case e.VersionNumbered() if event.training == self._training:
                return f"numbered {event.language} {event.major}.{event.minor}"
            case e.VersionActivated() | e.VersionWithdrawn() | e.VersionRestored():
                return self._tell_of_registry(event)
            case e.RegistryReset():
                return self._tell_of_reset(event)
        return self._tell_of_training(event)

    def _tell_of_registry(
        self, event: e.VersionActivated | e.VersionWithdrawn | e.VersionRestored
    ) -> str:
        was, own = self._active, event.manifest == self._manifest
        if determines(event):
            self._active = own and isinstance(event, e.VersionActivated)
        match event:
            case e.VersionActivated() if own:
                return "activated"
            case e.VersionActivated() if was:
                return f"superseded by {event.dna}"
            case e.VersionWithdrawn() if own:
                ending = ", and so nothing was active" if event.was_active else ""
                return f"withdrawn: {event.reason or 'no reason given'}{ending}"
            case e.VersionRestored() if own:
                self._stands = True
                return "restored"
        return ""

    def _tell_of_reset(self, event: e.RegistryReset) -> str:
        stood, was, self._stands, self._active = self._stands, self._active, False, False
        if not stood:
            return ""
        ending = ", and so nothing was active" if was else ""
        return f"removed by a reset: {event.reason or 'no reason given'}{ending}"

    def _tell_of_training(self, event: Event) -> str:
        match event:
            case e.TrainingStarted(training=self._training):
                return f"training {event.training} started"
            case e.TrainingFailed(training=self._training):
                return f"training failed: {event.reason}"
            case e.TrainingCompleted(training=self._training):
                return f"training completed after {event.steps} steps"
            case e.MetricsMeasured(training=self._training):
                return f"measured: loss {event.after.loss} on {event.after.rows} rows"
        return ""
