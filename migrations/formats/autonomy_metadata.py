"""``metadata.json`` in a folder ``auto-{cycle}-{seconds}``: the simulated training of autonomy.

It waits two seconds, trains nothing and writes no weights.
"""

from oneseek.migrations.claims import asserted, figures, said_claims, summed
from oneseek.migrations.format import Format, Reading, VersionFacts
from oneseek.migrations.formats.certified_metadata import NAMES
from oneseek.migrations.look import Look
from oneseek.migrations.record import Record, record_reader
from oneseek.migrations.shapes import has
from oneseek.migrations.texts import shown


def _matches(look: Look) -> bool:
    return look.name.lower() in NAMES and has(look, "run_id", "step")


def _read(record: Record) -> Reading:
    run = record.text("run_id", required=True)
    base = record.text("base_model")
    record.get("step", required=True)
    settings = figures(record, "epochs", "learning_rate")
    claims = [
        *said_claims(record, ("run_id", "step", "dataset")),
        *([] if base is None else [asserted("base", base)]),
        *(asserted(f"config:{key}", value) for key, value in settings.items()),
        asserted("training", "done", "the old program only waits: nothing was trained"),
    ]
    verdict, reason = summed(claims)
    facts = VersionFacts(
        name=run,
        base_models=() if base is None else (base,),
        simulated=True,
        values={"dataset": record.text("dataset")},
    )
    says = f"{shown(run or '?', 80)}, trained nothing"
    return Reading(verdict=verdict, reason=reason, says=says, facts=facts, claims=tuple(claims))


FORMAT = Format(
    name="autonomy-metadata",
    what="metadata of a run of the autonomy engine",
    rank=40,
    matches=_matches,
    read=record_reader(_read),
)
