"""Events with sensible values, and entries and records made from them."""

from collections.abc import Iterable

from oneseek.domain.digest import Digest, sha256
from oneseek.domain.entry import FORMAT, Entry
from oneseek.domain.events import (
    AuditRecorded,
    BackupPruned,
    BackupRestored,
    BackupTaken,
    BackupVerified,
    BaseIdentified,
    BaseModelRegistered,
    CheckpointDropped,
    CheckpointKept,
    DatasetRegistered,
    DriftRepaired,
    Event,
    FileQuarantined,
    HistoryGap,
    HoldPlaced,
    HoldReleased,
    IndexLogged,
    KeyAdded,
    KeyProtectionChanged,
    KeyRetired,
    LedgerImported,
    LedgerOpened,
    LedgerRepaired,
    LedgerRestored,
    LegacyItemImported,
    LegacyTextErased,
    MetricsMeasured,
    ModelKeyAdded,
    ModelKeyRetired,
    ObjectsCollected,
    QueryAnswered,
    RegistryReset,
    ReproductionJudged,
    SourceMovedAway,
    SourceMovedBack,
    SourceScanned,
    TextErased,
    TrainingCompleted,
    TrainingFailed,
    TrainingResumed,
    TrainingStarted,
    VersionActivated,
    VersionCertified,
    VersionImported,
    VersionNumbered,
    VersionRestored,
    VersionSigned,
    VersionWithdrawn,
)
from oneseek.domain.names import DnaName
from oneseek.domain.recipe import Environment, Metrics, Recipe
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import BaseModel, Dataset, Training, Version

TIME = "2026-11-20T18:25:38.187329Z"
ORIGIN = "oneseek.test/log"
VERIFIER = "oneseek.test/log+23b9df33+ARjWpwKq7HhEGqWtzhdV0MgQfRDSIsYT7wUCXvCWbXwi"


def digest(name: str) -> Digest:
    """Return the digest that stands for ``name`` in these tests."""
    return sha256(name.encode())


RECIPE = Recipe(
    lora_rank=8,
    lora_alpha=32,
    lora_dropout="0.05",
    target_modules=("q_proj", "v_proj"),
    learning_rate="0.0001",
    scheduler="cosine",
    warmup_ratio="0.1",
    weight_decay="0.0",
    max_grad_norm="1.0",
    epochs=3,
    batch_size=8,
    gradient_accumulation=1,
    max_length=256,
    precision="float32",
    device="cpu",
    seed=42,
    threads=2,
    deterministic=True,
    auto_stop_threshold="0.95",
    evaluation_share="0.1",
    prompt_format="question-answer/v1",
)
ENVIRONMENT = Environment(
    python="3.11.9",
    platform="Linux-x86_64",
    cpu_capability="AVX2",
    accelerator=None,
    attention="sdpa",
    packages={"torch": "2.13.0"},
    code_commit=None,
    code_changed=None,
)
METRICS = Metrics(
    rows=5, tokens=80, loss="1.25", perplexity="3.49", token_accuracy="0.75", exact_match=None
)


def opened() -> LedgerOpened:
    return LedgerOpened(origin=ORIGIN, format=FORMAT, software="oneseek-provenance test")


def key_added() -> KeyAdded:
    return KeyAdded(purpose="checkpoint", verifier=VERIFIER)


def key_retired() -> KeyRetired:
    return KeyRetired(verifier=VERIFIER, purpose="checkpoint", reason="the machine was sold")


def base(name: str = "tiny", licence: str | None = "apache-2.0") -> BaseModelRegistered:
    return BaseModelRegistered(
        name=name,
        manifest=digest(name),
        architecture="mistral",
        files=4,
        size=1000,
        licence=licence,
        source="created",
        path=f"models/basemodeller/{name}",
        report=None,
    )


