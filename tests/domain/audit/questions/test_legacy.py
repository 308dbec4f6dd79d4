"""Which claims come from legacy records, and how good is each?"""

from msgspec.structs import replace

import builders as make
from asking import ask, figure, rows, seen
from oneseek.domain.audit.questions.legacy import Legacy


def test_a_ledger_without_imports_holds_none() -> None:
    answer = ask(Legacy(), make.opened())
    assert answer.verdict == "yes"
    assert answer.because.startswith("no legacy records")
    assert figure(answer, "legacy records") == 0


def test_every_legacy_record_is_counted_under_its_grade() -> None:
    answer = ask(
        Legacy(), make.scanned(), make.imported(verdict="verified by reconstruction"),
        make.imported("b", verdict="contradicted"), make.ledger_imported(), make.item_imported(),
        make.gap(), make.quarantined(),
    )  # fmt: skip
    assert answer.verdict == "yes"
    assert answer.because == (
        "6 legacy records, each marked as one: 1 verified, 1 asserted, 2 contradicted; 1 gap in "
        "older histories"
    )
    assert [tuple(row.values()) for row in rows(answer, "legacy-grades")] == [
        ("versions", 1, 0, 1, 2),
        ("ledgers", 0, 0, 1, 1),
        ("items", 0, 1, 0, 1),
    ]
    counted = {table.name: table.count for table in answer.tables}
    assert counted == {
        "legacy-grades": 3, "legacy-sources": 1, "legacy-versions": 2, "legacy-ledgers": 1,
        "legacy-items": 1, "legacy-gaps": 1, "quarantined": 1,
    }  # fmt: skip
    assert figure(answer, "legacy records contradicted") == 2
    assert figure(answer, "gaps in older histories") == 1
    assert figure(answer, "files in quarantine") == 1


def test_a_source_in_which_nothing_was_recognised_is_told_all_the_same() -> None:
    answer = ask(Legacy(), make.scanned())
    assert (answer.verdict, figure(answer, "legacy records")) == ("yes", 0)
    assert [row["path"] for row in rows(answer, "legacy-sources")] == ["models/oneseek-7b-zero"]


def test_a_record_without_a_known_verdict_is_found() -> None:
    answer = ask(Legacy(), make.imported(verdict="certainly"))
    assert seen(answer) == [("legacy-verdict", "entry 0", "a known verdict", "certainly")]


def test_a_ledger_whose_blocks_do_not_add_up_is_found() -> None:
    answer = ask(Legacy(), replace(make.ledger_imported(), blocks=8))
    assert seen(answer) == [
        ("legacy-blocks", "entry 0, legacy ledger ml/ledger/ledger.json", "verdicts on 8 blocks",
         "7")
    ]  # fmt: skip
