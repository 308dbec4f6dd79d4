"""The vault: keys of sealed objects, and the salts of dataset rows.

Sealed text can be erased although every proof and every backup stays: backups carry ciphertext, the
ledger carries digests, and the only key is here. A row of the vault holds a digest and 32 bytes:
how long a text was shows in the length of its ciphertext and nowhere else.
"""

import os
from collections.abc import Container, Iterable, Sequence
from typing import Any, Protocol

from oneseek.adapters.objects.sealed import KEY_BYTES, seal_bytes, unseal_bytes
from oneseek.adapters.objects.vault_database import VaultDatabase
from oneseek.domain.digest import Digest, parse_digest, sha256
from oneseek.domain.errors import Conflict, Erased, InvalidInput, NotFound
from oneseek.domain.ports import ObjectKeeper, ObjectStore

__all__ = ["Erased", "Vault"]

SALT_BYTES = 32


class SealedObjects(ObjectStore, Protocol):
    """Where sealed objects lie, and can be removed."""

    def remove(self, digest: Digest) -> bool: ...


class Vault:
    """The keys in ``database``, and the objects that they open.

    Every method raises ServiceFailed when it is not a vault or cannot be used, Conflict when
    another process holds it for 30 seconds, and InvalidInput for text that is no digest.
    """

    def __init__(self, database: VaultDatabase, objects: SealedObjects) -> None:
        self._database = database
        self._objects = objects

    def seal(self, plaintext: bytes) -> Digest:
        """Encrypt a text under a new key, keep both, and return the digest of the sealed object.

        Sealing the same text again gives another object: equal texts cannot be told from equal
        digests.
        """
        return self.seal_many((plaintext,), self._objects)[0]

    def seal_many(self, plaintexts: Sequence[bytes], keeper: ObjectKeeper) -> list[Digest]:
        """Seal several texts, each under a key of its own; all keys are committed at once.

        The sealed objects go to ``keeper``, the store or what :meth:`ObjectStore.together` gave:
        they are durable as soon as it makes them so.
        """
        made = [(key := os.urandom(KEY_BYTES), seal_bytes(key, text)) for text in plaintexts]
        with self._database.writing() as run:
            for key, sealed in made:
                row = (bytes.fromhex(sha256(sealed)), key)
                run(f"INSERT INTO {self._database.keys} (object, key) VALUES (?, ?)", row)
        # crash here: keys without an object, which `sweep` destroys. The other order would leave
        # objects that nobody can ever open.
        return [keeper.put(sealed) for _, sealed in made]

    def unseal(self, digest: Digest) -> bytes:
        """Return the text of a sealed object.

        Raises:
            Erased: it was erased (a kind of NotFound).
            NotFound: the vault has no such key, or the store no such object.
            FoundDamage: the object is not what was sealed.
        """
        row = self._one(f"SELECT key FROM {self._database.keys} WHERE object = ?", digest)
        if row is None:
            raise NotFound(f"the vault {self._database.name} has no key for {digest}")
        if row[0] is None:
            raise Erased(f"the text of {digest} was erased")
        return unseal_bytes(row[0], self._objects.read(digest))

    def unseal_many(self, digests: Sequence[Digest]) -> list[bytes | None]:
        """Return the texts of sealed objects, None for one that was erased.

        Raises: as :meth:`unseal`, but for Erased.
        """
        query = f"SELECT key FROM {self._database.keys} WHERE object = ?"
        with self._database.reading() as run:
            found = [
                run(query, (bytes.fromhex(parse_digest(digest)),)).fetchone() if run else None
                for digest in digests
            ]
        texts: list[bytes | None] = []
        for digest, row in zip(digests, found, strict=True):
            if row is None:
                raise NotFound(f"the vault {self._database.name} has no key for {digest}")
            key = row[0]
            texts.append(None if key is None else unseal_bytes(key, self._objects.read(digest)))
        return texts

    def erase(self, digests: Iterable[Digest]) -> int:
        """Destroy the keys of sealed objects, all or none; return how many there still were.

        A tombstone without a key stays, also for an object that the vault never knew: erasures can
        be repeated from the ledger on a vault that was restored or begun anew.
        """
        objects = [bytes.fromhex(parse_digest(digest)) for digest in digests]
        keys, erased = self._database.keys, 0
        with self._database.writing() as run:
            for name in objects:
                erased += run(
                    f"UPDATE {keys} SET key = NULL WHERE object = ? AND key IS NOT NULL", (name,)
                ).rowcount
                run(
                    f"INSERT INTO {keys} (object) VALUES (?) ON CONFLICT (object) DO NOTHING",
                    (name,),
                )
        # crash here: nobody can read the text any more; repeating the erasure scrubs the page
        self._database.scrub()
        return erased

    def put_salts(self, dataset: Digest, salts: bytes) -> None:
        """Keep the salts of a dataset's rows, 32 bytes for each row in order of the rows.

        Raises:
            InvalidInput: the length is not a multiple of 32.
            Conflict: other salts are kept for this dataset; they are never replaced, because the
                dataset's commitment was made with them.
        """
        if len(salts) % SALT_BYTES:
            raise InvalidInput(f"{len(salts)} bytes are not salts of {SALT_BYTES} bytes each")
        name = bytes.fromhex(parse_digest(dataset))
        table = self._database.salts
        with self._database.writing() as run:
            run(
                f"INSERT INTO {table} (dataset, salts) VALUES (?, ?) "
                "ON CONFLICT (dataset) DO NOTHING",
                (name, salts),
            )
            found = run(f"SELECT salts FROM {table} WHERE dataset = ?", (name,)).fetchone()
            if found is None or bytes(found[0]) != salts:
                raise Conflict(
                    f"the vault {self._database.name} has other salts for dataset {dataset}"
                )

    def salts(self, dataset: Digest) -> bytes:
        """Return the salts of a dataset's rows, 32 bytes each; NotFound if none are kept."""
        found = self._one(f"SELECT salts FROM {self._database.salts} WHERE dataset = ?", dataset)
        if found is None:
            raise NotFound(f"the vault {self._database.name} has no salts for dataset {dataset}")
        return bytes(found[0])

    def sweep(self, keep: Container[Digest]) -> int:
        """Destroy sealed objects that are not in ``keep``, key and ciphertext; return how many.

        ``keep`` is every digest that an entry names. What is left over was sealed by a process that
        died before its append. In a file: only while nobody else may append, because a text that
        was sealed a moment ago looks the same. In a database that machines share such a key is left
        alone for a week. Tombstones stay.
        """
        keys = self._database.keys
        with self._database.reading() as run:
            query = (
                f"SELECT object FROM {keys} WHERE key IS NOT NULL AND {self._database.abandoned}"
            )
            rows = run(query).fetchall() if run else []
        orphans = [name for (name,) in rows if name.hex() not in keep]
        for name in orphans:
            self._objects.remove(name.hex())  # crash here: its key is still there, to be swept
        if orphans:
            with self._database.writing() as run:
                for name in orphans:
                    run(f"DELETE FROM {keys} WHERE object = ?", (name,))
            self._database.scrub()
        return len(orphans)

    def _one(self, query: str, digest: Digest) -> tuple[Any, ...] | None:
        name = bytes.fromhex(parse_digest(digest))
        with self._database.reading() as run:
            return run(query, (name,)).fetchone() if run else None
