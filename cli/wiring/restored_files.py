"""The public files of a restored workspace: settings and keys, as its backup has them."""

from collections.abc import Sequence

from oneseek.adapters.ledger.location import Movable
from oneseek.adapters.objects.durable import write_atomic
from oneseek.adapters.workspace.paths import Paths
from oneseek.adapters.workspace.restoring import work_folder
from oneseek.adapters.workspace.settings import Settings, read_settings, with_ledger_url
from oneseek.cli.wiring.ledger_choice import Chosen
from oneseek.domain.errors import FoundDamage
from oneseek.domain.note.signed_note import VerifierKey


def write_keys(paths: Paths, chosen: Chosen, pinned: Sequence[VerifierKey]) -> None:
    """Write the public keys: that which trust began with, and those that the backup names."""
    write_atomic(paths.public_key, "".join(f"{key}\n" for key in pinned).encode())
    files = {file.name: file.digest for file in chosen.listing.files}
    for path in (paths.known_keys, paths.witness_keys):
        if path.name in files:
            write_atomic(path, chosen.objects.read(files[path.name]))


def restored_settings(paths: Paths, chosen: Chosen, location: Movable) -> Settings:
    """Return the settings of the backup, which name the ledger's place now.

    The file is written into the work folder: it makes the workspace, and so comes last.

    Raises:
        FoundDamage: the backup has none, or those of another log.
        InvalidInput: they cannot be read.
    """
    files = {file.name: file.digest for file in chosen.listing.files}
    name = paths.settings.name
    if name not in files:
        raise FoundDamage(f"{chosen.name} lacks the settings, {name}")
    draft = work_folder(paths) / name
    write_atomic(draft, chosen.objects.read(files[name]))
    write_atomic(draft, with_ledger_url(draft, location.url))
    settings = read_settings(draft)
    if settings.ledger.origin != chosen.listing.origin:
        raise FoundDamage(f"the settings in {chosen.name} are of another log")
    return settings


def reached_places(settings: Settings) -> list[str]:
    """Return where these settings let objects, texts and backups go: nobody has signed them."""
    found = [settings.objects.url] if settings.objects.url else []
    if settings.firebase.project:
        found.append(f"the Firebase project {settings.firebase.project}")
    return [*found, *(place for place in settings.backup.to if place not in ("local", *found))]
