"""What lies beside the entries: manifests, row hashes, keys, exports, the certified folder."""

import re
from collections.abc import Mapping

from oneseek.domain.bundle import layout
from oneseek.domain.bundle.contents import Contents
from oneseek.domain.bundle.history import Lineage
from oneseek.domain.bundle.statements import public_key_file
from oneseek.domain.bundle.verdict import Verdict
from oneseek.domain.digest import Digest
from oneseek.domain.errors import InvalidInput, OneSeekError
from oneseek.domain.exports.oms import root_digest
from oneseek.domain.manifest import Manifest, weights_digest
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
from oneseek.domain.merkle.hashing import HASH_SIZE
from oneseek.domain.note.signed_note import ALGORITHM_ED25519, VerifierKey

_WEIGHTS = re.compile(r"adapter_model(-[0-9]{5}-of-[0-9]{5})?\.safetensors")


def check_manifests(
    contents: Contents, lineage: Lineage, verdict: Verdict
) -> dict[Digest, Manifest]:
    """Check that every manifest is there and fits what its entry says; return all."""
    weights = {digest: version.event.weights for digest, version in lineage.certified.items()}
    if (imported := lineage.imported) is not None and imported.event.weights is not None:
        weights[imported.event.manifest] = imported.event.weights
    wanted = {*weights, *lineage.bases}
    there = set(contents.parts.get("manifest", ()))
    found: dict[Digest, Manifest] = {}
    for digest in sorted(wanted ^ there):
        state = "absent" if digest in wanted else "a file that nothing names"
        verdict.expect("manifest", layout.manifest_path(digest), "what the entries name", state)
    for digest in sorted(wanted & there):
        path = layout.manifest_path(digest)
        verdict.expect("manifest-digest", path, digest, contents.files.measured[path].digest)
        try:
            found[digest] = Manifest.from_bytes(contents.files.read(path))
        except OneSeekError as error:
            verdict.refuse("manifest", path, error)
    for digest, recorded in weights.items():
        if digest in found:
            named = _weights(found[digest])
            verdict.expect("weights", layout.manifest_path(digest), recorded, named)
    for digest, base in lineage.bases.items():
        if digest in found:
            files = found[digest].files
            sizes = (len(files), sum(file.size for file in files))
            path = layout.manifest_path(digest)
            verdict.expect("base", path, (base.files, base.size), sizes)
    return found


def check_rows(contents: Contents, lineage: Lineage, verdict: Verdict) -> None:
    """Check the leaf hashes of datasets against the roots that were registered."""
    there = set(contents.parts.get("rows", ()))
    for digest in sorted(there - lineage.datasets.keys()):
        verdict.expect("unknown-file", layout.rows_path(digest), "absent", "a file")
    for digest, registered in lineage.datasets.items():
        path, first = layout.rows_path(digest), registered[0]
        if digest not in there:
            verdict.absent.append(f"no hashes of the rows of dataset {first.name}")
            continue
        raw = contents.files.read(path)
        if not verdict.expect("rows", path, first.rows * HASH_SIZE, len(raw)):
            continue
        leaves = [raw[at : at + HASH_SIZE] for at in range(0, len(raw), HASH_SIZE)]
        root = EMPTY_FRONTIER.extend(leaves).root().hex()
        # Registered again after its salts were lost, the same rows have another root.
        roots = {event.row_root: event.row_root for event in registered}
        if verdict.expect("row-root", path, roots.get(root, first.row_root), root):
            verdict.proven.append(
                f"dataset {first.name}: the hashes of its {first.rows} rows give the root that was "
                "registered"
            )


def check_keys(contents: Contents, verdict: Verdict) -> None:
    """Check that the key files are the keys that the entries announce."""
    wanted: dict[str, bytes] = {}
    for item in contents.told:
        if (file := public_key_file(item.event)) is not None:
            wanted[f"keys/{item.index}.{file[0]}"] = file[1]
    there = {f"keys/{name}" for name in contents.parts.get("key", ())}
    for path in sorted(wanted.keys() | there):
        found = contents.files.read(path) if path in there else None
        verdict.expect("key-file", path, wanted.get(path), found)
    for name in contents.parts.get("witness", ()):
        path = f"keys/witness/{name}.vkey"
        text = contents.files.read(path).decode(errors="replace")
        verdict.expect("key-file", path, True, _is_witness(text, name))


def check_exports(
    contents: Contents, lineage: Lineage, manifests: Mapping[Digest, Manifest], verdict: Verdict
) -> None:
    """Check that every document for other tools names the version by one of its digests.

    These are its manifest's, its weights', and the root of its files as OpenSSF Model Signing
    computes it.
    """
    subject = lineage.versions[0].event
    manifest = manifests.get(subject.manifest)
    if manifest is None:
        return
    digests = (subject.manifest, subject.weights, root_digest(manifest))
    for name in contents.parts.get("export", ()):
        path = f"exports/{name}"
        raw = contents.files.read(path)
        named = any(digest.encode() in raw for digest in digests)
        verdict.expect("export", path, "a digest of the version in it", _named(named))


def check_model(
    contents: Contents, lineage: Lineage, manifests: Mapping[Digest, Manifest], verdict: Verdict
) -> None:
    """Check the files of the certified folder against its manifest, where they are there."""
    subject = lineage.versions[0].event
    there = set(contents.parts.get("model", ()))
    if not there:
        verdict.absent.append("the files of the version: its weights were not looked at")
        return
    manifest = manifests[subject.manifest]
    sizes = {file.path: (file.size, file.digest) for file in manifest.files}
    sizes["manifest.json"] = (len(manifest.to_bytes()), manifest.digest)
    wanted = {f"{subject.dna}/{path}": size for path, size in sizes.items()}
    for name in sorted(wanted.keys() | there):
        file = contents.files.measured.get(f"model/{name}")
        found = (file.size, file.digest) if file else None
        verdict.expect("model-file", f"model/{name}", wanted.get(name), found)
    verdict.proven.append(f"the {len(manifest.files)} files of {subject.dna} are as certified")


def _weights(manifest: Manifest) -> Digest | None:
    names = [file.path for file in manifest.files if _WEIGHTS.fullmatch(file.path)]
    try:
        return weights_digest(manifest, names)
    except InvalidInput:
        return None


def _is_witness(text: str, name: str) -> bool:
    """Say whether ``text`` is the key of a witness with the ID ``name``."""
    try:
        key = VerifierKey.parse(text.removesuffix("\n"))
    except InvalidInput:
        return False
    witness = key.algorithm != ALGORITHM_ED25519
    return witness and text == f"{key}\n" and name == f"{key.key_id:08x}"


def _named(named: bool) -> str:
    return "a digest of the version in it" if named else "none"
