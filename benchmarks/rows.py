"""The rows of the table: what is measured against what, with which goal, at which size."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything one run takes."""

    name: str
    events: int
    many: int
    new: int
    """Events after a trusted checkpoint, of ``many`` in all."""
    megabytes: int
    files: int
    adapter: int
    """Megabytes of an adapter, as a version of ours has."""
    starts: int
    history: tuple[int, int, int]
    rounds: int


_AUDITED = 300_000
"""Entries that an audit should look at in a second of processor time."""

_IMPORTED = 40 / 1_000_000
"""Seconds of processor time that importing a block of an old ledger may take."""

_PUSHED = 20_000
"""Documents that should be pushed into the mirror in a second."""

_FILES = "importing.files"

FULL = Sizes("full", 100_000, 1_000_000, 1000, 2048, 20_000, 50, 10, (1_000, 10_000, 100_000), 3)
QUICK = Sizes("quick", 5_000, 30_000, 1000, 256, 2_000, 20, 3, (200, 1_000, 4_000), 1)
TINY = Sizes("tiny", 60, 300, 30, 4, 20, 4, 1, (20, 30, 40), 1)
SIZES = {sizes.name: sizes for sizes in (FULL, QUICK, TINY)}


@dataclass(frozen=True, slots=True)
class Job:
    """One measure at one size."""

    measure: str
    """``family.name``: a function of ``measures/family.py``."""
    size: int

    def __str__(self) -> str:
        return f"{self.measure} {self.size}"


