"""The backups that the ledger knows of, with times in place of entries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from oneseek.cli.app import App
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import Backup, Version, VersionName
from oneseek.domain.state.versions import version_base, version_number


@dataclass(frozen=True, slots=True)
class Known:
    """A backup, the number of its version, and when what was said of it."""

    backup: Backup
    version: str | None
    taken: str
    confirmed: str
    damaged: str | None


def known_backups(app: App, targets: Sequence[str]) -> list[Known]:
    """Return the backups at ``targets``, or at all places, the newest last."""
    found: list[Known] = []
    with app.ledger.view() as view:
        backups = [backup for _, backup in view.scan(Backup)]
        wanted = _urls(app, targets, {backup.target for backup in backups})
        for backup in backups:
            if backup.target not in wanted:
                continue
            name = view.get(VersionName, backup.manifest or "")
            version = view.get(Version, name.dna) if name is not None else None
            found.append(
                Known(
                    backup,
                    version_number(version) if version is not None else None,
                    _time(app, backup.index),
                    _time(app, backup.confirmed),
                    _time(app, backup.damaged) if backup.damaged is not None else None,
                )
            )
    return sorted(found, key=lambda item: item.backup.index)


def bases_left_out(app: App, known: Sequence[Known]) -> Iterator[str]:
    """Yield a sentence for each base model that listed versions stand on: they are not copied."""
    manifests = {item.backup.manifest for item in known if item.backup.manifest is not None}
    with app.ledger.view() as view:
        names = [view.get(VersionName, manifest) for manifest in manifests]
        versions = [view.get(Version, name.dna) for name in names if name is not None]
        bases = {
            base.manifest: base
            for version in versions
            if version is not None and (base := version_base(view, version)) is not None
        }
    for base in sorted(bases.values(), key=lambda item: item.index):
        yield (
            f"note: base model {base.name} is in no backup: it is large and public; to use a "
            f"restored version, get it again (SHA-256 of its manifest: {base.manifest})"
        )


def _urls(app: App, targets: Sequence[str], known: set[str]) -> set[str]:
    """Return the URLs that ``targets`` mean; a place that is away can be asked for by its own."""
    if not targets:
        return known
    others = [text for text in targets if text not in known]
    if not others:
        return set(targets)
    from oneseek.cli.wiring.backups import places

    return {*targets, *(place.url for place in places(app, others))}


def _time(app: App, index: int) -> str:
    row = next(app.ledger.records(index, index + 1))
    return REGISTRY.read(row.raw, where=f"entry {index}").time[:19] + "Z"
