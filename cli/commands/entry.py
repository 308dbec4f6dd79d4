"""``oneseek entry``: one entry with its bytes and its proof."""

import click
import msgspec

from oneseek.cli.app import App
from oneseek.cli.command import command as make
from oneseek.cli.output import escaped_json, one_line
from oneseek.domain.registry import REGISTRY
from oneseek.domain.usecases.prove_entry import prove_entry


@make(examples=("oneseek entry 0", "oneseek entry 12 --proof > entry-12.tlog-proof"))
@click.argument("index", type=click.IntRange(min=0, max=2**53))
@click.option("--proof", "as_proof", is_flag=True, help="Print the C2SP tlog-proof instead.")
def entry(app: App, index: int, as_proof: bool) -> None:
    """Show the entry INDEX: its exact bytes, its leaf hash and the checkpoint that covers it."""
    proof = prove_entry(app.ledger, index)
    if as_proof:
        click.echo(proof.format().decode(), nl=False)
        return
    record = next(app.ledger.records(index, index + 1))
    found = REGISTRY.decode(record.raw, where=f"entry {index}")
    size, note = app.ledger.checkpoint_covering(index)
    app.out.result(
        {
            "index": index,
            "leaf_hash": record.leaf_hash.hex(),
            "entry": msgspec.Raw(record.raw),
            "raw": record.raw.decode(),
            "checkpoint_size": size,
            "checkpoint": note.decode(),
            "inclusion_path": [item.hex() for item in proof.path],
        },
        (
            f"Entry      {index}, {len(record.raw)} bytes",
            f"Kind       {found.kind}",
            f"Stream     {one_line(found.stream)}, version {found.stream_version}",
            f"Time       {found.time}",
            f"Actor      {one_line(found.actor)}",
            f"Leaf hash  {record.leaf_hash.hex()}",
            f"Covered by the checkpoint of {size} entries, path of {len(proof.path)} hashes",
            "",
            *escaped_json(msgspec.json.format(record.raw, indent=2).decode()).split("\n"),
        ),
    )


command = entry
