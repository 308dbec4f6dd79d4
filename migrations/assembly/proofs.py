"""What the shared ``ledger_proof.json`` says of certified models, checked against their records."""

from collections.abc import Callable
from pathlib import Path

from oneseek.migrations.assembly.draft import Draft
from oneseek.migrations.assembly.looking import look_at
from oneseek.migrations.assembly.material import Material, name_of, parent
from oneseek.migrations.assembly.recomputed import ingredients
from oneseek.migrations.format import LedgerFacts
from oneseek.migrations.name_check import immutable_claim
from oneseek.migrations.verdicts import Claim

PROOF_NAME = "ledger_proof.json"


def proof_claims(material: Material, root: Path) -> Callable[[Draft], list[Claim]]:
    """Return what gives the claims about a draft that proofs of its tree make."""
    entries: dict[tuple[str, str], list[tuple[str, dict[str, object]]]] = {}
    for path in material.with_facts(LedgerFacts):
        if name_of(path) == PROOF_NAME:
            for entry in _entries(material, root, path):
                directory = str(entry.get("directory", ""))
                entries.setdefault((parent(path), directory), []).append((path, entry))

    def of(draft: Draft) -> list[Claim]:
        home = parent(draft.path)
        found = entries.get((parent(home), name_of(home)), [])
        return [_claim(path, entry, draft) for path, entry in found]

    return of


def _entries(material: Material, root: Path, path: str) -> list[dict[str, object]]:
    filed = material.get(path)
    assert filed is not None
    value = look_at(root, filed.item).json.value
    models = value.get("models") if isinstance(value, dict) else None
    return [one for one in models if isinstance(one, dict)] if isinstance(models, list) else []


def _claim(path: str, entry: dict[str, object], draft: Draft) -> Claim:
    wanted, dna = str(entry.get("immutableHash", "")), str(entry.get("dna", ""))
    found = immutable_claim(wanted, ingredients(dna, draft.facts))
    return Claim(
        about="immutable-hash",
        says=wanted[:100],
        verdict=found.verdict,
        reason=f"{path}: {found.reason}; it is in no chain and unsigned",
    )
