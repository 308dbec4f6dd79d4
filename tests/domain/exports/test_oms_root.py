"""The root digest of OpenSSF Model Signing."""

from hashlib import sha256

from builders import digest
from oneseek.domain.exports.oms_root import MANIFEST_NAME, oms_root, signed_files
from oneseek.domain.manifest import Manifest, ManifestFile


def test_paths_are_compared_part_by_part_and_the_manifest_is_among_them() -> None:
    paths = ("a.b", "a/b", "README.md", "a-c", "z/y/x")
    manifest = Manifest(tuple(ManifestFile(path, 1, digest(path)) for path in paths))
    files = signed_files(manifest)
    assert [path for path, _ in files] == [
        "README.md", "a/b", "a-c", "a.b", MANIFEST_NAME, "z/y/x",
    ]  # fmt: skip
    assert dict(files)[MANIFEST_NAME] == manifest.digest
    hashed = b"".join(bytes.fromhex(found) for _, found in files)
    assert oms_root(manifest) == sha256(hashed).hexdigest()