def dataset(
    name: str = "identity", categories: tuple[str, ...] = ("Identity",), language: str = "sv"
) -> DatasetRegistered:
    return DatasetRegistered(
        name=name,
        dataset=digest(name),
        size=500,
        rows=50,
        row_root=digest(f"rows of {name}"),
        language=language,
        categories=categories,
        licence="cc0-1.0",
    )


def started(
    training: str = "t1", parent: Digest | None = None, language: str = "sv"
) -> TrainingStarted:
    return TrainingStarted(
        training=training,
        base=digest("tiny"),
        dataset=digest("identity"),
        evaluation=None,
        parent=parent,
        language=language,
        recipe=RECIPE,
        environment=ENVIRONMENT,
    )


def failed(training: str = "t1", reason: str = "out of memory") -> TrainingFailed:
    return TrainingFailed(training=training, reason=reason)


def completed(training: str = "t1") -> TrainingCompleted:
    return TrainingCompleted(
        training=training,
        produced=digest(f"files of {training}"),
        weights=digest(f"weights of {training}"),
        row_order=digest(f"rows of {training}"),
        losses=digest(f"losses of {training}"),
        steps=18,
        epochs=3,
        stopped_early=False,
        rows_trained=45,
        rows_cut=0,
        trainable_parameters=4096,
        duration_ms=61500,
    )


def measured(training: str = "t1") -> MetricsMeasured:
    return MetricsMeasured(
        training=training,
        dataset=digest("identity"),
        rows=digest("held out"),
        before=None,
        after=METRICS,
        code="oneseek-provenance test",
    )


def numbered(major: int = 1, minor: int = 0, language: str = "sv") -> VersionNumbered:
    return VersionNumbered(language=language, major=major, minor=minor, training=f"t{major}")


def dna(major: int = 1, minor: int = 0, language: str = "sv") -> str:
    """Return the name of the version that :func:`certified` certifies under this number."""
    return str(
        DnaName.of(
            major=major,
            minor=minor,
            language=language,
            categories=("Identity",),
            weights=digest(f"weights of t{major}"),
            certified_at=TIME,
        )
    )


def manifest(major: int = 1, minor: int = 0, language: str = "sv") -> Digest:
    """Return the manifest digest of the version :func:`dna` of this number."""
    return digest(f"manifest of {dna(major, minor, language)}")


def certified(major: int = 1, minor: int = 0, language: str = "sv") -> VersionCertified:
    return VersionCertified(
        manifest=manifest(major, minor, language),
        dna=dna(major, minor, language),
        weights=digest(f"weights of t{major}"),
        language=language,
        major=major,
        minor=minor,
        training=f"t{major}",
        base=digest("tiny"),
        dataset=digest("identity"),
        certified_at=TIME,
    )


def activated(major: int = 1, previous: Digest | None = None) -> VersionActivated:
    return VersionActivated(manifest=manifest(major), dna=dna(major), previous=previous)


def withdrawn(major: int = 1, was_active: bool = False) -> VersionWithdrawn:
    return VersionWithdrawn(
        manifest=manifest(major), dna=dna(major), reason="wrong data", was_active=was_active
    )


def restored(major: int = 1) -> VersionRestored:
    return VersionRestored(manifest=manifest(major), dna=dna(major))


def registry_reset(reason: str = "start again", active: Digest | None = None) -> RegistryReset:
    return RegistryReset(
        reason=reason, inventory=digest("inventory"), versions=1, files=9, active=active
    )


def answered(query: str = "q1", version: Digest | None = None) -> QueryAnswered:
    return QueryAnswered(
        query=query,
        version=version,
        base=digest("tiny"),
        question=digest(f"question {query}"),
        answer=digest(f"answer {query}"),
        prompt_format="question-answer/v1",
        prompt_tokens=9,
        answer_tokens=21,
        duration_ms=350,
    )


def erased(query: str = "q1") -> TextErased:
    objects = (digest(f"question {query}"), digest(f"answer {query}"))
    return TextErased(query=query, objects=objects, reason="asked to")


def repaired(projection: str = "certified-tree") -> DriftRepaired:
    return DriftRepaired(projection=projection, findings=digest("findings"), count=2)


