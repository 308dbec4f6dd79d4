"""Certifying a completed training: number, name, files, manifest, signature, events.

Certificate and signature are one group: there is no moment at which a version lacks the signature
that it was to have, and nothing to mend after a crash.
"""

from oneseek.domain.certification.facts import gather_facts
from oneseek.domain.certification.metadata import render_metadata, render_training_results
from oneseek.domain.certification.model_card import render_model_card
from oneseek.domain.decisions import Decision
from oneseek.domain.decisions.certification import certify as decide
from oneseek.domain.decisions.certification import completed_training, name_version
from oneseek.domain.decisions.model_keys import LEDGER
from oneseek.domain.digest import sha256
from oneseek.domain.manifest import Manifest, ManifestFile
from oneseek.domain.names import DnaName
from oneseek.domain.ports import ModelSigner, Ports, View
from oneseek.domain.state.documents import Training
from oneseek.domain.usecases.record import record
from oneseek.domain.usecases.sign import signature_events
from oneseek.domain.values import format_time

VERIFIER_NAME = "verify_integrity.py"


def certify(ports: Ports, training: str, verifier: bytes, signer: ModelSigner | None = None) -> str:
    """Certify ``training`` and return the DNA name; ``verifier`` is the script for every folder.

    Without a ``signer`` the version has no signature; it can be signed later.

    Every file is in the content store before the entry exists. When another version takes the
    number first, number, name and files are made again; what was rendered in vain stays behind as
    objects that nothing names.

    Raises:
        NotFound, Conflict: see :mod:`oneseek.domain.decisions.certification`.
        Conflict: the key of the signer was retired.
    """
    names: list[DnaName] = []

    def on(view: View) -> Decision:
        found = completed_training(view, training)
        certified_at = format_time(ports.clock.now())
        name = name_version(view, found, certified_at)
        names.append(name)
        manifest = _render(ports, view, found, name, certified_at, verifier)
        digest = ports.objects.put(manifest.to_bytes())
        assert found.weights is not None
        decision = decide(found, name, digest, found.weights, certified_at)
        if signer is None:
            return decision
        signed = signature_events(view, ports.objects, signer, manifest, str(name))
        events, reads = (*decision.events, *signed), decision.reads | LEDGER
        return Decision(events, reads, time=decision.time)

    record(ports, on)
    return str(names[-1])


def _render(
    ports: Ports,
    view: View,
    training: Training,
    name: DnaName,
    certified_at: str,
    verifier: bytes,
) -> Manifest:
    facts = gather_facts(view, ports.ledger, training, name, certified_at, ports.software)
    produced = Manifest.from_bytes(ports.objects.read(facts.completed.produced))
    rendered = {
        "metadata.json": render_metadata(facts),
        "training_results.json": render_training_results(facts),
        "README.md": render_model_card(facts),
        VERIFIER_NAME: verifier,
    }
    files = list(produced.files)
    for path, data in rendered.items():
        ports.objects.put(data)
        files.append(ManifestFile(path, len(data), sha256(data)))
    return Manifest(tuple(files))
