"""Reset: the certified tree is emptied, after what was there has been recorded and kept."""

from collections.abc import Callable, Mapping

from oneseek.domain.certification.metadata import render_json
from oneseek.domain.decisions import Decision, registry
from oneseek.domain.digest import Digest
from oneseek.domain.errors import InvalidInput
from oneseek.domain.events import RegistryReset
from oneseek.domain.ports import Ports, View
from oneseek.domain.projections.difference import Actual
from oneseek.domain.state.documents import Version, stands
from oneseek.domain.state.registry import registry_state
from oneseek.domain.stored import Receipt
from oneseek.domain.usecases.record import record, require_recordable
from oneseek.domain.values import MAX_COUNT

WORD = "RESET"
_ANY = Digest("0" * 64)

Inventory = Callable[[], Mapping[str, Actual]]
"""Lists the certified tree as it is, and keeps every file in it that no object holds yet."""


def reset(ports: Ports, *, word: str, reason: str, inventory: Inventory) -> Receipt:
    """Record who emptied the tree, why, and what was there. The projection then empties it.

    Raises:
        InvalidInput: ``word`` is not ``RESET``, or the reason is too long; nothing happened.
    """
    if word != WORD:
        raise InvalidInput(
            f"a reset needs the word {WORD}, exactly so", hint=f"oneseek reset --confirm {WORD}"
        )
    draft = RegistryReset(
        reason=reason, inventory=_ANY, versions=MAX_COUNT, files=MAX_COUNT, active=_ANY
    )
    require_recordable(ports, draft)
    listing = inventory()

    def on(view: View) -> Decision:
        state = registry_state(view)
        standing = [name for name, v in view.scan(Version) if stands(v, state)]
        files = [
            {"path": path, "kind": actual.kind, "sha256": actual.digest, "target": actual.target}
            for path, actual in sorted(listing.items())
            if actual.kind != "dir"
        ]
        document = {"active": state.active, "versions": standing, "files": files}
        digest = ports.objects.put(render_json(document))
        return registry.reset(
            view, reason=reason, inventory=digest, versions=len(standing), files=len(files)
        )

    receipt = record(ports, on)
    assert receipt is not None
    return receipt
