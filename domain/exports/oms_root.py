"""The digest under which OpenSSF Model Signing (OMS v1.0) knows a version's directory.

It is the SHA-256 over the raw SHA-256 digests of all files, one after the other, in the order of
their paths compared part by part (``a/b`` before ``a.b``). The statement in ``model.sig`` carries
it as its subject's digest (github.com/sigstore/model-transparency, method ``files``). ``model.sig``
and ``ledger.proof`` are ignored; ``manifest.json`` is a file like the others.
"""

from hashlib import sha256

from oneseek.domain.digest import Digest
from oneseek.domain.manifest import Manifest

MANIFEST_NAME = "manifest.json"


def signed_files(manifest: Manifest) -> list[tuple[str, Digest]]:
    """Return path and digest of every signed file of a version, in the order that is hashed."""
    files = [(file.path, file.digest) for file in manifest.files]
    return sorted([*files, (MANIFEST_NAME, manifest.digest)], key=lambda file: file[0].split("/"))


def oms_root(manifest: Manifest) -> Digest:
    """Return the digest of the directory that holds what ``manifest`` names, and the manifest."""
    hashed = b"".join(bytes.fromhex(digest) for _, digest in signed_files(manifest))
    return sha256(hashed).hexdigest()
