"""``oneseek verify``: is everything still what the ledger says?"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make

if TYPE_CHECKING:
    from oneseek.cli.wiring.deep_verification import Verification
    from oneseek.domain.note.checkpoint import Checkpoint


@make(
    examples=(
        "oneseek verify",
        "oneseek verify --deep",
        "oneseek verify --key log.vkey --json",
        "oneseek ledger head --note > kept.checkpoint && oneseek verify --since kept.checkpoint",
    ),
    codes=(0, 1, 2, 3, 5, 10),
)
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
def verify(app: App, deep: bool, given: tuple[str, ...], since: Path | None) -> None:
    """Verify the ledger, the kept objects and every projection. Nothing is repaired.

    Every entry is hashed into a root of our own and compared with the signed checkpoint; every file
    of the certified tree is compared with its manifest. A finding names the file, the version and
    the ledger entry. Trust begins with the public key and goes on to the keys that the ledger
    announces under it (oneseek keys list). Exit code 10 means that the ledger itself is broken, 1
    anything else.
    """
    from oneseek.cli.output import count_text
    from oneseek.cli.wiring.findings import FOUND, report
    from oneseek.cli.wiring.kept_checkpoint import kept_checkpoint
    from oneseek.cli.wiring.keys import given_key
    from oneseek.cli.wiring.verification import run_verification, run_verification_since
    from oneseek.domain.errors import LedgerBroken

    if app.location.url is not None:
        app.heal()  # what other machines recorded since is no damage here
    keys = tuple(given_key(key) for key in given) or app.pinned
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
            "deep": deep,
            "since": kept.size if kept is not None else None,
        },
        _since(kept, found)
        if kept is not None
        else f"✓ {found.size} entries: every hash is in the "
        f"signed root {found.root.hex()[:16]}…\n"
        f"✓ {count_text(found.versions, 'version')} certified, "
        f"{count_text(found.files, 'file')} on disk: all as recorded"
        + (f"\n✓ {found.objects} objects read, state folded again" if deep else ""),
        code=LedgerBroken.exit_code if found.ledger_broken else FOUND,
    )


def _since(kept: "Checkpoint", found: "Verification") -> str:
    from oneseek.cli.output import count_text

    new = count_text(found.size - kept.size, "entry", "entries")
    return (
        f"✓ the ledger goes on from your checkpoint of {kept.size} entries\n"
        f"✓ {new} after it: every hash is in the signed root {found.root.hex()[:16]}…\n"
        "Not looked at: older entries, objects and the certified tree. Everything: oneseek verify"
    )


command = verify
