"""``*.tmp``: what a program was writing when it stopped. Never taken for the file it was to be."""

from oneseek.migrations.format import Format, Reading
from oneseek.migrations.look import Look
from oneseek.migrations.rules.people import holds_people_text
from oneseek.migrations.texts import shown
from oneseek.migrations.verdicts import Verdict


def _matches(look: Look) -> bool:
    return look.name.lower().endswith(".tmp") and not holds_people_text(look)


def _read(look: Look) -> Reading:
    reason = "left over by a program that stopped while it wrote; it may be cut"
    return Reading(verdict=Verdict.ASSERTED, reason=reason, says=shown(look.name, 120))


FORMAT = Format(
    name="temporary-file",
    what="a file that a program left half written",
    rank=85,
    matches=_matches,
    read=_read,
)
