"""What was said of the versions beside their lineage: measurements, signatures, reproductions."""

from collections.abc import Callable, Sequence

from oneseek.domain import events as e
from oneseek.domain.bundle import layout
from oneseek.domain.bundle.contents import Contents
from oneseek.domain.bundle.history import Lineage
from oneseek.domain.bundle.signed import check_signature
from oneseek.domain.bundle.verdict import Verdict
from oneseek.domain.digest import Digest
from oneseek.domain.dossier import Told
from oneseek.domain.errors import InvalidInput, OneSeekError
from oneseek.domain.events import Event
from oneseek.domain.manifest import Manifest
from oneseek.domain.model_keys import public_bytes
from oneseek.domain.state.documents import ModelKey

CheckModelKey = Callable[[bytes, bytes, bytes], bool]
"""``check(public key as DER, data, signature)``: ECDSA over P-256 with SHA-256."""


def check_statements(
    contents: Contents,
    lineage: Lineage,
    manifests: dict[Digest, Manifest],
    check: CheckModelKey,
    verdict: Verdict,
) -> None:
    """Check each entry that speaks of a version or training here, and every signature."""
    trainings = {told.event.training: told.event for told in lineage.versions}
    named: set[Digest] = set()
    for item in contents.told:
        where = f"entry {item.index}"
        match item.event:
            case e.MetricsMeasured(training=training, dataset=dataset) if training in trainings:
                verdict.expect("measured-on", where, True, dataset in lineage.datasets)
            case e.VersionSigned() as event if lineage.label_of(event.manifest) is not None:
                named.add(event.signature)
                _check_subject(lineage, event, item.index, verdict)
                manifest = manifests.get(event.manifest)
                if manifest is not None:
                    _check_signed(contents, item.index, event, manifest, check, verdict)
            case e.ReproductionJudged() as event if event.manifest in lineage.certified:
                _check_subject(lineage, event, item.index, verdict)
                certified = lineage.certified[event.manifest].event
                verdict.expect("training", where, certified.training, event.training)
            case _ if item.entry.stream == "ledger":
                pass
            case _:
                continue
        lineage.used.add(item.index)
    for digest in contents.parts.get("signature", ()):
        if digest not in named:
            verdict.expect("unknown-file", layout.signature_path(digest), "absent", "a file")


def public_key_file(event: Event) -> tuple[str, bytes] | None:
    """Return ending and bytes of the file with the key that ``event`` announces, if it does."""
    if isinstance(event, e.KeyAdded):
        return "vkey", f"{event.verifier}\n".encode()
    if isinstance(event, e.ModelKeyAdded):
        whole = event.public_key  # cut by number: textwrap would look for words in it
        lines = [whole[at : at + 64] for at in range(0, len(whole), 64)]
        text = ("-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", "")
        return "pem", "\n".join(text).encode()
    return None


def _check_subject(
    lineage: Lineage, event: e.VersionSigned | e.ReproductionJudged, index: int, verdict: Verdict
) -> None:
    label = lineage.label_of(event.manifest)
    verdict.expect("dna-name", f"entry {index}", label, event.dna)


def _check_signed(
    contents: Contents,
    index: int,
    event: e.VersionSigned,
    manifest: Manifest,
    check: CheckModelKey,
    verdict: Verdict,
) -> None:
    """Check the key of a signature, and the signature itself where it is in the bundle."""
    public = _model_key(contents.told, event.key, index, verdict)
    path = layout.signature_path(event.signature)
    if path not in contents.files.measured:
        verdict.absent.append(f"the signature that entry {index} names is not in the bundle")
        return
    verdict.expect("signature-digest", path, event.signature, contents.files.measured[path].digest)
    if public is None or verdict.findings:
        return
    try:
        check_signature(contents.files.read(path), manifest, public, check)
    except OneSeekError as error:
        verdict.refuse("model-signature", path, error)
    else:
        verdict.proven.append(
            f"the files of {event.dna} are signed by the model key {event.key} (entry {index})"
        )


def _model_key(
    told: Sequence[Told[Event]], key: Digest, index: int, verdict: Verdict
) -> bytes | None:
    """Return the public key that was announced and not retired when entry ``index`` was written."""
    where = f"entry {index}"
    before = [item.event for item in told if item.index < index]
    added = next((x for x in before if isinstance(x, e.ModelKeyAdded) and x.key == key), None)
    if added is None:
        verdict.expect("model-key", where, "a model key that was announced before", key)
        return None
    if any(isinstance(x, e.ModelKeyRetired) and x.key == key for x in before):
        verdict.expect("model-key", where, "a model key in force", f"{key}, which was retired")
        return None
    announced = ModelKey(
        key=added.key,
        algorithm=added.algorithm,
        public_key=added.public_key,
        added=0,
        retired=None,
        reason=None,
    )
    try:
        return public_bytes(announced)
    except InvalidInput as error:
        verdict.refuse("model-key", where, error)
        return None
