"""What a machine looks at before it joins a ledger."""

import pytest

import builders as make
from builders import ORIGIN
from oneseek.adapters.keys.ed25519 import check_ed25519, create_key
from oneseek.domain.errors import CannotCheck, InvalidInput, LedgerBroken, NotFound
from oneseek.domain.events import KeyAdded, LedgerOpened
from oneseek.domain.usecases.join import Acquaintance, get_acquainted
from workbench import Workbench


def test_the_first_key_is_taken_where_none_is_given(bench: Workbench) -> None:
    found = get_acquainted(bench.ledger, None, check_ed25519)
    assert found == Acquaintance(ORIGIN, (bench.key,), 2)


def test_a_later_key_brings_the_first_one_with_it(bench: Workbench) -> None:
    later = create_key(bench.folder / "b.pem", ORIGIN)
    bench.append(KeyAdded(purpose="checkpoint", verifier=str(later)))
    with pytest.raises(LedgerBroken, match="cannot be verified with the key"):
        get_acquainted(bench.ledger, later, check_ed25519)  # it has vouched for nothing yet
    assert get_acquainted(bench.ledger, bench.key, check_ed25519).pinned == (bench.key,)


def test_a_key_of_another_log_is_refused(bench: Workbench) -> None:
    other = create_key(bench.folder / "b.pem", "other.test/log")
    with pytest.raises(InvalidInput, match=r"is named other\.test/log"):
        get_acquainted(bench.ledger, other, check_ed25519)


def test_an_empty_ledger_is_opened_not_joined(blank: Workbench) -> None:
    with pytest.raises(NotFound, match="empty"):
        get_acquainted(blank.ledger, None, check_ed25519)


def test_a_format_of_the_future_is_not_guessed_at(blank: Workbench) -> None:
    blank.append(
        LedgerOpened(origin=ORIGIN, format="oneseek-ledger/v9", software="x"), make.key_added()
    )
    with pytest.raises(CannotCheck, match="oneseek-ledger/v9"):
        get_acquainted(blank.ledger, None, check_ed25519)


def test_what_does_not_begin_as_a_ledger_is_none(blank: Workbench) -> None:
    blank.append(make.base())
    with pytest.raises(LedgerBroken, match="does not begin with"):
        get_acquainted(blank.ledger, None, check_ed25519)