Kind = Literal["less", "no more", "limit", "growth", "none"]


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison; ``what`` says in words what is measured, a bar, and against what.

    ``kind`` says how ``goal`` is meant: the yardstick takes at least so many times as much
    (``less``); ours takes at most so many times as much (``no more``); ours is at most so much
    (``limit``); from the yardstick's size to ours, the figure grows by at most so many bytes per
    event (``growth``).
    """

    name: str
    what: str
    ours: Job
    yardstick: Job
    kind: Kind
    goal: float = 0.0
    figure: str = "cpu"
    unit: str = "s"

    @property
    def needs_server(self) -> bool:
        """Whether a PostgreSQL server is needed."""
        return self.name.startswith("postgres")


def rows(sizes: Sizes) -> list[Row]:
    """Return the rows for a run of these sizes, in the order of the table."""
    return [
        *_ledger(sizes),
        *_audit(sizes),
        *_memory(sizes),
        *_index(sizes),
        *_postgres(sizes),
        *_pushes(sizes),
        *_firestore(sizes),
        *_proofs(sizes),
        *_bundle(sizes),
        *_files(sizes),
        *_imports(sizes),
        *_backups(sizes),
        *_restores(sizes),
        *_signed(sizes),
        *_commands(sizes),
    ]


def _pair(
    family: str, size: int, ours: str = "ours", yardstick: str = "yardstick"
) -> tuple[Job, Job]:
    return Job(f"{family}.{ours}", size), Job(f"{family}.{yardstick}", size)


def _ledger(s: Sizes) -> list[Row]:
    append = "append, groups of 1,000, all evidence | stock SQLite application, JSON"
    replay = "verified, typed replay of {:,} events | stock replay, unverified"
    strict = "the same, read strictly for the first time | stock replay, unverified"
    rebuild = "rebuild of a projection | one transaction per event, the library's way"
    return [
        Row("append", append, *_pair("append", s.events), "less", 2),
        Row("replay", replay.format(s.events), *_pair("replay", s.events), "less", 3),
        Row("replay-many", replay.format(s.many), *_pair("replay", s.many), "less", 3),
        Row("replay-strict", strict, *_pair("replay", s.events, "strict"), "none"),
        Row("rebuild", rebuild, *_pair("projection", s.events), "less", 10),
    ]


def _audit(s: Sizes) -> list[Row]:
    what = "`oneseek audit` of {:,} entries, at most {:g} s | stock replay, unverified"
    return [
        Row(
            name,
            what.format(size, size / _AUDITED),
            Job("auditing.questions", size),
            Job("replay.yardstick", size),
            "limit",
            size / _AUDITED,
        )
        for name, size in (("audit", s.events), ("audit-many", s.many))
    ]


def _memory(s: Sizes) -> list[Row]:
    what = "peak memory of {} of {:,} events | of {:,}; growth per event"
    return [
        Row(
            f"memory-{name}",
            what.format(name, s.many, s.events),
            Job(measure, s.many),
            Job(measure, s.events),
            "growth",
            1,
            "peak_mb",
            "MB",
        )
        for name, measure in (
            ("replay", "replay.ours"),
            ("verify", "replay.audit"),
            ("audit", "auditing.questions"),
        )
    ]


def _index(s: Sizes) -> list[Row]:
    made = Job("index.ours", s.many)
    time = "index of all streams of {:,} events | strict replay of the same"
    memory = "peak memory of that index | of the index of {:,} events; growth per event"
    fewer = Job("index.ours", s.events)
    return [
        Row("index", time.format(s.many), made, Job("replay.strict", s.many), "no more", 3),
        Row("index-memory", memory.format(s.events), made, fewer, "growth", 300, "peak_mb", "MB"),
    ]


def _postgres(s: Sizes) -> list[Row]:
    append = "PostgreSQL: append, groups of 1,000 | stock application, same server"
    wrong = "PostgreSQL: events that a reader of 3 writers missed or got out of order | stock"
    wall = "PostgreSQL: the same reader has everything | stock subscription"
    tail = _pair("tail", s.events)
    return [
        Row("postgres-append", append, *_pair("postgres", s.events), "less", 3, "wall"),
        Row("postgres-wrong", wrong, *tail, "limit", 0, "wrong", ""),
        Row("postgres-tail", wall, *tail, "none", figure="wall"),
    ]


def _pushes(s: Sizes) -> list[Row]:
    few = s.events // 10
    what = "push {}, each document | one commit each on the same mirror"
    memory = f"peak memory of pushing {s.events:,} events | {few:,}; growth for each"
    made = []
    for name, text in (
        ("blocks", f"{s.events:,} events into `oqt_ledger` of the mirror"),
        ("collections", f"{s.events:,} events into all five collections of the mirror"),
    ):
        pair = (Job(f"pushing.{name}", s.events), Job(f"pushing.naive_{name}", s.events))
        made.append(Row(f"push-{name}", what.format(text), *pair, "limit", 1 / _PUSHED, "each"))
        made.append(Row(f"push-{name}-cpu", what.format(text), *pair, "none", 0, "cpu_each"))
    push = "pushing.collections"
    made.append(
        Row("push-memory", memory, Job(push, s.events), Job(push, few), "growth", 100, "peak_mb",
            "MB")
    )  # fmt: skip
    return made


def _firestore(s: Sizes) -> list[Row]:
    size = s.files // 10
    what = f"Firestore: {size:,} documents, 500 a commit, guarded | one `set` each, same emulator"
    return [Row("firestore-commit", what, *_pair("firestore", size), "less", 8, "wall")]


def _proofs(s: Sizes) -> list[Row]:
    time = "inclusion proof at {:,} leaves, cold | full scan"
    length = "hashes of that proof | all leaf hashes"
    since = "verify the last {:,} of {:,} events, on a trusted checkpoint | full verify"
    proof = _pair("proof", s.many)
    return [
        Row("proof", time.format(s.many), *proof, "limit", 0.005, "wall"),
        Row("proof-bytes", length, *proof, "limit", 700, "bytes", "bytes"),
        Row(
            "since",
            since.format(s.new, s.many),
            *_pair("replay", s.many, "since", "audit"),
            "less",
            300,
        ),
    ]


def _bundle(s: Sizes) -> list[Row]:
    what = f"bundle of a lineage of 100 versions in a log of {s.many:,}"
    judged, export = Job("bundle.ours", s.many), Job("bundle.export", s.many)
    all_entries = Job("bundle.entries", s.many)
    script = Job("bundle.script", s.many)
    by_script = f"judge the {what}: verify_bundle.py, its start included | our own code"
    return [
        Row("bundle-bytes", f"{what} | all entries", export, all_entries, "none", 0, "bytes",
            "bytes"),
        Row("bundle-export", f"write the {what} | judge it", export, judged, "none"),
        Row("bundle-verify", f"judge the {what} | verify the log", judged,
            Job("replay.audit", s.many), "none"),
        Row("bundle-script", by_script, script, judged, "none"),
    ]  # fmt: skip


def _files(s: Sizes) -> list[Row]:
    plain = "hashlib.file_digest in a loop"
    large, small = (_pair("hashing", n, f"{k}_ours", f"{k}_yardstick") for k, n in (
        ("large", s.megabytes), ("small", s.files)))  # fmt: skip
    return [
        Row("hash-large", f"hash {s.megabytes:,} MB | {plain}", *large, "less", 0.9, "wall"),
        Row("hash-small", f"hash {s.files:,} small files | {plain}", *small, "less", 0.9, "wall"),
    ]


def _imports(s: Sizes) -> list[Row]:
    limit = s.many * _IMPORTED
    chain = f"import an old ledger of {s.many:,} blocks, each judged, at most {limit:g} s"
    records = f"import {s.files:,} old records, each a version | read, hash and parse the same"
    memory = "peak memory of importing {:,} {} | {:,}; growth for each"
    blocks, files = _pair("importing", s.many, "ledger", "old_check"), Job(_FILES, s.files)
    return [
        Row("import-ledger", f"{chain} | json.load and the old check", *blocks, "limit", limit),
        Row("import-ledger-memory", memory.format(s.many, "blocks", s.events),
            blocks[0], Job(blocks[0].measure, s.events), "growth", 100, "peak_mb", "MB"),
        Row("import-files", records, files, Job("importing.reading", s.files), "none"),
        Row("import-files-memory", memory.format(s.files, "records", s.files // 10),
            files, Job(_FILES, s.files // 10), "growth", 1000, "peak_mb", "MB"),
    ]  # fmt: skip


def _backups(s: Sizes) -> list[Row]:
    size = max(2, s.starts)
    what = f"bytes sent for one version more, ledger included | for {size:,} versions, the first"
    return [
        Row("backup-bytes", what, *_pair("backing", size, "next_version", "first"), "none", 0,
            "bytes", "bytes")
    ]  # fmt: skip


def _restores(s: Sizes) -> list[Row]:
    size, few = s.history[1], s.history[0]
    what = f"`oneseek restore --all` of {size:,} versions | copying the same backups"
    memory = f"peak memory of restoring {size:,} versions | {few:,}; growth for each"
    ours = Job("restoring.ours", size)
    return [
        Row("restore", what, ours, Job("restoring.yardstick", size), "none", figure="wall"),
        Row("restore-memory", memory, ours, Job("restoring.ours", few), "growth", 1000, "peak_mb",
            "MB"),
    ]  # fmt: skip


def _signed(s: Sizes) -> list[Row]:
    what = "`oneseek verify DNA` of {} | `model_signing verify key` of the same"
    return [
        Row(
            f"signed-{name}",
            what.format(folder),
            *_pair("signed", size, f"{name}_ours", f"{name}_yardstick"),
            "less",
            goal,
            "wall",
        )
        for name, folder, size, goal in (
            ("adapter", f"an adapter of {s.adapter:,} MB", s.adapter, 5),
            ("large", f"a version of {s.megabytes:,} MB", s.megabytes, 1.8),
            ("small", f"a version of {s.files:,} files", s.files, 8),
        )
    ]


def _commands(s: Sizes) -> list[Row]:
    start = "start of `oneseek {}`, {} times | the imports that it cannot do without"
    flat = "register and activate a version after {:,} entries | after {:,}"
    begun = Job("versions.register", s.history[0])
    made = [
        Row(
            f"start-{name}",
            start.format(words, s.starts),
            *_pair("start", s.starts, name),
            "no more",
            1.6,
        )
        for name, words in (("log", "log -n 10"), ("current", "current"))
    ]
    for size in s.history[1:]:
        what, job = flat.format(size, s.history[0]), Job("versions.register", size)
        made.append(Row(f"flat-{size}", what, job, begun, "no more", 1.2, "each"))
    return made
