"""Logs that rows of several themes tell of."""

from msgspec.structs import replace

import builders as make
from bundles.made import BASE, PARENT, A, B, C, Made, digest, key_of
from bundles.story import Story, at, foreign, life, listing, opening, packed, whole
from oneseek.domain import events as e
from oneseek.domain.events import Event


def announced(*secrets: str) -> list[Event]:
    return [e.KeyAdded(purpose="checkpoint", verifier=str(key_of(who))) for who in secrets]


def two_machines(
    signers: tuple[str, ...], chain: dict[int, tuple[str, ...]] | None = None
) -> Story:
    """Machine B is announced by entry 5; with an unusable key beside it, which is passed over."""
    events = whole()
    odd = e.KeyAdded(purpose="checkpoint", verifier="no key")
    events[5:5] = [*announced(B), odd, e.KeyAdded(purpose="other", verifier=str(key_of(C)))]
    foreign_log = e.KeyAdded(purpose="checkpoint", verifier=str(key_of(C, "other.example/log")))
    events.append(foreign_log)
    return Story(events, signers=signers, chain=chain or {})


def three_machines(chain: dict[int, tuple[str, ...]]) -> Story:
    events = whole()
    events[5:5] = announced(B, C)
    return Story(events, signers=(C,), chain=chain)


def retiring(signers: tuple[str, ...], chain: dict[int, tuple[str, ...]] | None = None) -> Story:
    """Machine B is announced by entry 5; entry 8 retires machine A, entry 6 something else."""
    events = whole()
    other = e.KeyRetired(purpose="model", verifier=str(key_of(A)), reason="another purpose")
    stranger = e.KeyRetired(purpose="checkpoint", verifier=str(key_of(C)), reason="unknown")
    retired = e.KeyRetired(purpose="checkpoint", verifier=str(key_of(A)), reason="sold")
    events[5:5] = [*announced(B), other, stranger, retired]
    return Story(events, signers=signers, chain=chain or {})


def evaluated() -> Story:
    events = whole()
    events.insert(5, make.dataset("held"))
    story = Story(events)
    for kind in (e.TrainingStarted, e.MetricsMeasured):
        index = at(kind, story, 1)
        field = "evaluation" if kind is e.TrainingStarted else "dataset"
        change = {field: make.digest("held")}
        story.events[index] = replace(story.events[index], **change)  # type: ignore[type-var]
    return story


def without(kind: type[Event], made: Made) -> bytes:
    """The good story, but for the events of one kind that are about one version."""

    def tells(event: Event) -> bool:
        about = {made.training, made.manifest.digest}
        names = {getattr(event, "training", None), getattr(event, "manifest", None)}
        return not foreign(event) and not (isinstance(event, kind) and about & names)

    return Story(tells=tells).bundle()


def plain(made: Made = PARENT) -> Story:
    """A version without signature and activation: only its lineage speaks of it."""
    events = [*opening(), *life(made, None, b"")[:5]]
    return Story(events, made, manifests=(made.manifest, BASE), signatures=())


def certified_as(raw: bytes, story: Story | None = None) -> bytes:
    """A bundle of a log that certified these bytes as the manifest."""
    story, name = story or Story(), digest(raw)
    old = story.subject.manifest.digest
    story.raws = {
        index: entry.replace(old.encode(), name.encode())
        for index, entry in enumerate(story.entries)
    }
    files = story.files()
    files[f"manifests/{name}.json"] = raw
    del files[f"manifests/{old}.json"]
    return packed({"bundle.json": listing(files, dna=story.subject.dna, manifest=name), **files})


class Misnamed(Made):
    """A version that every entry calls by a name that it should not have."""

    @property
    def dna(self) -> str:
        return super().dna.replace("dsIdentity", "dsZ-A")


class Misweighed(Made):
    """A version that every entry calls by the weights of another one."""

    @property
    def dna(self) -> str:
        return super().dna.replace(self.weights[:8], "00000000")


class Sharded(Made):
    """A version whose weights are in two files."""

    SHARDS = (
        "adapter_model-00001-of-00002.safetensors",
        "adapter_model-00002-of-00002.safetensors",
    )

    @property
    def content(self) -> dict[str, bytes]:
        return {name: name.encode() for name in self.SHARDS}

    @property
    def weights(self) -> str:
        lines = "".join(f"{digest(name.encode())}  {name}\n" for name in self.SHARDS)
        return digest(lines.encode())


def sharded() -> Story:
    made = Sharded(3)
    raw = made.model_sig()
    events = [*opening(), *life(made, None, raw)]
    return Story(events, made, manifests=(made.manifest, BASE), signatures=(raw,))
