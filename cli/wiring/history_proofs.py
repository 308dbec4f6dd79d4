"""Making the file of a history proof, and showing what one proves."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.objects.durable import write_output
from oneseek.cli.app import App
from oneseek.cli.output import one_line
from oneseek.cli.progress import count_bar
from oneseek.domain.index.checking import ProvedHistory
from oneseek.domain.index.saying import CLAIM, RESTS_ON_INDEX, conclusion, sentences
from oneseek.domain.usecases.prove_history import HistoryProver, MadeProof


def write_proof(app: App, path: Path, ask: Callable[[HistoryProver], MadeProof]) -> None:
    """Write the proof that ``ask`` makes to ``path`` and print what it proves.

    Raises:
        CannotCheck: the newest logged index does not reach so far, or none was logged.
        ProofRefused: the opposite is true; nothing is written.
    """
    with count_bar("Reading entries", app.ledger.head().size, show=not app.out.json) as advance:
        made = ask(HistoryProver(app.ledger, app.ring(), check_ed25519, advance))
    write_output(path, made.data)
    app.out.result(
        {"proof": str(path), "bytes": len(made.data), **proved_as_json(made.proved)},
        (
            f"Proved: {one_line(conclusion(made.proved))}",
            f"{path} ({len(made.data)} bytes). Check it anywhere: "
            f"oneseek check {path} --key {made.proved.signed_by[0]}",
        ),
    )


def proved_as_json(proved: ProvedHistory) -> dict[str, Any]:
    """Return what a proof proves, for machines."""
    answer = proved.answer
    return {
        "asks": proved.question.__struct_config__.tag,
        "conclusion": conclusion(proved),
        "origin": proved.checkpoint.origin,
        "checkpoint_size": proved.checkpoint.size,
        "index_entry": proved.index_entry,
        "index_size": proved.size,
        "covered": proved.covered,
        "active": answer.state,
        "manifest": answer.subject.manifest if answer.subject else None,
        "dna": answer.subject.dna if answer.subject else None,
        "certified": answer.certified,
        "history": answer.told,
    }


def show_proved(app: App, proved: ProvedHistory) -> None:
    """Print everything that a checked file shows."""
    shown = sentences(proved)
    app.out.result(
        {
            "ok": True,
            "signature": bool(proved.signed_by),
            **proved_as_json(proved),
            "shown": [*shown, CLAIM, RESTS_ON_INDEX],
        },
        (*(f"✓ {one_line(one)}" for one in shown), "", CLAIM, RESTS_ON_INDEX),
    )
