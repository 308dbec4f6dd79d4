"""The vault: keys of sealed objects, and the salts of dataset rows.

Sealed text can be erased although every proof and every backup stays: backups carry ciphertext, the
ledger carries digests, and the only key is here. A row of the vault holds a digest and 32 bytes:
how long a text was shows in the length of its ciphertext and nowhere else.
"""

import os
from collections.abc import Container, Iterable
from pathlib import Path
from typing import Any

from oneseek.adapters.objects.sealed import KEY_BYTES, Erased, seal_bytes, unseal_bytes
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.adapters.objects.vault_db import reading, writing
from oneseek.domain.digest import Digest, parse_digest, sha256
from oneseek.domain.errors import Conflict, InvalidInput, NotFound

__all__ = ["Erased", "Vault"]

SALT_BYTES = 32


class Vault:
    """The keys in the SQLite file ``path``, and the objects that they open.

    The file is made by the first write. Every method raises ServiceFailed when it is not a vault or
    the disk forbids it, Conflict when another process holds it for 30 seconds, and InvalidInput for
    text that is no digest.
    """

    def __init__(self, path: Path, objects: FileObjectStore) -> None:
        self._path = path
        self._objects = objects

    def seal(self, plaintext: bytes) -> Digest:
        """Encrypt a text under a new key, keep both, and return the digest of the sealed object.

        Sealing the same text again gives another object: equal texts cannot be told from equal
        digests.
        """
        key = os.urandom(KEY_BYTES)
        sealed = seal_bytes(key, plaintext)
        digest = sha256(sealed)
        with writing(self._path) as connection:
            row = (bytes.fromhex(digest), key)
            connection.execute("INSERT INTO keys (object, key) VALUES (?, ?)", row)
        # crash here: a key without an object, which `sweep` destroys. The other order would leave
        # an object that nobody can ever open.
        self._objects.put(sealed)
        return digest

    def unseal(self, digest: Digest) -> bytes:
        """Return the text of a sealed object.

        Raises:
            Erased: it was erased (a kind of NotFound).
            NotFound: the vault has no such key, or the store no such object.
            FoundDamage: the object is not what was sealed.
        """
        row = self._one("SELECT key FROM keys WHERE object = ?", digest)
        if row is None:
            raise NotFound(f"the vault {self._path} has no key for {digest}")
        if row[0] is None:
            raise Erased(f"the text of {digest} was erased")
        return unseal_bytes(row[0], self._objects.read(digest))

    def erase(self, digests: Iterable[Digest]) -> int:
        """Destroy the keys of sealed objects, all or none; return how many there still were.

        A tombstone without a key stays, also for an object that the vault never knew: erasures can
        be repeated from the ledger on a vault that was restored or begun anew.
        """
        objects = [bytes.fromhex(parse_digest(digest)) for digest in digests]
        erased = 0
        with writing(self._path) as connection:
            for name in objects:
                erased += connection.execute(
                    "UPDATE keys SET key = NULL WHERE object = ? AND key IS NOT NULL", (name,)
                ).rowcount
                connection.execute(
                    "INSERT INTO keys (object) VALUES (?) ON CONFLICT (object) DO NOTHING", (name,)
                )
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
        with writing(self._path) as connection:
            connection.execute(
                "INSERT INTO salts (dataset, salts) VALUES (?, ?) ON CONFLICT (dataset) DO NOTHING",
                (name, salts),
            )
            query = "SELECT salts FROM salts WHERE dataset = ?"
            if connection.execute(query, (name,)).fetchone() != (salts,):
                raise Conflict(f"the vault {self._path} has other salts for dataset {dataset}")

    def salts(self, dataset: Digest) -> bytes:
        """Return the salts of a dataset's rows, 32 bytes each; NotFound if none are kept."""
        found = self._one("SELECT salts FROM salts WHERE dataset = ?", dataset)
        if found is None:
            raise NotFound(f"the vault {self._path} has no salts for dataset {dataset}")
        return bytes(found[0])

    def sweep(self, keep: Container[Digest]) -> int:
        """Destroy sealed objects that are not in ``keep``, key and ciphertext; return how many.

        ``keep`` is every digest that an entry names. What is left over was sealed by a process that
        died before its append. Only while nobody else may append: a text that was sealed a moment
        ago looks the same. Tombstones stay.
        """
        with reading(self._path) as connection:
            query = "SELECT object FROM keys WHERE key IS NOT NULL"
            rows = connection.execute(query).fetchall() if connection else []
        orphans = [name for (name,) in rows if name.hex() not in keep]
        for name in orphans:
            self._objects.remove(name.hex())  # crash here: its key is still there, to be swept
        if orphans:
            with writing(self._path) as connection:
                connection.executemany(
                    "DELETE FROM keys WHERE object = ?", [(name,) for name in orphans]
                )
        return len(orphans)

    def _one(self, query: str, digest: Digest) -> tuple[Any] | None:
        name = bytes.fromhex(parse_digest(digest))
        with reading(self._path) as connection:
            if connection is None:
                return None
            row: tuple[Any] | None = connection.execute(query, (name,)).fetchone()
            return row
