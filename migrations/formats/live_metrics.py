"""``live_metrics.json``: what the trainer showed while it ran. Its last state is left over.

``val_losses`` are training losses, ``validation_accuracy`` is a constant. The micro-training wrote
a file of this name as well, with ``updated_at``.
"""

from oneseek.migrations.claims import asserted, figure_claims, figures, summed, time_claim, time_of
from oneseek.migrations.format import Format, Reading, VersionFacts
from oneseek.migrations.look import Look
from oneseek.migrations.record import Record, record_reader
from oneseek.migrations.texts import shown

_KEYS = ("step", "total_steps", "total_epochs", "progress_percent", "current_epoch")


def _matches(look: Look) -> bool:
    return look.name.lower() == "live_metrics.json"


def _read(record: Record) -> Reading:
    written = time_of(record, "timestamp")
    updated = time_of(record, "updated_at")
    epoch = record.count("epoch")
    measured = figures(record, "total_loss", "validation_accuracy")
    losses = record.numbers("val_losses")
    record.allow("type", "weights", "lr_multipliers", "auto_stop_info", *_KEYS)
    reason = "called a validation loss there; it is the training loss"
    claims = [
        *time_claim("written", written),
        *time_claim("written", updated),
        *figure_claims(measured),
        *(asserted(f"metric:val_losses:{name}", loss, reason) for name, loss in losses.items()),
    ]
    verdict, reason = summed(claims)
    facts = VersionFacts(values={"val_losses": losses})
    says = f"state after epoch {shown(epoch, 40)}"
    return Reading(verdict=verdict, reason=reason, says=says, facts=facts, claims=tuple(claims))


FORMAT = Format(
    name="live-metrics",
    what="the last state of a training's live display",
    matches=_matches,
    read=record_reader(_read),
)