def model_key_added(key: str = "model key") -> ModelKeyAdded:
    return ModelKeyAdded(key=digest(key), algorithm="ecdsa-p256-sha256", public_key="MFkw")


def model_key_retired(key: str = "model key") -> ModelKeyRetired:
    return ModelKeyRetired(key=digest(key), reason="rotated")


def key_protected() -> KeyProtectionChanged:
    return KeyProtectionChanged(purpose="checkpoint", key=VERIFIER, protection="passphrase")


def index_logged(size: int = 4) -> IndexLogged:
    return IndexLogged(size=size, root=digest(f"map of {size}"), streams=3)


def ledger_repaired() -> LedgerRepaired:
    return LedgerRepaired(
        source="https://example.org/log",
        size=4,
        root=digest("root"),
        repairs=digest("repairs"),
        places=1,
    )


def signed(major: int = 1, signature: str = "signature") -> VersionSigned:
    return VersionSigned(
        manifest=manifest(major),
        dna=dna(major),
        method="oms-v1.0",
        key=digest("model key"),
        signature=digest(signature),
    )


def reproduced(major: int = 1, verdict: str = "same-bytes") -> ReproductionJudged:
    return ReproductionJudged(
        manifest=manifest(major),
        dna=dna(major),
        training=f"t{major}",
        verdict=verdict,
        weights=digest(f"weights of t{major}"),
        report=digest("reproduction"),
        environment=ENVIRONMENT,
    )


def audited() -> AuditRecorded:
    return AuditRecorded(
        size=4, root=digest("root"), since=None, deep=True, findings=0, report=digest("report")
    )


SOURCE = "0f1e2d3c4b5a6978"
OLD_DNA = "OneSeek-7B-Zero.v1.1"


def scanned(inventory: str = "old inventory", previous: Digest | None = None) -> SourceScanned:
    return SourceScanned(
        source=SOURCE,
        path="models/oneseek-7b-zero",
        inventory=digest(inventory),
        report=digest(f"report on {inventory}"),
        entries=12,
        files=9,
        size=4096,
        previous=previous,
    )


def imported(
    dna: str = OLD_DNA,
    *,
    weights: Digest | None = digest("old weights"),  # noqa: B008 - text
    form: str = "adapter",
    base: Digest | None = None,
    verdict: str = "asserted",
    language: str | None = None,
    major: int | None = 1,
    minor: int | None = 1,
) -> VersionImported:
    return VersionImported(
        manifest=digest(f"manifest of {dna}"),
        dna=dna,
        claimed="OneSeek-7B-Zero.v1.1",
        weights=weights,
        form=form,
        adapters=1,
        language=language,
        major=major,
        minor=minor,
        base=base,
        base_name="KB-Llama-3.1-8B-Swedish",
        created="2025-11-18T10:00:00Z",
        created_zone="false-z",
        verdict=verdict,
        reason="only the record itself says so",
        record=digest(f"claims of {dna}"),
        source=SOURCE,
        path="weights/oneseek-7b-zero-v1.1.json",
    )


def identified(dna: str = OLD_DNA, base: str = "tiny") -> BaseIdentified:
    return BaseIdentified(
        manifest=digest(f"manifest of {dna}"),
        dna=dna,
        base=digest(base),
        how="it has the shapes of the adapter",
    )


def ledger_imported() -> LedgerImported:
    return LedgerImported(
        source=SOURCE,
        path="ml/ledger/ledger.json",
        format="python-ledger",
        ledger=digest("old ledger"),
        sealed=False,
        blocks=7,
        verified=4,
        reconstructed=1,
        asserted=1,
        contradicted=1,
        judgements=digest("judgements"),
        verdict="contradicted",
        reason="block 5 does not follow block 4",
    )


