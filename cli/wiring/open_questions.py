"""Which questions of an import somebody has answered since: they need not be asked again."""

from collections.abc import Mapping
from typing import Any

from oneseek.cli.app import App
from oneseek.domain.state.documents import Version
from oneseek.domain.state.registry import registry_state

ACTIVATE, BASE = ["oneseek", "activate"], ["oneseek", "migrate", "base"]


def without_settled(app: App, report: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``report`` with the questions that are still open.

    A version is active: nobody is asked which one is to answer. Every version whose records use
    one name for a base model has one: nobody is asked which it is.
    """
    with app.ledger.view() as view:
        active = registry_state(view).active is not None
        versions = {key: version for key, version in view.scan(Version)}
    nameless = {each.base_name for each in versions.values() if each.base is None}

    def settled(command: str) -> bool:
        words = command.split()
        if words[:2] == ACTIVATE:
            return active
        named = versions.get(words[3]) if words[:3] == BASE and len(words) > 3 else None
        return named is not None and named.base_name not in nameless

    asked = report["questions"]
    rows = [row for row in asked["rows"] if not settled(row["command"])]
    gone = len(asked["rows"]) - len(rows)
    return {**report, "questions": {"count": asked["count"] - gone, "rows": rows, "settled": gone}}
