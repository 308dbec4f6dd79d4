"""Questions and answers are sealed, and erasing destroys their keys and nothing else."""

from collections.abc import Iterable
from dataclasses import replace as replace_field
from datetime import datetime

import pytest

from builders import BASE, digest, version
from oneseek.adapters.objects.vault import Erased, Vault
from oneseek.adapters.objects.vault_db import SqliteVault
from oneseek.domain.errors import Conflict, InvalidInput, NotFound, ServiceFailed
from oneseek.domain.events import QueryAnswered, TextErased
from oneseek.domain.state.documents import Query, Version
from oneseek.domain.usecases.ask import Answered, Reply, ask, check_question
from oneseek.domain.usecases.erase import erase
from workbench import Workbench


def answer(_: str) -> Reply:
    return Reply("Jag är OneSeek.", prompt_tokens=9, answer_tokens=5)


def asked(bench: Workbench, version: Version | None = None) -> Answered:
    return ask(bench.ports, question="Vem är du?", base=BASE, version=version, generate=answer)


def query(bench: Workbench, name: str) -> Query:
    with bench.ledger.view() as view:
        found = view.get(Query, name)
    assert found is not None
    return found


def test_an_answer_is_recorded_with_exactly_what_answered(bench: Workbench) -> None:
    done = asked(bench, version(1))
    event = bench.events()[-1]
    assert isinstance(event, QueryAnswered)
    assert (event.query, done.index) == (done.query, 2)
    assert (event.version, event.base) == (version(1).manifest, digest("tiny"))
    assert (event.prompt_tokens, event.answer_tokens, event.duration_ms) == (9, 5, 1000)
    assert event.prompt_format == "question-answer/v1"
    assert bench.vault.unseal(event.question).decode() == "Vem är du?"
    assert bench.vault.unseal(event.answer).decode() == done.text == "Jag är OneSeek."


def test_a_base_model_may_answer_alone(bench: Workbench) -> None:
    asked(bench)
    event = bench.events()[-1]
    assert isinstance(event, QueryAnswered)
    assert event.version is None


def test_no_text_stands_in_the_ledger_or_in_a_readable_object(bench: Workbench) -> None:
    asked(bench)
    asked(bench)
    raws = [record.raw for record in bench.ledger.records()]
    raws += [bench.objects.read(name) for name, _ in bench.objects.digests()]
    assert not any(b"OneSeek." in raw or b"Vem" in raw for raw in raws)
    first, second = bench.events()[-2:]
    assert isinstance(first, QueryAnswered)
    assert isinstance(second, QueryAnswered)
    assert first.question != second.question  # equal questions cannot be told


def test_a_withdrawn_version_does_not_answer(bench: Workbench) -> None:
    with pytest.raises(Conflict, match="withdrawn by entry 9"):
        asked(bench, version(1, withdrawn=9))
    assert bench.ledger.head().size == 2


def test_a_model_that_breaks_off_leaves_nothing(bench: Workbench) -> None:
    def broken(_: str) -> Reply:
        raise ServiceFailed("no memory")

    with pytest.raises(ServiceFailed):
        ask(bench.ports, question="Vem?", base=BASE, version=None, generate=broken)
    assert bench.ledger.head().size == 2
    assert list(bench.objects.digests()) == []


@pytest.mark.parametrize(
    "question", ["", " \n\t", "a\x00b", "x" * 10_001, "\udcff", "half \ud800 a character"]
)
def test_a_question_that_cannot_be_asked_is_refused(bench: Workbench, question: str) -> None:
    with pytest.raises(InvalidInput):
        ask(bench.ports, question=question, base=BASE, version=None, generate=answer)
    assert bench.ledger.head().size == 2


def test_a_long_question_is_asked_as_it_is() -> None:
    assert check_question("å" * 10_000) == "å" * 10_000


def test_an_erased_text_is_gone_and_its_entry_and_proofs_stay(bench: Workbench) -> None:
    done = asked(bench)
    found, receipt = erase(bench.ports, done.query, "hon bad om det")
    assert receipt is not None
    assert bench.events()[-1] == TextErased(
        query=done.query, objects=(found.question, found.answer), reason="hon bad om det"
    )
    for name in (found.question, found.answer):
        with pytest.raises(Erased):
            bench.vault.unseal(name)
        assert bench.objects.has(name)
    assert query(bench, done.query).erased == receipt.indices[0]
    assert isinstance(bench.events()[2], QueryAnswered)
    assert bench.audit().findings == ()


