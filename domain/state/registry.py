"""The registry document: what is active, and when the tree was last emptied."""

from oneseek.domain.state import documents as doc
from oneseek.domain.state.store import Reading


def registry_state(state: Reading) -> doc.RegistryState:
    """Return the registry document, or the one of an empty ledger."""
    found = state.get(doc.RegistryState, doc.REGISTRY_KEY)
    return found or doc.RegistryState(active=None, since=None, last_reset=-1, resets=0)
