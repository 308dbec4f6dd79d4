"""``oneseek verify``: is everything still what the ledger says?"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.output import one_line

if TYPE_CHECKING:
    from oneseek.cli.wiring.deep_verification import Verification
    from oneseek.domain.note.checkpoint import Checkpoint
    from oneseek.domain.note.signed_note import VerifierKey


@make(
    examples=(
        "oneseek verify",
        "oneseek verify v1.0",
        "oneseek verify --deep",
        "oneseek verify --key log.vkey --json",
        "oneseek ledger head --note > kept.checkpoint && oneseek verify --since kept.checkpoint",
    ),
    codes=(0, 1, 2, 3, 5, 6, 10),
)
@click.argument("version", metavar="[DNA]", required=False)
@click.option(
    "--deep",
    is_flag=True,
    help="Also read every object and base model, every checkpoint, the vault, and "
    "fold the state again.",
)
@click.option(
    "--key",
    "given",
    multiple=True,
    help="Public key to trust (or a file with it); may be repeated.  [default: the workspace's]",
)
@click.option(
    "--since",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A checkpoint that you kept: believe what it binds, verify that the ledger goes on from "
    "it, and read only the entries after it.",
)
def verify(
    app: App, version: str | None, deep: bool, given: tuple[str, ...], since: Path | None
) -> None:
    """Verify the ledger, the kept objects and every projection, or version DNA alone.

    Nothing is repaired.

    Every entry is hashed into a root of our own and compared with the signed checkpoint; every file
    of the certified tree is compared with its manifest. A finding names the file, the version and
    the ledger entry. Trust begins with the public key and goes on to the keys that the ledger
    announces under it (oneseek keys list). Signatures of versions must be by a key that was
    announced before and not retired then.

    With DNA, only this version's files, entries and signature are looked at, and proved to be under
    the newest checkpoint: other entries are not read. Exit code 10 means that the ledger itself is
    broken, 1 anything else.
    """
    from oneseek.cli.wiring.given_keys import given_keys

    if app.location.url is not None:
        app.heal()  # what other machines recorded since is no damage here
    keys = given_keys(given) or app.pinned
    if version is not None and (deep or since is not None):
        raise click.UsageError("name a version, or give --deep or --since: choose one")
    if version is not None:
        _one_version(app, keys, version)
    else:
        _everything(app, keys, deep, since)


def _everything(app: App, keys: "tuple[VerifierKey, ...]", deep: bool, since: Path | None) -> None:
    from oneseek.cli.output import count_text
    from oneseek.cli.wiring.findings import FOUND, report
    from oneseek.cli.wiring.kept_checkpoint import kept_checkpoint
    from oneseek.cli.wiring.verification import run_verification, run_verification_since
    from oneseek.domain.errors import LedgerBroken

    if since is not None and deep:
        raise click.UsageError(
            "--since looks at new entries only, --deep at everything: choose one"
        )
    kept, signers = kept_checkpoint(app, since, keys) if since is not None else (None, ())
    found = (
        run_verification_since(app, keys, kept, signers)
        if kept is not None
        else run_verification(app, keys, deep=deep)
    )
    if not found.ledger_broken and (closed := app.ledger.closed()) is not None:
        app.out.note(f"note: {closed.sentence}; {closed.hint}")
    report(
        app.out,
        found.findings,
        {
            "size": found.size,
            "root": found.root.hex(),
            "entries": found.size,
            "files": found.files,
            "signatures": found.signatures,
            "deep": deep,
            "since": kept.size if kept is not None else None,
        },
        _since(kept, found)
        if kept is not None
        else f"✓ {found.size} entries: every hash is in the "
        f"signed root {found.root.hex()[:16]}…\n"
        f"✓ {count_text(found.versions, 'version')}, "
        f"{count_text(found.files, 'file')} on disk: all as recorded"
        + _signatures(found)
        + (f"\n✓ {found.objects} objects read, state folded again" if deep else ""),
        code=LedgerBroken.exit_code if found.ledger_broken else FOUND,
    )


def _one_version(app: App, keys: "tuple[VerifierKey, ...]", text: str) -> None:
    from oneseek.cli.wiring.findings import report
    from oneseek.cli.wiring.version_verification import verify_version
    from oneseek.domain.state.versions import how_it_came

    found = verify_version(app, keys, text)
    version, signed = found.version, found.signed_by
    if version.withdrawn is not None:
        app.out.note(f"note: withdrawn by entry {version.withdrawn}")
    if version.imported is not None:
        app.out.note(
            f"note: it was imported ({version.evidence}): its files are proved since then, how it "
            "was made is not"
        )
    if signed is None:
        app.out.note(f"note: it has no signature; to sign it: oneseek sign {version.dna}")
    report(
        app.out,
        found.findings,
        {
            "dna": version.dna,
            "manifest": version.manifest,
            "entry": version.index,
            "withdrawn": version.withdrawn,
            "evidence": version.evidence,
            "signed_by": signed,
            "size": found.size,
            "root": found.root.hex(),
        },
        f"✓ {one_line(version.dna)}: every file is as its manifest says\n"
        f"✓ {how_it_came(version)} by entry {version.index}, which is in the signed root "
        f"{found.root.hex()[:16]}… of {found.size} entries"
        + (f"\n✓ signed by the model key {signed[:8]}, announced before" if signed else ""),
    )


def _signatures(found: "Verification") -> str:
    from oneseek.cli.output import count_text

    if not found.signatures:
        return ""
    count = count_text(found.signatures, "version")
    return f"\n✓ {count} signed, by keys that were announced before and not retired then"


def _since(kept: "Checkpoint", found: "Verification") -> str:
    from oneseek.cli.output import count_text

    new = count_text(found.size - kept.size, "entry", "entries")
    return (
        f"✓ the ledger goes on from your checkpoint of {kept.size} entries\n"
        f"✓ {new} after it: every hash is in the signed root {found.root.hex()[:16]}…\n"
        "Not looked at: older entries, objects and the certified tree. Everything: oneseek verify"
    )


command = verify