def item_imported(verdict: str = "asserted") -> LegacyItemImported:
    return LegacyItemImported(
        source=SOURCE,
        path="OneSeek-7B-Zero-CURRENT",
        what="pointer",
        digest=None,
        sealed=False,
        says="leads to weights/oneseek-7b-zero-v1.1",
        verdict=verdict,
        reason="two other pointers lead elsewhere",
    )


def gap() -> HistoryGap:
    return HistoryGap(
        source=SOURCE,
        path="ml/ledger/ledger.json",
        what="missing-blocks",
        evidence="block 3 is followed by block 5",
    )


def quarantined() -> FileQuarantined:
    return FileQuarantined(
        source=SOURCE,
        path="weights/trap.pth",
        digest=digest("trap"),
        size=120,
        reason="its pickle names os.system",
    )


def moved_away(to: str = "legacy-archive/oneseek-7b-zero") -> SourceMovedAway:
    return SourceMovedAway(
        source=SOURCE, path="models/oneseek-7b-zero", to=to, inventory=digest("old inventory")
    )


def moved_back() -> SourceMovedBack:
    return SourceMovedBack(
        source=SOURCE, path="models/oneseek-7b-zero", inventory=digest("old inventory")
    )


def legacy_erased() -> LegacyTextErased:
    return LegacyTextErased(
        source=SOURCE,
        path="training_samples/stage1_20261120_183030_559576.json",
        object=digest("sealed sample"),
        reason="asked by the person",
    )


BACKUPS = "gs://oneseek.example/models"
"""A target of backups."""


def backup_taken(major: int = 1, target: str = BACKUPS) -> BackupTaken:
    return BackupTaken(
        target=target, what="version", name=f"versions/{dna(major)}.json", manifest=manifest(major),
        dna=dna(major), tree_size=None, root=None, listing=digest(f"listing of t{major}"),
        objects=14, size=51_200, confirmed="checksum",
    )  # fmt: skip


def ledger_backup(size: int = 40, target: str = BACKUPS) -> BackupTaken:
    return BackupTaken(
        target=target, what="ledger", name=f"ledger/{size:012d}.json", manifest=None, dna=None,
        tree_size=size, root=digest(f"root at {size}"), listing=digest(f"listing of ledger {size}"),
        objects=2, size=20_480, confirmed="read-back",
    )  # fmt: skip


def backup_verified(major: int = 1, damaged: int = 0, target: str = BACKUPS) -> BackupVerified:
    return BackupVerified(
        target=target, name=f"versions/{dna(major)}.json", listing=digest(f"listing of t{major}"),
        objects=14, size=51_200, damaged=damaged, confirmed="read-back",
    )  # fmt: skip


def backup_pruned(major: int = 1, target: str = BACKUPS) -> BackupPruned:
    return BackupPruned(
        target=target, name=f"versions/{dna(major)}.json", listing=digest(f"listing of t{major}"),
        manifest=manifest(major), dna=dna(major), reason="older than the last 100 micro versions",
    )  # fmt: skip


def backup_restored(major: int = 1, target: str = BACKUPS) -> BackupRestored:
    return BackupRestored(
        target=target, name=f"versions/{dna(major)}.json", listing=digest(f"listing of t{major}"),
        manifest=manifest(major), dna=dna(major), objects=3, size=12_288,
    )  # fmt: skip


def ledger_restored() -> LedgerRestored:
    return LedgerRestored(
        target=BACKUPS, name="ledger/000000000040.json", tree_size=40, root=digest("root at 40"),
        known_size=43, known_root=digest("root at 43"), lost=3, report=digest("lost entries"),
    )  # fmt: skip


def objects_collected() -> ObjectsCollected:
    return ObjectsCollected(
        inventory=digest("collected objects"), objects=7, size=358_400, grace_days=30
    )


def hold_placed(major: int = 1) -> HoldPlaced:
    return HoldPlaced(manifest=manifest(major), dna=dna(major), reason="an open complaint")


def hold_released(major: int = 1) -> HoldReleased:
    return HoldReleased(manifest=manifest(major), dna=dna(major), reason="the complaint is closed")


