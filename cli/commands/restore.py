"""``oneseek restore``: bring back a version, or a whole workspace, from backups."""

from pathlib import Path

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.output import count_text


@make(
    examples=(
        "oneseek restore OneSeek-7B-Zero.v1.0",
        "oneseek restore OneSeek-7B-Zero.v1.0 --from s3://bucket/prefix",
        "oneseek restore --vault file:///mnt/safe/oneseek",
        "oneseek restore --all --ledger file:///mnt/disk/oneseek --into workspace "
        "--public-key log.vkey --keys safe/keys --vault file:///mnt/safe/oneseek",
        "oneseek restore --all --ledger s3://bucket/prefix --into workspace "
        "--known kept.checkpoint --known https://log.example/oneseek",
    ),
    codes=(0, 1, 2, 3, 4, 5, 6, 10),
    writes=True,
)
@click.argument("dna", required=False)
@click.option(
    "--from",
    "sources",
    multiple=True,
    metavar="PLACE",
    help="Where to look for objects, in this order; may be repeated.  "
    "[default: where the ledger says that backups are]",
)
@click.option("--all", "everything", is_flag=True, help="Make a whole workspace again.")
@click.option("--ledger", metavar="PLACE", help="With --all: where the backup of the ledger is.")
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    help="With --all: a new or empty folder.  [default: the current one]",
)
@click.option(
    "--public-key",
    metavar="VKEY",
    help="With --all: the public key of the log that you kept, or a file with it.",
)
@click.option(
    "--keys",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="With --all: your safe copy of .oneseek/keys.",
)
@click.option(
    "--known",
    multiple=True,
    metavar="FILE|DIR|URL",
    help="With --all: a newer checkpoint that you kept, a published log, a mirror.db or "
    "firestore:PROJECT; may be repeated.",
)
@click.option(
    "--size",
    type=click.IntRange(min=1),
    help="With --all: the newest backup of at most so many entries.",
)
@click.option(
    "--vault",
    metavar="PLACE",
    help="Where the backup of the vault is: alone, or with --all.",
)
@click.option(
    "--ledger-url",
    metavar="URL",
    help="With --all: the database for the ledger, as for init.  [default: a file]",
)
def restore(
    app: App, dna: str | None, sources: tuple[str, ...], everything: bool, **rest: object
) -> None:
    """Bring the version DNA back from a backup, the vault, or with --all a whole workspace.

    A version: objects that are missing or damaged here are fetched, verified on the way; one that a
    reset has removed stands in the certified tree again. It is not activated.

    --vault alone: keys of sealed texts and salts of datasets are put into the vault of this
    workspace, from the newest backup of it at PLACE. Keys that are here stay, what was erased
    stays erased. Then: oneseek firebase rebuild, where texts are shown.

    --all: on an empty machine, from backups alone. The newest whole backup of the ledger is taken,
    every entry is verified against the signed root, and everything derived is made again, byte for
    byte. Trust begins with --public-key; without it the key comes from the backup itself, which is
    said. With --known it is proved that the backup belongs to the same history, entries that a
    published log has beyond it are brought back, and those that are lost are listed. Keys are in
    no backup: with --keys the workspace can write, without it can be read and verified. Exit
    code 1: something is lost or missing.
    """
    if not everything:
        vault = rest.pop("vault")
        if dna is None and not vault:
            raise click.UsageError("name a version, --vault PLACE, or --all")
        if given := [name for name, value in rest.items() if value]:
            raise click.UsageError(f"--{given[0].replace('_', '-')} goes with --all only")
        if dna is None:
            if sources:
                raise click.UsageError("--from goes with a version, or with --all")
            _restore_vault(app, str(vault))
        elif vault:
            raise click.UsageError("--vault goes without a version, or with --all")
        else:
            _restore_version(app, dna, sources)
        return
    if dna is not None:
        raise click.UsageError("--all restores every version: leave DNA out")
    if not rest["ledger"]:
        raise click.UsageError("--all needs --ledger PLACE")
    _restore_all(app, sources, rest)


def _restore_all(app: App, sources: tuple[str, ...], rest: dict[str, object]) -> None:
    from msgspec import convert

    from oneseek.adapters.keys.passphrase import backup_passphrase
    from oneseek.cli.wiring.given_keys import given_key
    from oneseek.cli.wiring.restore_all import Wish, restore_all

    given = {name: value for name, value in rest.items() if value}
    key = given.get("public_key")
    vault = given.get("vault")
    wish = Wish(
        into=convert(given.get("into", Path()), Path),
        ledger=str(given["ledger"]),
        sources=sources,
        public_key=given_key(str(key)) if key else None,
        keys=convert(given.get("keys"), Path | None),
        known=convert(given.get("known", ()), tuple[str, ...]),
        size=convert(given.get("size"), int | None),
        vault=str(vault) if vault else None,
        url=str(given["ledger_url"]) if "ledger_url" in given else None,
        passphrase=backup_passphrase(new=False) if vault else b"",
    )
    if wish.public_key is None:
        app.out.note(
            "note: the public key comes from the backup itself, so whoever can write there could "
            "have made another history: compare .oneseek/checkpoint.vkey with your copy"
        )
    done = restore_all(app, wish)
    app.out.result(done.as_json(), done.lines())
    if not done.complete:
        raise SystemExit(1)


def _restore_vault(app: App, place: str) -> None:
    from oneseek.adapters.keys.passphrase import backup_passphrase
    from oneseek.cli.wiring.restored_vault import restore_vault

    url, kept, passed = restore_vault(app, place, backup_passphrase(new=False))
    for item in passed:
        app.out.note(f"note: passed over: {item.name}: {item.why}")
    app.out.result(
        {"from": url, "keys": kept.keys, "erased": kept.erased, "salts": kept.salts},
        [
            f"✓ vault: {count_text(kept.keys, 'key')}, salts of "
            f"{count_text(kept.salts, 'dataset')}; {kept.erased} erased and not put back"
        ],
    )


def _restore_version(app: App, dna: str, sources: tuple[str, ...]) -> None:
    from oneseek.cli.wiring.restoring_version import restore_version

    done = restore_version(app, dna, sources)
    fetched = count_text(done.objects, "object")
    lines = []
    if done.objects:
        lines.append(f"Fetched: {fetched} of {done.dna} from {', '.join(done.targets)}")
    if done.stands_again is not None:
        lines.append(f"Restored: {done.dna} (entry {done.stands_again})")
    app.out.result(
        {
            "restored": done.dna,
            "entry": done.stands_again,
            "objects": done.objects,
            "bytes": done.size,
            "from": list(done.targets),
        },
        lines or [f"{done.dna} stands in the certified tree, and all of its objects are whole"],
    )


command = restore
