"""The keys of sealed texts in a restored workspace: from the newest vault backup that opens."""

from oneseek.adapters.objects.vault_backup import Kept, read_header, unpack_vault
from oneseek.cli.app import App
from oneseek.cli.wiring.backup_places import place_of
from oneseek.cli.wiring.ledger_choice import PassedOver
from oneseek.cli.wiring.writing import writing
from oneseek.domain.backup_place import BackupPlace
from oneseek.domain.digest import Digest
from oneseek.domain.errors import FoundDamage, InvalidInput, NotFound, OneSeekError
from oneseek.domain.ledger_backup.listing import VAULTS, vault_listing
from oneseek.domain.state.documents import LegacyErasure, Query


def bring_vault(app: App, place: BackupPlace, passphrase: bytes) -> tuple[Kept, list[PassedOver]]:
    """Put the newest backup of the vault at ``place`` that opens back, but nothing erased since.

    Returns also those that are newer and do not open.

    Raises:
        NotFound: there is none.
        FoundDamage, InvalidInput: none opens; see
            :func:`~oneseek.adapters.objects.vault_backup.unpack_vault`.
    """
    passed: list[PassedOver] = []
    kept: Kept | None = None
    first: OneSeekError | None = None
    for name in sorted(place.names(VAULTS), reverse=True):
        try:
            data = place.read(name)
            if read_header(data).origin != app.settings.ledger.origin:
                continue
            if kept is None:
                kept = unpack_vault(data, passphrase, app.vault_database, erased_objects(app))
            # An entry names it, and no backup of the ledger that was made before has it.
            app.objects.put(vault_listing(data))
        except (FoundDamage, InvalidInput) as error:
            if kept is None:
                first = first or error
                passed.append(PassedOver(name, error.message, None))
    if kept is not None:
        return kept, passed
    raise first or NotFound(
        f"there is no backup of this ledger's vault at {place.url}",
        hint="it is made with: oneseek backup vault --to PLACE",
    )


def restore_vault(app: App, text: str, passphrase: bytes) -> tuple[str, Kept, list[PassedOver]]:
    """Put the newest backup of the vault at the place ``text`` into this workspace.

    Keys that are here stay; what was erased stays erased. Return the URL of the place too.

    Raises: see :func:`bring_vault`.
    """
    place = place_of(app, text)
    # Alone: an erasure that comes meanwhile would else be undone.
    with writing(app, follow=False, alone=True):
        return place.url, *bring_vault(app, place, passphrase)


def erased_objects(app: App) -> set[Digest]:
    """Return every sealed object that an entry says was erased."""
    with app.ledger.view() as view:
        gone = {digest for digest, _ in view.scan(LegacyErasure)}
        for _, query in view.scan(Query):
            if query.erased is not None:
                gone |= {query.question, query.answer}
    return gone
