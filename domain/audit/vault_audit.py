"""The audit of the vault: salts give the registered row roots, sealed texts open, erased do not."""

from collections.abc import Iterator

from oneseek.domain.dataset.commitment import row_root
from oneseek.domain.dataset.reading import read_dataset
from oneseek.domain.errors import Conflict, FoundDamage, InvalidInput, NotFound, ServiceFailed
from oneseek.domain.findings import Finding
from oneseek.domain.ports import ObjectStore, Vault, View
from oneseek.domain.state.documents import Dataset, LegacyErasure, Query

_HINT = "restore the vault from a backup"


def audit_vault(view: View, objects: ObjectStore, vault: Vault) -> Iterator[Finding]:
    """Yield a finding for every salt and key that is not as the entries promise.

    Objects that are missing are the business of the audits of the store.
    """
    try:
        yield from _everything(view, objects, vault)
    except (ServiceFailed, Conflict) as error:
        yield Finding("vault", "the vault", "one that can be read", error.message, _HINT)


def _everything(view: View, objects: ObjectStore, vault: Vault) -> Iterator[Finding]:
    for digest, dataset in view.scan(Dataset):
        if objects.has(digest):
            yield from _dataset(dataset, objects, vault)
    for _, query in view.scan(Query):
        for what, digest in (("question", query.question), ("answer", query.answer)):
            where = f"{what} of query {query.query}, entry {query.index}"
            if query.erased is not None:
                yield from _erased(query, where, digest, vault)
            elif objects.has(digest):
                yield from _sealed(where, digest, vault)
    for digest, erasure in view.scan(LegacyErasure):
        if _opens(digest, vault):
            where = f"{erasure.path} of source {erasure.source}"
            hint = f"oneseek migrate erase {erasure.path}"
            expected = f"no key: erased by entry {erasure.index}"
            yield Finding("not-erased", where, expected, "a key", hint)


def _dataset(dataset: Dataset, objects: ObjectStore, vault: Vault) -> Iterator[Finding]:
    where = f"salts of dataset {dataset.name}, entry {dataset.index}"
    expected = f"row root {dataset.row_root}"
    try:
        lines = read_dataset(objects.read(dataset.dataset), dataset.name).lines
        root = row_root(lines, vault.salts(dataset.dataset))
    except (NotFound, FoundDamage, InvalidInput) as error:
        yield Finding("salts", where, expected, error.message, _HINT)
        return
    if root != dataset.row_root:
        yield Finding("salts", where, expected, f"row root {root}", _HINT)


def _erased(query: Query, where: str, digest: str, vault: Vault) -> Iterator[Finding]:
    if _opens(digest, vault):
        expected = f"no key: erased by entry {query.erased}"
        yield Finding("not-erased", where, expected, "a key", f"oneseek erase {query.query}")


def _opens(digest: str, vault: Vault) -> bool:
    """Say whether the vault still has a key for ``digest``."""
    try:
        vault.unseal(digest)
    except NotFound:
        return False
    except FoundDamage:
        pass  # there is a key, whatever it opens
    return True


def _sealed(where: str, digest: str, vault: Vault) -> Iterator[Finding]:
    try:
        vault.unseal(digest)
    except (NotFound, FoundDamage) as error:
        yield Finding("sealed-text", where, "a key that opens it", error.message, _HINT)
