"""What the shared ``ledger_proof.json`` says of certified models, checked against their records."""

from collections.abc import Callable
from pathlib import Path

from oneseek.migrations.assembly.draft import Draft
from oneseek.migrations.assembly.looking import look_at
from oneseek.migrations.assembly.material import Material, name_of, parent
from oneseek.migrations.format import LedgerFacts
from oneseek.migrations.rules import name_hashes as rules
from oneseek.migrations.rules.categories import categories
from oneseek.migrations.rules.legacy_paths import last_part
from oneseek.migrations.verdicts import Claim, Verdict

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
    facts = draft.facts
    models = facts.values.get("trained_models") or list(facts.base_models)
    dataset = facts.values.get("dataset")
    tags = categories(last_part(dataset) or dataset) if isinstance(dataset, str) else frozenset()
    order = None
    if isinstance(models, list):
        names = [str(model) for model in models]
        order = rules.order_for_immutable_hash(wanted, dna, names, tags)
    if order is not None:
        verdict = Verdict.RECONSTRUCTED
        reason = (
            f"{path}: recomputes from name, version, equal shares and categories; it is in no "
            "chain, unsigned, and covers neither data nor weights"
        )
    elif not isinstance(dataset, str):
        verdict = Verdict.ASSERTED
        reason = f"{path}: cannot be recomputed without the dataset's name in training_results.json"
    else:
        verdict, reason = Verdict.CONTRADICTED, f"{path}: the records give another hash"
    return Claim(about="immutable-hash", says=wanted[:100], verdict=verdict, reason=reason)
