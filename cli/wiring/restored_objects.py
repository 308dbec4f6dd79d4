"""Which objects a restored workspace lacks: not those that were collected before the backup."""

from collections.abc import Mapping

from oneseek.cli.app import App
from oneseek.domain.audit.named_objects import manifest_files
from oneseek.domain.collected import collected_objects
from oneseek.domain.digest import Digest
from oneseek.domain.ports import ObjectStore, View
from oneseek.domain.state.documents import Version, stands
from oneseek.domain.state.registry import registry_state


def not_collected(app: App, missing: Mapping[Digest, str]) -> list[tuple[Digest, str]]:
    """Return those of ``missing`` that no collection took, or that a standing version needs."""
    if not missing:
        return []
    with app.ledger.view() as view:
        excused = collected_objects(view, app.objects).keys()
        needed = _standing_files(view, app.objects) if excused else set()
    return [
        (digest, what)
        for digest, what in missing.items()
        if digest in needed or digest not in excused
    ]


def _standing_files(view: View, store: ObjectStore) -> set[Digest]:
    registry = registry_state(view)
    return {
        digest
        for _, version in view.scan(Version)
        if stands(version, registry)
        for digest, _ in manifest_files(version.manifest, "", store)
    }
