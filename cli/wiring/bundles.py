"""Bundles as files: writing one from a workspace, and judging one without any."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from oneseek.adapters.bundle.reading import open_bundle
from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.keys.p256 import check_p256
from oneseek.adapters.keys.witness_key import check_cosignature
from oneseek.cli.output import Output, one_line
from oneseek.cli.wiring.findings import report
from oneseek.cli.wiring.given_keys import given_keys
from oneseek.domain.bundle import layout
from oneseek.domain.bundle.contents import read_head, read_listing
from oneseek.domain.bundle.trust import Trust
from oneseek.domain.bundle.verdict import Verdict
from oneseek.domain.bundle.verify import Crypto, Judged, verify_bundle
from oneseek.domain.errors import FoundDamage, InvalidInput, LedgerBroken, ProofRefused
from oneseek.domain.note.cosignature import require_witnesses
from oneseek.domain.note.signed_note import ALGORITHM_ED25519, VerifierKey

if TYPE_CHECKING:
    from oneseek.cli.app import App
    from oneseek.domain.dossier import Dossier
    from oneseek.domain.stored import Head

CRYPTO = Crypto(check_ed25519, check_p256, check_cosignature)


@dataclass(frozen=True, slots=True)
class Exported:
    """A bundle that was written: of ``size`` entries, ``length`` bytes long."""

    dna: str
    manifest: str
    size: int
    files: int
    length: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What a bundle says of itself."""

    origin: str
    dna: str
    manifest: str
    size: int
    root: str
    signers: tuple[str, ...]
    paths: tuple[str, ...]


def export_to(
    app: "App", text: str, output: Path, *, with_weights: bool, required: int
) -> Exported:
    """Write the bundle of the version that ``text`` names.

    Raises:
        NotFound: there is no such version, or no checkpoint with so many cosignatures.
        LedgerBroken: what was written does not verify: it is not kept.
    """
    from oneseek.domain.decisions.lookup import find_version
    from oneseek.domain.dossier import gather
    from oneseek.domain.usecases.witnessed import newest_cosigned

    with app.ledger.view() as view:
        head, version = view.head, find_version(view, text)
        dossier = gather(app.ledger, view, app.objects.read, version)
    cosigned = {}
    if required:
        found = newest_cosigned(
            app.ledger, version.index, app.witnesses, required, check_cosignature
        )
        cosigned[found.size] = found.note
    return write_dossier(app, dossier, head, output, with_weights=with_weights, cosigned=cosigned)


def write_dossier(
    app: "App",
    dossier: "Dossier",
    head: "Head",
    output: Path,
    *,
    with_weights: bool = False,
    cosigned: Mapping[int, bytes] | None = None,
) -> Exported:
    """Write the bundle of a dossier that was gathered in a view with the head ``head``.

    Raises:
        LedgerBroken: what was written does not verify: it is not kept.
    """
    from oneseek.adapters.bundle.verifier import verifier_script
    from oneseek.adapters.bundle.writing import write_bundle
    from oneseek.cli.wiring.proving import cosigned_head
    from oneseek.domain.usecases.export_bundle import Wish, export_bundle

    wish = Wish(
        verifier_script(),
        with_model=with_weights,
        exports=_documents,
        head=cosigned_head(app, head).note,
        cosigned=cosigned or {},
        witnesses=app.witnesses,
    )
    bundle = export_bundle(app.ports, dossier, head, wish)
    # The first key of the ledger suffices for whoever gets it.
    first = VerifierKey.parse(bundle.files["keys/1.vkey"].decode().strip())
    length = write_bundle(output, bundle, app.objects.open, lambda path: _must_verify(path, first))
    count = len(bundle.files) + len(bundle.kept)
    version = dossier.subject.version
    return Exported(version.dna, version.manifest, head.size, count, length)


def judge(file: Path, given: Sequence[str], witnesses: Sequence[str] = ()) -> Judged:
    """Judge a bundle by the keys in ``given``, each a verifier key or a file that holds one.

    Raises:
        InvalidInput: a key is none, or the file is no bundle.
    """
    trust = Trust(_log_keys(given), given_keys(witnesses))
    require_witnesses(trust.witnesses, trust.keys)
    return _judge(file, trust)


