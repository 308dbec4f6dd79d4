"""A backup of the vault: one file, encrypted with a passphrase. See ``docs/ledger-backups.md``.

A line of JSON that anybody can read (the format, the parameters of scrypt, RFC 7914, and the tree
of the ledger when it was made), then nonce and ciphertext with its tag (AES-256-GCM, NIST SP
800-38D; the line is authenticated too). Inside are lines of JSON::

    ["key","<digest of the sealed object>","<key, base64>"]
    ["erased","<digest of the sealed object>"]
    ["salts","<digest of the dataset>","<32 bytes for each row, base64>"]
"""

import os
from base64 import b64decode
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import msgspec

from oneseek.adapters.objects.sealed import KEY_BYTES
from oneseek.adapters.objects.vault_database import VaultDatabase
from oneseek.domain.digest import Digest
from oneseek.domain.errors import FoundDamage, InvalidInput
from oneseek.domain.values import Count

_COST = 1 << 16
"""Of scrypt with r = 8: 64 MiB, a fifth of a second."""
_HIGHEST_COST = 1 << 20
_NONCE_BYTES = 12


class Scrypt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the key is made from the passphrase."""

    n: int
    r: int
    p: int
    salt: bytes


class Header(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="format",
    tag="oneseek-vault-backup/v1",
):
    """What is readable without the passphrase."""

    origin: str
    tree_size: Count
    root: Digest
    scrypt: Scrypt


@dataclass(frozen=True, slots=True)
class Kept:
    """How much a vault or its backup holds, or what was put back of it."""

    keys: int
    erased: int
    salts: int


def pack_vault(
    vault: VaultDatabase, passphrase: bytes, origin: str, size: int, root: Digest
) -> tuple[bytes, Kept]:
    """Return the encrypted backup of ``vault``, and what it holds."""
    lines: list[bytes] = []
    with vault.reading() as run:
        keys = run(f"SELECT object, key FROM {vault.keys}").fetchall() if run else []
        salts = run(f"SELECT dataset, salts FROM {vault.salts}").fetchall() if run else []
    for name, key in sorted(keys):
        line = ("erased", name.hex()) if key is None else ("key", name.hex(), bytes(key))
        lines.append(msgspec.json.encode(line))
    lines += [msgspec.json.encode(("salts", name.hex(), bytes(some))) for name, some in salts]
    scrypt = Scrypt(_COST, 8, 1, os.urandom(16))
    header = msgspec.json.encode(Header(origin, size, root, scrypt)) + b"\n"
    erased = sum(key is None for _, key in keys)
    sealed = _encrypt(scrypt, passphrase, header, b"".join(line + b"\n" for line in lines))
    return header + sealed, Kept(len(keys) - erased, erased, len(salts))


def read_header(data: bytes) -> Header:
    """Return what a backup says of itself.

    Raises:
        FoundDamage: it is none.
    """
    try:
        found = msgspec.json.decode(data.partition(b"\n")[0], type=Header)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise FoundDamage(f"this is no backup of a vault: {error}") from None
    cost = found.scrypt
    if not (1 < cost.n <= _HIGHEST_COST and cost.r == 8 and cost.p == 1):
        raise FoundDamage("this backup of a vault asks for more memory than there should be")
    return found


def holds_all_of(newer: bytes, older: bytes, passphrase: bytes) -> bool:
    """Say whether one backup of a ledger's vault holds everything that another one does.

    Raises:
        FoundDamage: one of them is no backup, or was changed.
        InvalidInput: the passphrase does not open both.
    """
    if read_header(newer).origin != read_header(older).origin:
        return False
    mine, other = (set(_decrypt(data, passphrase).splitlines()) for data in (newer, older))
    return other <= mine


def unpack_vault(
    data: bytes, passphrase: bytes, vault: VaultDatabase, erased: Collection[Digest]
) -> Kept:
    """Put what the backup ``data`` holds into ``vault``; return how much that was.

    Keys of the objects in ``erased`` are left out, and so are those that the backup itself, or
    ``vault``, has a tombstone for: what was erased stays erased.

    Raises:
        FoundDamage: it is no backup, or was changed.
        InvalidInput: the passphrase is wrong.
    """
    rows = list(_rows(_decrypt(data, passphrase)))
    gone = {bytes.fromhex(digest) for digest in erased}
    gone |= {name for what, name, _ in rows if what == "erased"}
    keys = [(name, some) for what, name, some in rows if what == "key" and name not in gone]
    salts = [(name, some) for what, name, some in rows if what == "salts"]
    with vault.writing() as run:
        for name in sorted(gone):
            run(
                f"INSERT INTO {vault.keys} (object) VALUES (?) "
                "ON CONFLICT (object) DO UPDATE SET key = NULL",
                (name,),
            )
        for table, column, some in (
            (vault.keys, "(object, key)", keys),
            (vault.salts, "(dataset, salts)", salts),
        ):
            for row in some:
                run(f"INSERT INTO {table} {column} VALUES (?, ?) ON CONFLICT DO NOTHING", row)
    vault.scrub()  # of keys that were here and should not have been
    return Kept(len(keys), len(gone), len(salts))


def _rows(text: bytes) -> Iterator[tuple[str, bytes, bytes]]:
    try:
        for line in text.splitlines():
            what, name, *rest = msgspec.json.decode(line, type=list[str])
            some = b64decode(rest[0], validate=True) if rest else b""
            if what == "key" and len(some) != KEY_BYTES:
                raise ValueError("a key of another length")
            yield what, bytes.fromhex(name), some
    except (msgspec.MsgspecError, ValueError) as error:
        raise FoundDamage(f"the backup of the vault cannot be read: {error}") from None


def _encrypt(scrypt: Scrypt, passphrase: bytes, header: bytes, text: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(_key(scrypt, passphrase)).encrypt(nonce, text, header)


def _decrypt(data: bytes, passphrase: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    scrypt = read_header(data).scrypt
    header, _, body = data.partition(b"\n")
    try:
        return AESGCM(_key(scrypt, passphrase)).decrypt(
            body[:_NONCE_BYTES], body[_NONCE_BYTES:], header + b"\n"
        )
    except (InvalidTag, ValueError):
        raise InvalidInput(
            "the backup of the vault does not open: the passphrase is another, or it was changed",
            hint="give the passphrase in OQT_BACKUP_PASSPHRASE",
        ) from None


def _key(scrypt: Scrypt, passphrase: bytes) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt as Kdf

    return Kdf(scrypt.salt, KEY_BYTES, scrypt.n, scrypt.r, scrypt.p).derive(passphrase)