def test_erasing_again_records_nothing_and_finishes_what_was_cut_off(bench: Workbench) -> None:
    done = asked(bench)
    full = FullVault(SqliteVault(bench.folder / "vault.db"), bench.objects)
    with pytest.raises(ServiceFailed) as caught:
        erase(replace_field(bench.ports, vault=full), done.query, "why")
    assert caught.value.message.startswith("recorded, but the texts may still be readable: the")
    assert caught.value.hint == "mend it and repeat the command: it destroys the keys"
    found = query(bench, done.query)
    assert found.erased is not None
    assert bench.vault.unseal(found.question)  # recorded, and its key still there

    assert erase(bench.ports, done.query, "why")[1] is None
    with pytest.raises(Erased):
        bench.vault.unseal(found.question)
    assert sum(isinstance(event, TextErased) for event in bench.events()) == 1


def test_a_page_that_could_not_be_written_anew_is_not_called_a_readable_text(
    bench: Workbench,
) -> None:
    done = asked(bench)
    guest = GuestVault(SqliteVault(bench.folder / "vault.db"), bench.objects)
    with pytest.raises(ServiceFailed) as caught:
        erase(replace_field(bench.ports, vault=guest), done.query, "why")
    assert caught.value.message == "recorded, and erased, but the page is left"
    assert caught.value.hint == "let the owner repeat it"


def test_a_vault_that_can_be_neither_changed_nor_read_may_still_hold_the_text(
    bench: Workbench,
) -> None:
    done = asked(bench)
    lost = LostVault(SqliteVault(bench.folder / "vault.db"), bench.objects)
    with pytest.raises(ServiceFailed) as caught:
        erase(replace_field(bench.ports, vault=lost), done.query, "why")
    assert caught.value.message.startswith("recorded, but the texts may still be readable")


class GuestVault(Vault):
    """A vault whose user may not write the table anew."""

    def erase(self, digests: Iterable[str]) -> int:
        super().erase(digests)
        raise ServiceFailed("erased, but the page is left", hint="let the owner repeat it")


class FullVault(Vault):
    """A vault whose disk is full."""

    def erase(self, digests: Iterable[str]) -> int:
        raise ServiceFailed("the disk is full")


class LostVault(FullVault):
    """A vault on a disk that is gone."""

    def unseal(self, digest: str) -> bytes:
        raise ServiceFailed("the disk is gone")


def test_only_the_one_text_is_erased(bench: Workbench) -> None:
    first, second = asked(bench), asked(bench)
    erase(bench.ports, first.query, "why")
    assert bench.vault.unseal(query(bench, second.query).answer)


def test_a_query_is_found_by_the_beginning_of_its_identity(bench: Workbench) -> None:
    first, second = asked(bench), asked(bench)
    unique = next(n for n in range(1, 26) if not second.query.startswith(first.query[:n]))
    found, _ = erase(bench.ports, first.query[:unique], "why")
    assert found.query == first.query
    with pytest.raises(NotFound, match="2 queries"):
        erase(bench.ports, "2026", "why")


@pytest.mark.parametrize("text", ["", "2026", "q1", "\udcff", "%"])
def test_an_unknown_query_is_told(bench: Workbench, text: str) -> None:
    with pytest.raises(NotFound, match="no query") as caught:
        erase(bench.ports, text, "why")
    assert caught.value.hint
    assert bench.ledger.head().size == 2


def test_a_reason_that_cannot_be_recorded_erases_nothing(bench: Workbench) -> None:
    done = asked(bench)
    for reason in ("x" * 20_000, "\ud800"):
        with pytest.raises(InvalidInput):
            erase(bench.ports, done.query, reason)
    assert bench.vault.unseal(query(bench, done.query).answer)


def test_a_query_without_a_changed_clock_takes_no_negative_time(bench: Workbench) -> None:
    class Backwards:
        """A clock that is set back by a second while the model answers."""

        def __init__(self) -> None:
            self.moments = [bench.clock.now(), bench.clock.now()]

        def now(self) -> datetime:
            return self.moments.pop() if self.moments else bench.clock.now()

    ports = replace_field(bench.ports, clock=Backwards())
    done = ask(ports, question="Vem?", base=BASE, version=None, generate=answer)
    event = bench.events()[-1]
    assert isinstance(event, QueryAnswered)
    assert event.duration_ms == done.duration_ms == 0


def test_the_day_alone_does_not_name_the_only_question_of_that_day(bench: Workbench) -> None:
    done = asked(bench)
    with pytest.raises(NotFound, match="too short"):
        erase(bench.ports, done.query[:9], "why")
    assert bench.vault.unseal(query(bench, done.query).answer)
    assert erase(bench.ports, done.query[:10], "why")[1] is not None
