"""Which resets, deletions, backups and prunings happened, and what did they remove?"""

import pytest
from msgspec.structs import replace

import builders as make
from asking import Objects, ask, rows, seen
from oneseek.domain.audit.questions.removals import Removals
from oneseek.domain.collected import Removed, render_inventory

INVENTORY = b'{"active":null,"versions":["a"],"files":[1,2,3,4,5,6,7,8,9]}'


def test_everything_that_was_removed_is_listed_with_who_and_why() -> None:
    answer = ask(
        Removals(Objects(inventory=INVENTORY)), make.registry_reset(), make.restored(1),
        make.withdrawn(1), make.erased("q7"), make.moved_away(), make.moved_back(),
        make.legacy_erased(),
    )  # fmt: skip
    assert answer.verdict == "yes"
    assert answer.because == (
        "1 reset, 1 withdrawal, 2 erasures, 0 prunings, 0 collections recorded"
    )
    listed = [(r["entry"], r["actor"], r["what"], r["removed"], r["reason"])
              for r in rows(answer, "removals")]  # fmt: skip
    assert listed == [
        (0, "anna", "reset", "1 version, 9 files", "start again"),
        (1, "anna", "restoration", f"brought back {make.dna(1)}", None),
        (2, "anna", "withdrawal", make.dna(1), "wrong data"),
        (3, "anna", "erasure", "2 texts of query q7", "asked to"),
        (
            4,
            "anna",
            "move of a legacy source",
            "models/oneseek-7b-zero to legacy-archive/oneseek-7b-zero",
            None,
        ),
        (5, "anna", "return of a legacy source", "models/oneseek-7b-zero", None),
        (
            6,
            "anna",
            "erasure",
            f"the text of legacy file {make.legacy_erased().path}",
            make.legacy_erased().reason,
        ),
    ]


@pytest.mark.parametrize(
    ("inventory", "found"),
    [
        (b'{"versions":["a"],"files":[1]}', "1 version and 1 file"),
        (b'{"versions":["a","b"],"files":[1,2,3,4,5,6,7,8,9]}', "2 versions and 9 files"),
        (b"[]", "no inventory"),
        (b"\xff", "no inventory"),
    ],
)
def test_an_inventory_that_is_not_what_the_reset_says_is_found(
    inventory: bytes, found: str
) -> None:
    answer = ask(Removals(Objects(inventory=inventory)), make.registry_reset())
    assert answer.verdict == "no"
    expected = "an inventory of 1 version and 9 files"
    assert seen(answer) == [("inventory", "entry 0, reset", expected, found)]


def test_an_inventory_that_is_not_kept_is_found() -> None:
    (finding,) = ask(Removals(Objects()), make.registry_reset()).findings
    assert finding.found == f"no object {make.digest('inventory')}"


def _collected(*sizes: int) -> bytes:
    found = [Removed(make.digest(str(n)), n, "a file", None, "nobody") for n in sizes]
    return render_inventory(found, 30)


def test_what_retention_took_is_listed_with_who_and_why() -> None:
    objects = Objects()
    objects.kept[make.digest("collected objects")] = _collected(
        58_394, 1, 2, 3, 100_000, 200_000, 0
    )
    pruned = make.backup_pruned()
    ledger = replace(pruned, dna=None, manifest=None)
    answer = ask(
        Removals(objects), make.objects_collected(), pruned, ledger, make.checkpoint_dropped(),
        make.ledger_restored(), make.backup_taken(),
    )  # fmt: skip
    assert answer.verdict == "yes"
    assert answer.because.endswith("2 prunings, 1 collection, 1 lost machine recorded")
    assert {figure.name: figure.value for figure in answer.figures}["backups taken"] == 1
    assert [(r["what"], r["removed"], r["reason"]) for r in rows(answer, "removals")] == [
        ("collection", "7 objects, 358400 bytes", "nothing kept them for 30 days"),
        ("pruning", f"backup of {make.dna()} in {make.BACKUPS}", pruned.reason),
        ("pruning", f"backup of the ledger or the vault in {make.BACKUPS}", pruned.reason),
        (
            "drop of a checkpoint",
            "daily checkpoint-2026-11-20 of training t1",
            "older than the last 7 days",
        ),
        ("lost machine", "3 entries that no copy has", f"restored from {make.BACKUPS}"),
    ]


def test_an_inventory_that_is_not_what_the_collection_says_is_found() -> None:
    objects = Objects()
    objects.kept[make.digest("collected objects")] = _collected(5)
    (finding,) = ask(Removals(objects), make.objects_collected()).findings
    assert (finding.where, finding.found) == ("entry 0, collection", "1 object, 5 bytes")
    (finding,) = ask(Removals(Objects()), make.objects_collected()).findings
    assert finding.found == "0 objects, 0 bytes"
