"""What a restored workspace gets besides its ledger, and what is said of it afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from oneseek.adapters.objects.store import FileObjectStore
from oneseek.adapters.objects.vault_backup import Kept
from oneseek.cli.app import App
from oneseek.cli.output import count_text
from oneseek.cli.progress import byte_bar
from oneseek.cli.wiring.backup_places import Fetcher
from oneseek.cli.wiring.known_trees import KnownTree
from oneseek.cli.wiring.ledger_choice import Chosen, PassedOver
from oneseek.cli.wiring.restored_objects import not_collected
from oneseek.cli.wiring.writing import writing
from oneseek.domain.audit.named_objects import named_objects
from oneseek.domain.backup_place import OnBytes
from oneseek.domain.certification.metadata import render_json
from oneseek.domain.decisions import Decision
from oneseek.domain.digest import Digest
from oneseek.domain.errors import Conflict, FoundDamage, NotFound
from oneseek.domain.events import LedgerRestored
from oneseek.domain.manifest import Manifest
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import BaseModel, Version
from oneseek.domain.usecases.record import record

_SHOWN = 20


@dataclass
class Restored:
    """The outcome of a restore."""

    root: Path
    chosen: Chosen
    origin: str
    size: int
    """Entries in the backup."""
    recovered: int
    """Entries beyond it that a known copy had."""
    known: KnownTree | None
    """A larger tree that is known to have existed."""
    missing: Sequence[tuple[Digest, str]] = ()
    damaged: tuple[str, ...] = ()
    vault: Kept | None = None
    vaults: Sequence[PassedOver] = ()
    """Newer backups of the vault that do not open."""
    versions: list[str] = field(default_factory=list)
    """Versions that lack a file."""
    bases: list[str] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)
    """Where the settings, which came from the backup, let things go."""
    projected: str | None = None
    """Why the certified tree could not be made; None when it was."""
    entry: int | None = None
    """Of the ledger-restored entry; None where no key may sign here."""

    @property
    def lost(self) -> range:
        """The indices of the entries that existed and are in no copy."""
        end = self.size + self.recovered
        return range(end, max(end, self.known.size if self.known else 0))

    def follow(self, app: App) -> None:
        """Make everything that is derived, as far as the objects are here."""
        lost = {digest for digest, _ in self.missing}
        with app.ledger.view() as view:
            self.versions = [
                version.dna
                for _, version in view.scan(Version)
                if lost and lost & set(_files(app, version))
            ]
            self.bases = [
                f"{base.name}: {base.path}"
                for _, base in view.scan(BaseModel)
                if not (app.paths.root / base.path).exists()
            ]
        try:
            app.catch_up()
        except (NotFound, FoundDamage) as error:
            self.projected = error.message

    def as_json(self) -> dict[str, Any]:
        passed = [
            {"name": item.name, "why": item.why}
            for item in (*self.chosen.passed_over, *self.vaults)
        ]
        return {
            "workspace": str(self.root),
            "origin": self.origin,
            "backup": {"target": self.chosen.place.url, "name": self.chosen.name},
            "size": self.size,
            "root": self.chosen.listing.tree.root,
            "passed_over": passed,
            "recovered": self.recovered,
            "known_size": self.known.size if self.known else None,
            "known_root": self.known.root.hex() if self.known else None,
            "lost": [self._lost(index) for index in self.lost],
            "missing": [{"sha256": digest, "what": what} for digest, what in self.missing],
            "damaged": list(self.damaged),
            "versions_not_whole": self.versions,
            "bases": self.bases,
            "settings_name": self.reached,
            "vault": None
            if self.vault is None
            else {"keys": self.vault.keys, "erased": self.vault.erased, "salts": self.vault.salts},
            "certified_tree": self.projected or "made again",
            "entry": self.entry,
            "ok": self.complete,
        }

    def _lost(self, index: int) -> dict[str, Any]:
        told = self.known.told.get(index) if self.known else None
        return {"index": index} | ({"kind": told[0], "time": told[1]} if told else {})

    @property
    def complete(self) -> bool:
        """Whether nothing is known to be lost."""
        return not (self.lost or self.missing or self.vaults or self.projected is not None)

    def lines(self) -> list[str]:
        total = self.size + self.recovered
        lines = [
            f"Workspace  {self.root}",
            f"Origin     {self.origin}",
            f"✓ {count_text(total, 'entry', 'entries')} verified against their signed root",
        ]
        for item in (*self.chosen.passed_over, *self.vaults):
            lines.append(f"✗ passed over: {item.name}: {item.why}")
        if self.recovered:
            lines.append(
                f"✓ {count_text(self.recovered, 'entry', 'entries')} beyond the backup came from "
                "a known copy, verified against its checkpoint"
            )
        if self.lost and self.known:
            lines.append(
                f"✗ lost: entries {self.lost.start} to {self.lost.stop - 1} "
                f"({len(self.lost)}): {self.known.place} proves that they existed, and no copy "
                "that was given has them"
            )
            lines += [
                f"  entry {index}: {kind}, {time}"
                for index, (kind, time) in sorted(self.known.told.items())[:_SHOWN]
            ]
        lines += [f"✗ version {dna} is not whole" for dna in self.versions[:_SHOWN]]
        lines += [f"✗ object {digest}: {what}: no backup that was given has it whole"
                  for digest, what in self.missing[:_SHOWN]]  # fmt: skip
        lines += [f"  a damaged copy: {sentence}" for sentence in self.damaged[:_SHOWN]]
        if len(self.missing) > _SHOWN:
            lines.append(f"  and {len(self.missing) - _SHOWN} more objects")
        if self.projected is not None:
            lines.append(f"✗ the certified tree is not complete: {self.projected}")
        if self.vault is not None:
            lines.append(
                f"✓ vault: {count_text(self.vault.keys, 'key')}, salts of "
                f"{count_text(self.vault.salts, 'dataset')}; {self.vault.erased} erased and not "
                "put back"
            )
        else:
            lines.append("no vault backup was given: sealed texts cannot be read")
        lines += [f"base model to be put back by hand: {name}" for name in self.bases]
        if self.reached:
            lines.append(
                "The settings come from the backup, where nobody signs them. They name "
                f"{', '.join(self.reached)}: look at oneseek.toml before anything is sent there."
            )
        if self.entry is not None:
            lines.append(f"Recorded by entry {self.entry}.")
        else:
            lines.append(
                "The workspace is complete but read-only: no key here may sign. Put your safe copy "
                "into .oneseek/keys, or name it with --keys."
            )
        return lines


def _files(app: App, version: Version) -> list[Digest]:
    try:
        manifest = Manifest.from_bytes(app.objects.read(version.manifest))
    except (NotFound, FoundDamage):
        return [version.manifest]
    return [file.digest for file in manifest.files]


def bring_objects(app: App, fetcher: Fetcher) -> list[tuple[Digest, str]]:
    """Fetch every object that an entry names and that is not here; return what is nowhere."""
    missing: dict[Digest, str] = {}
    with byte_bar("Fetching objects", None, show=not app.out.json) as advance:
        # A manifest that has come names more objects: until nothing comes any more.
        while _bring_named(app, fetcher, missing, advance):
            pass
    return not_collected(app, missing)


def _bring_named(app: App, fetcher: Fetcher, missing: dict[Digest, str], advance: OnBytes) -> int:
    """Fetch what is known to be lacking, hundreds at a time; return how many objects came."""
    brought, store = 0, app.objects
    with FileObjectStore(app.paths.objects, app.paths.staging).together() as batch:
        for digest, what in named_objects(app.ledger, store):
            if digest in missing or store.has(digest):
                continue
            try:
                advance(batch.take_in(digest, partial(fetcher.fill, digest)))
            except (NotFound, FoundDamage):
                missing[digest] = what
            else:
                brought += 1
    return brought


def record_restored(app: App, done: Restored) -> int | None:
    """Record that the ledger goes on from a backup, where a key here may sign; return the entry."""
    if (recorded := _recorded(app, done)) is not None:
        return recorded  # by a restore that was cut off
    if not app.paths.signing_key.exists():
        return None
    try:
        with writing(app, follow=False) as ports:
            tree = done.chosen.listing.tree
            made = LedgerRestored(
                target=done.chosen.place.url,
                name=done.chosen.name,
                tree_size=tree.size,
                root=tree.root,
                known_size=done.known.size if done.known else None,
                known_root=done.known.root.hex() if done.known else None,
                lost=len(done.lost),
                report=ports.objects.put(render_json(done.as_json())),
            )
            record(ports, lambda _: Decision((made,)))
    except Conflict as error:
        app.out.note(f"note: not recorded: {error.message}")
    except (NotFound, FoundDamage):
        if done.projected is None:
            raise  # else it is known why the tree could not follow
    return _recorded(app, done)


def _recorded(app: App, done: Restored) -> int | None:
    head = app.ledger.head()
    (last,) = app.ledger.records(head.size - 1, head.size)
    event = REGISTRY.read(last.raw).body
    same = isinstance(event, LedgerRestored) and event.name == done.chosen.name
    return last.index if same else None
