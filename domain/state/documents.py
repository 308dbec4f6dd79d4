"""The documents themselves, one struct per thing that decisions ask about."""

from typing import ClassVar

from oneseek.domain.digest import Digest
from oneseek.domain.recipe import Metrics
from oneseek.domain.state.imported import Imported
from oneseek.domain.state.store import Document
from oneseek.domain.values import Time

REGISTRY_KEY = "registry"

FOLD_KEY = "fold"

LOGGED_INDEX_KEY = "index"


class Fold(Document, frozen=True):
    """Which fold made the documents: there is one, under :data:`FOLD_KEY`, in every open ledger."""

    table: ClassVar[str] = "fold"
    version: int


class Key(Document, frozen=True):
    """A public key that was announced, by :func:`key_of` purpose and verifier."""

    table: ClassVar[str] = "key"
    purpose: str
    verifier: str
    added: int
    """Leaf index of the key-added entry."""
    retired: int | None
    """Leaf index of the key-retired entry."""
    reason: str | None
    """Why it was retired."""


class ModelKey(Document, frozen=True):
    """A public key that signs versions, by its digest."""

    table: ClassVar[str] = "model-key"
    key: Digest
    algorithm: str
    public_key: str
    added: int
    """Leaf index of the model-key-added entry."""
    retired: int | None
    reason: str | None


class LoggedIndex(Document, frozen=True):
    """The map of streams that was logged last. One document, under :data:`LOGGED_INDEX_KEY`."""

    table: ClassVar[str] = "logged-index"
    index: int
    size: int
    root: Digest


class BaseModel(Document, frozen=True):
    """A registered base model, by manifest digest."""

    table: ClassVar[str] = "base"
    manifest: Digest
    name: str
    architecture: str
    files: int
    size: int
    licence: str | None
    source: str
    path: str
    index: int


class Dataset(Document, frozen=True):
    """A registered dataset, by file digest."""

    table: ClassVar[str] = "dataset"
    dataset: Digest
    name: str
    size: int
    rows: int
    row_root: Digest
    language: str
    categories: tuple[str, ...]
    licence: str | None
    index: int


class BaseName(Document, frozen=True):
    """The base model that a name means: the one registered last."""

    table: ClassVar[str] = "base-name"
    digest: Digest


class DatasetName(Document, frozen=True):
    """The dataset that a name means: the one registered last."""

    table: ClassVar[str] = "dataset-name"
    digest: Digest


class Training(Document, frozen=True, omit_defaults=True):
    """A training and how far it came, by training id."""

    table: ClassVar[str] = "training"
    training: str
    status: str
    """``started``, ``failed``, ``completed`` or ``certified``."""
    base: Digest
    dataset: Digest
    parent: Digest | None
    language: str
    started: int
    """Leaf index of the training-started entry."""
    ended: int | None
    """Leaf index of the training-completed or training-failed entry."""
    produced: Digest | None
    weights: Digest | None
    metrics: Metrics | None
    reason: str | None
    resumed: int | None = None
    """Leaf index of the newest training-resumed entry."""


class OpenTraining(Document, frozen=True):
    """A training that still has to be finished: running, cut off, or not yet certified."""

    table: ClassVar[str] = "open-training"
    training: str


class Line(Document, frozen=True):
    """The highest number ever given or imported in a language line, by language."""

    table: ClassVar[str] = "line"
    language: str
    major: int
    minor: int


class Version(Document, frozen=True, omit_defaults=True):
    """A version with weights, certified by us or imported, by the label that it stands under.

    What an older record does not say of an imported version is None: nothing is made up.
    """

    table: ClassVar[str] = "version"
    dna: str
    manifest: Digest
    weights: Digest
    language: str | None
    major: int | None
    minor: int | None
    training: str | None
    base: Digest | None
    """Of an imported version only what was found with it, or identified later."""
    dataset: Digest | None
    parent: Digest | None
    certified_at: Time | None
    """None for an imported version: nobody certified it."""
    index: int
    """Leaf index of the version-certified or version-imported entry."""
    standing: int
    """Leaf index since which it stands in the certified tree (certified, imported, restored)."""
    withdrawn: int | None
    """Leaf index of its withdrawal."""
    evidence: str = "observed"
    """``observed`` by us; of an imported one ``verified``, ``asserted`` or ``contradicted``."""
    form: str = "adapter"
    """``adapter`` (PEFT, can be applied) or ``tensors`` (readable, but no adapter)."""
    base_name: str | None = None
    """What the records of an imported version call its base model."""
    imported: Imported | None = None
    """None for a version of ours."""