def look_at(file: Path) -> Seen:
    """Return what a bundle says of itself; its form is checked, and nothing else.

    Raises:
        InvalidInput: it is no bundle.
        FoundDamage: its form is not the one spelling.
    """
    verdict = Verdict()
    try:
        with open_bundle(file) as files:
            listing = read_listing(files, verdict)
            if listing is not None:
                head = read_head(files, layout.CHECKPOINT, listing.origin, verdict)
                if head is not None and not verdict.findings:
                    signers = (f"{x.name}+{x.key_id:08x}" for x in head.note.signatures)
                    return Seen(
                        listing.origin,
                        listing.dna,
                        listing.manifest,
                        head.checkpoint.size,
                        head.checkpoint.root.hex(),
                        tuple(signers),
                        tuple(sorted(files.measured)),
                    )
    except ProofRefused as error:
        raise FoundDamage(f"{file} is refused: {error.message}") from None
    found = verdict.findings[0]
    raise FoundDamage(
        f"{file} is refused: {found.where}: expected {found.expected}, found {found.found}"
    )


def print_judged(out: Output, judged: Judged) -> None:
    """Print what is wrong, or what is proven and what is not; leave with the fitting code."""
    verdict, activity = judged.verdict, judged.activity
    timeline = activity.lines if activity is not None else []
    value = {
        "ok": verdict.exit_code == 0,
        "proven": verdict.proven,
        "not_proven": [*verdict.absent, *verdict.asserted],
        "unchecked": verdict.unchecked,
        "timeline": timeline,
    }
    whole = "Not everything was checked." if verdict.unchecked else "The bundle holds."
    lines = [whole, "", *(f"✓ {one_line(line)}" for line in verdict.proven)]
    lines += [f"  {one_line(line)}" for line in timeline]
    lines += ["", "Not proven:"]
    lines += [f"- {one_line(line)}" for line in (*verdict.absent, *verdict.asserted)]
    if verdict.findings or not verdict.unchecked:
        report(out, verdict.findings, value, "\n".join(lines), verdict="The bundle is refused.")
        return
    lines += ["", "Not checked on this machine:"]
    lines += [f"- {one_line(line)}" for line in verdict.unchecked]
    out.result({**value, "ok": False, "findings": []}, lines)
    sys.stdout.flush()
    raise click.exceptions.Exit(verdict.exit_code)


def _judge(file: Path, trust: Trust) -> Judged:
    try:
        with open_bundle(file) as files:
            return verify_bundle(files, trust, CRYPTO)
    except ProofRefused as error:
        verdict = Verdict()
        verdict.refuse("file", str(file), error)
        return Judged(verdict, None, None, None)


def _must_verify(path: Path, key: VerifierKey) -> None:
    """Refuse a bundle that its receiver would refuse: it must not leave the house."""
    judged = _judge(path, Trust((key,)))
    if judged.verdict.findings:
        found = judged.verdict.findings[0]
        raise LedgerBroken(
            f"the bundle does not verify, so it was not written: {found.check}: {found.where}: "
            f"expected {found.expected}, found {found.found}",
            hint="look at the ledger with: oneseek verify --deep",
        )


def _log_keys(given: Sequence[str]) -> tuple[VerifierKey, ...]:
    keys = given_keys(given)
    for key in keys:
        if key.algorithm != ALGORITHM_ED25519:
            raise InvalidInput(
                f"{key.name}+{key.key_id:08x} is no key of a log",
                hint="give the key of a witness with --witness",
            )
    return keys


def _documents(dossier: "Dossier") -> Mapping[str, bytes]:
    """Return every document for other tools, by a name that does not depend on the version."""
    from oneseek.domain.exports.formats import VERSION_FORMATS

    return {f"{form.name}{form.suffix}": form.render(dossier) for form in VERSION_FORMATS}
