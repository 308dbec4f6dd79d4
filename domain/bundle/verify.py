"""Judging a bundle: from a trusted key to every claim that can be proven with it.

Each step relies on the ones before, so the first step that finds something is the last one taken:
its findings name the place, and nothing is said of what could not be relied on.
"""

from dataclasses import dataclass

from oneseek.domain.bundle.activity import Activity
from oneseek.domain.bundle.attached import (
    check_exports,
    check_keys,
    check_manifests,
    check_model,
    check_rows,
)
from oneseek.domain.bundle.contents import Contents, Files, read_contents
from oneseek.domain.bundle.history import (
    Lineage,
    check_opening,
    check_streams,
    follow_lineage,
)
from oneseek.domain.bundle.statements import CheckModelKey, check_statements
from oneseek.domain.bundle.trust import CheckSignature, Trust, check_trust, check_witnesses
from oneseek.domain.bundle.verdict import Verdict
from oneseek.domain.errors import ProofRefused
from oneseek.domain.events import VersionImported

NOT_PROVEN = (
    "that no entry was left out of what belongs to other streams: proofs of inclusion show what is "
    "in the log, never what is not; ask for the log itself, or for a proof of absence",
    "that no key was retired, no version withdrawn and nothing reset after the last entry that is "
    "told here, or after the checkpoint",
    "the times, names and reasons: they are what the writers said",
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict, with what the bundle told; ``activity`` is None where it was not looked at."""

    verdict: Verdict
    contents: Contents | None
    lineage: Lineage | None
    activity: Activity | None


@dataclass(frozen=True, slots=True)
class Crypto:
    """What checks signatures: of logs, of model keys, of witnesses."""

    log: CheckSignature
    model: CheckModelKey
    witness: CheckSignature


def verify_bundle(files: Files, trust: Trust, crypto: Crypto) -> Judged:
    """Examine a bundle; the receiver got the keys in ``trust`` elsewhere.

    Raises:
        InvalidInput: it is no bundle of this format.
    """
    verdict = Verdict()
    contents: Contents | None = None
    lineage: Lineage | None = None
    activity: Activity | None = None
    try:
        contents = read_contents(files, verdict)
        if contents is not None:
            heads = check_trust(contents, trust.keys, crypto.log, verdict)
            lineage = _history(contents, verdict)
            if lineage is not None and not verdict.findings:
                index = lineage.versions[0].index
                check_witnesses(heads, index, trust.witnesses, crypto.witness, verdict)
                activity = _rest(contents, lineage, crypto.model, verdict)
    except ProofRefused as error:
        verdict.refuse("file", "the bundle", error)
    if not verdict.findings and contents is not None:
        verdict.asserted.extend((*NOT_PROVEN, *_texts(contents)))
    return Judged(verdict, contents, lineage, activity)


def _history(contents: Contents, verdict: Verdict) -> Lineage | None:
    if verdict.findings:
        return None
    listing = contents.listing
    check_opening(contents.told, listing.origin, verdict)
    check_streams(contents.told, verdict)
    if verdict.findings:
        return None
    return follow_lineage(contents.told, listing.manifest, listing.dna, verdict)


def _rest(
    contents: Contents, lineage: Lineage, check: CheckModelKey, verdict: Verdict
) -> Activity | None:
    if verdict.findings:
        return None
    activity = Activity(lineage, verdict)
    activity.follow(contents.told)
    manifests = check_manifests(contents, lineage, verdict)
    check_statements(contents, lineage, manifests, check, verdict)
    for item in contents.told:
        if item.index not in lineage.used:
            kind = item.event.kind
            verdict.expect("extra-entry", f"entry {item.index}", "nothing that is foreign", kind)
    check_rows(contents, lineage, verdict)
    check_keys(contents, verdict)
    check_exports(contents, lineage, manifests, verdict)
    if verdict.findings:
        return None
    check_model(contents, lineage, manifests, verdict)
    _tell(contents, lineage, activity, verdict)
    return activity


def _tell(contents: Contents, lineage: Lineage, activity: Activity, verdict: Verdict) -> None:
    """Say what follows from everything together."""
    first, last = lineage.versions[0].event, lineage.versions[-1].event
    base = lineage.bases[last.base]
    verdict.proven.insert(0, f"{len(contents.told)} entries are in the log, each under its root")
    steps = "from it" if len(lineage.versions) == 1 else f"over {len(lineage.versions)} versions"
    what = "every dataset and training by digest"
    if (imported := lineage.imported) is not None:
        steps += f", through the imported version {imported.event.dna}"
        what = "every dataset and training since by digest"
        verdict.asserted.append(_not_known(imported.event))
    verdict.proven.append(
        f"{first.dna} (manifest {first.manifest}) goes back to the base model {base.name} "
        f"({last.base}) {steps}, with {what}"
    )
    if activity.lines:
        verdict.proven.append(f"{len(activity.lines)} activations, withdrawals and resets fit")


def _not_known(imported: VersionImported) -> str:
    return (
        f"how {imported.dna} was made, and that it stands on that base model: an older system's "
        f"records were imported, {imported.verdict} ({imported.reason})"
    )


def _texts(contents: Contents) -> list[str]:
    found = ["README.txt and verify_bundle.py: use a copy of the script that you trust"]
    if contents.parts.get("export"):
        found.append("what exports/ says beyond naming the version: check it with its own tools")
    if contents.parts.get("witness") or len(contents.head.note.signatures) > 1:
        found.append("the cosignatures of witnesses that you did not name with --witness")
    return found
