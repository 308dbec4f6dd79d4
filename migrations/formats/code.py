"""Programs in a tree, ``verify_integrity.py`` among them. They are kept and never run.

The old verifier needs files that no certified model has, hashes no weights and takes the key for a
signature from the file that it checks: what it would say is worth nothing.
"""

from oneseek.migrations.format import Format, Reading
from oneseek.migrations.look import Look
from oneseek.migrations.texts import shown
from oneseek.migrations.verdicts import Verdict

_ENDINGS = (
    ".py", ".pyc", ".pyw", ".js", ".cjs", ".mjs", ".ts", ".jsx", ".tsx", ".sh", ".bash", ".bat",
    ".cmd", ".ps1", ".exe", ".dll", ".so",
)  # fmt: skip


def _matches(look: Look) -> bool:
    return look.name.lower().endswith(_ENDINGS)


def _read(look: Look) -> Reading:
    reason = "a program; it is kept and never run"
    if look.name.lower() == "verify_integrity.py":
        reason = "the old verifier; it is kept and never run, for it checks no weights"
    return Reading(verdict=Verdict.ASSERTED, reason=reason, says=shown(look.name, 120))


FORMAT = Format(name="code", what="a program", rank=40, matches=_matches, read=_read)
