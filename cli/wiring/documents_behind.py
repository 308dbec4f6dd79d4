"""How far collections are behind, as far as this machine knows: no network, nothing heavy loaded.

The position that counts is in the target; ``oneseek firebase status`` asks it. What this machine
folded last is in a file of its own.
"""

from oneseek.adapters.documents.cache_paths import cache_name
from oneseek.adapters.documents.firestore import emulator_host, store_name
from oneseek.adapters.projections.position import entries_behind, position_path
from oneseek.cli.app import App
from oneseek.domain.projections.versions import COLLECTION_VERSIONS


def remembered_behind(app: App, size: int) -> dict[str, int]:
    """Return by collection how many of ``size`` entries this machine has not pushed yet.

    Collections that it never pushed are left out.
    """
    firebase = app.settings.firebase
    store = str(app.paths.mirror)
    if firebase.project:
        store = store_name(firebase.project, firebase.database, emulator_host())
    found = {}
    for name, version in COLLECTION_VERSIONS.items():
        cache = cache_name(store, name)
        if position_path(app.paths.positions, cache).is_file():
            found[name] = entries_behind(app.paths.positions, cache, version, size)
    return found