class RecordedVersion(Document, frozen=True):
    """A version that only older records tell of, without readable weights, by its label."""

    table: ClassVar[str] = "recorded-version"
    dna: str
    manifest: Digest
    """Of the files that were kept of it: its records."""
    language: str | None
    major: int | None
    minor: int | None
    index: int
    evidence: str
    base_name: str | None
    imported: Imported


class LegacySource(Document, frozen=True):
    """A place whose older records were imported, by its identity: as it was scanned last."""

    table: ClassVar[str] = "legacy-source"
    source: str
    path: str
    inventory: Digest
    report: Digest
    entries: int
    files: int
    size: int
    """Bytes of all files."""
    index: int
    """Leaf index of the source-scanned entry."""
    moved_to: str | None
    """Where it was moved away to; None: it lies where it was."""


class LegacyErasure(Document, frozen=True):
    """A sealed legacy file whose key was destroyed, by its object."""

    table: ClassVar[str] = "legacy-erasure"
    source: str
    path: str
    index: int


class VersionName(Document, frozen=True):
    """The label of a manifest digest: of a version, or of one that is only recorded."""

    table: ClassVar[str] = "version-name"
    dna: str


class Signature(Document, frozen=True):
    """The newest signature of a version, by manifest digest."""

    table: ClassVar[str] = "signature"
    manifest: Digest
    method: str
    key: Digest
    signature: Digest
    index: int


class Reproduction(Document, frozen=True):
    """The newest verdict on repeating a version's training, by manifest digest."""

    table: ClassVar[str] = "reproduction"
    manifest: Digest
    verdict: str
    report: Digest
    index: int


class RegistryState(Document, frozen=True):
    """What is active, and when the tree was last emptied. One document."""

    table: ClassVar[str] = "registry"
    active: str | None
    """DNA name of the active version."""
    since: int | None
    """Leaf index of the entry that made it so."""
    last_reset: int
    """Leaf index of the last reset, -1 before the first."""
    resets: int


class Activity(Document, frozen=True):
    """What was active from this leaf index on, by index key: the timeline."""

    table: ClassVar[str] = "activity"
    index: int
    time: Time
    active: str | None
    cause: str
    """The kind of the entry that changed it."""


class Query(Document, frozen=True):
    """An answered question, by query id."""

    table: ClassVar[str] = "query"
    query: str
    index: int
    version: Digest | None
    base: Digest
    question: Digest
    answer: Digest
    erased: int | None
    """Leaf index of the erasure."""


class Backup(Document, frozen=True):
    """A backup that was taken and not pruned, by :func:`backup_key` of target and name."""

    table: ClassVar[str] = "backup"
    target: str
    what: str
    """``version``, ``ledger`` or ``vault``."""
    name: str
    manifest: Digest | None
    dna: str | None
    tree_size: int | None
    root: Digest | None
    listing: Digest
    objects: int
    size: int
    index: int
    """Leaf index of the backup-taken entry."""
    confirmed: int
    """Leaf index of the newest entry that says that it is whole."""
    damaged: int | None
    """Leaf index of the verification that found it damaged; None: none since ``confirmed``."""


class Hold(Document, frozen=True):
    """A version that must be kept, by manifest digest."""

    table: ClassVar[str] = "hold"
    manifest: Digest
    dna: str
    reason: str
    index: int


class Collection(Document, frozen=True):
    """A collection of objects, by index key."""

    table: ClassVar[str] = "collection"
    index: int
    inventory: Digest
    objects: int
    size: int


class KeptCheckpoint(Document, frozen=True):
    """A checkpoint of a training that is still kept, by :func:`checkpoint_key`."""

    table: ClassVar[str] = "kept-checkpoint"
    training: str
    period: str
    name: str
    epoch: int
    step: int
    state: Digest
    size: int
    index: int


def stands(version: Version, registry: RegistryState) -> bool:
    """True when the version has a directory in the certified tree: no reset came after it."""
    return version.standing > registry.last_reset


def key_of(purpose: str, verifier: str) -> str:
    """Return the key of a :class:`Key` document."""
    return f"{purpose} {verifier}"


def backup_key(target: str, name: str) -> str:
    """Return the key of a :class:`Backup` document; those of one target follow each other."""
    return f"{target} {name}"


def checkpoint_key(training: str, period: str, name: str) -> str:
    """Return the key of a :class:`KeptCheckpoint` document."""
    return f"{training} {period} {name}"