def checkpoint_kept(training: str = "t1", day: int = 20) -> CheckpointKept:
    return CheckpointKept(
        training=training, period="daily", name=f"checkpoint-2026-11-{day:02d}", epoch=1, step=12,
        state=digest(f"state of {training} on day {day}"), size=9_216,
    )  # fmt: skip


def checkpoint_dropped(training: str = "t1", day: int = 20) -> CheckpointDropped:
    return CheckpointDropped(
        training=training, period="daily", name=f"checkpoint-2026-11-{day:02d}",
        state=digest(f"state of {training} on day {day}"), reason="older than the last 7 days",
    )  # fmt: skip


def resumed(training: str = "t1", day: int = 20) -> TrainingResumed:
    return TrainingResumed(
        training=training, state=digest(f"state of {training} on day {day}"), step=12,
        environment=ENVIRONMENT,
    )  # fmt: skip


EXAMPLES: tuple[Event, ...] = (
    opened(), key_added(), base(), dataset(), started(), failed(), completed(), measured(),
    numbered(), certified(), activated(), withdrawn(), restored(), registry_reset(), answered(),
    erased(), repaired(), key_retired(), model_key_added(), model_key_retired(), key_protected(),
    index_logged(), ledger_repaired(), signed(), reproduced(), audited(),
    scanned(), imported(), identified(), ledger_imported(), item_imported(), gap(), quarantined(),
    moved_away(), moved_back(), legacy_erased(),
    backup_taken(), backup_verified(), backup_pruned(), backup_restored(), ledger_restored(),
    objects_collected(), hold_placed(), hold_released(), checkpoint_kept(), checkpoint_dropped(),
    resumed(),
)  # fmt: skip
"""One event of every kind."""


def entry(event: Event, version: int = 1, time: str = TIME, actor: str = "anna") -> Entry:
    return REGISTRY.entry(event, stream_version=version, time=time, actor=actor)


def entries(events: Iterable[Event], time: str = TIME) -> list[Entry]:
    """Wrap ``events`` in envelopes whose stream versions count from 1."""
    versions: dict[str, int] = {}
    made: list[Entry] = []
    for event in events:
        versions[event.stream] = versions.get(event.stream, 0) + 1
        made.append(entry(event, versions[event.stream], time))
    return made


def indexed(events: Iterable[Event]) -> list[tuple[int, Entry]]:
    """Return the entries of a ledger that holds ``events``, with their indices."""
    return list(enumerate(entries(events)))


def expected(items: Iterable[Entry]) -> dict[str, int]:
    """Return what an append of ``items`` to a ledger without their streams expects."""
    seen: dict[str, int] = {}
    for item in items:
        seen.setdefault(item.stream, item.stream_version - 1)
    return seen


BASE = BaseModel(
    manifest=digest("tiny"), name="tiny", architecture="mistral", files=4, size=1000,
    licence="apache-2.0", source="created", path="models/basemodeller/tiny", index=2,
)  # fmt: skip
DATASET = Dataset(
    dataset=digest("identity"), name="identity", size=500, rows=50,
    row_root=digest("rows of identity"), language="sv", categories=("Identity",),
    licence="cc0-1.0", index=3,
)  # fmt: skip
TRAINING = Training(
    training="t1", status="completed", base=digest("tiny"), dataset=digest("identity"),
    parent=None, language="sv", started=4, ended=5, produced=digest("files of t1"),
    weights=digest("weights of t1"), metrics=METRICS, reason=None,
)  # fmt: skip


def version(major: int = 1, *, index: int = 8, withdrawn: int | None = None) -> Version:
    """Return the document of the version :func:`dna` of this major number."""
    return Version(
        dna=dna(major), manifest=manifest(major), weights=digest(f"weights of t{major}"),
        language="sv", major=major, minor=0, training=f"t{major}", base=digest("tiny"),
        dataset=digest("identity"), parent=None, certified_at=TIME, index=index, standing=index,
        withdrawn=withdrawn,
    )  # fmt: skip
