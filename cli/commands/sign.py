"""``oneseek sign``: sign a version for tools that know nothing of ledgers."""

import click

from oneseek.cli.app import App
from oneseek.cli.command import command as make


@make(
    examples=("oneseek sign v1.0", "oneseek sign --all", "oneseek sign v1.0 --json"),
    codes=(0, 2, 3, 4, 5, 6, 10),
    writes=True,
)
@click.argument("version", metavar="DNA", required=False)
@click.option("--all", "everything", is_flag=True, help="Sign every version that needs it.")
def sign(app: App, version: str | None, everything: bool) -> None:
    """Sign version DNA with the model key of this machine (OpenSSF Model Signing v1.0).

    `oneseek train` signs what it certifies. This signs what has no signature by a key that may sign
    now: versions of before there were model keys, or after a key was retired. The signature is
    `model.sig` in the version's folder, for: model_signing verify key DIR --signature DIR/model.sig
    --public_key KEY.pub   (the key: oneseek keys export -o KEY.pub)
    """
    from oneseek.cli.wiring.signing import ready_signer, unsigned
    from oneseek.cli.wiring.writing import writing
    from oneseek.domain.usecases.sign import sign_version

    if (version is not None) == everything:
        raise click.UsageError("name one version, or give --all")
    with writing(app) as ports:
        signer = ready_signer(app)
        with ports.ledger.view() as view:
            names = [version] if version else [found.dna for found in unsigned(view)]
        done = [sign_version(ports, name, signer) for name in names]
    lines = [
        f"{found.dna} is signed already: nothing to do."
        if found.entry is None
        else f"Signed {found.dna} with the model key {found.key[:8]} in entry {found.entry}."
        for found in done
    ]
    app.out.result(
        {"signed": [{"dna": d.dna, "key": d.key, "entry": d.entry} for d in done]},
        lines or ["Every version that stands is signed already: nothing to do."],
    )


command = sign
