"""A legacy file that a person had erased: the entry first, then the key; twice is once."""

import pytest

import builders as make
from oneseek.domain.errors import Erased, ServiceFailed
from oneseek.domain.events import LegacyTextErased
from oneseek.domain.registry import REGISTRY
from oneseek.domain.usecases.erase_legacy import erase_legacy
from workbench import Workbench

PATH = "training_samples/stage1.json"


def test_the_key_is_destroyed_and_the_entry_names_the_object(stocked: Workbench) -> None:
    sealed = stocked.vault.seal(b"text")
    receipt = erase_legacy(stocked.ports, make.SOURCE, PATH, sealed, "asked")
    assert receipt is not None
    (record,) = stocked.ledger.records(receipt.indices[0])
    event = REGISTRY.read(record.raw).body
    assert event == LegacyTextErased(source=make.SOURCE, path=PATH, object=sealed, reason="asked")
    with pytest.raises(Erased):
        stocked.vault.unseal(sealed)


def test_erasing_again_appends_nothing(stocked: Workbench) -> None:
    sealed = stocked.vault.seal(b"text")
    erase_legacy(stocked.ports, make.SOURCE, PATH, sealed, "asked")
    size = stocked.ledger.head().size
    assert erase_legacy(stocked.ports, make.SOURCE, PATH, sealed, "again") is None
    assert stocked.ledger.head().size == size


def test_a_vault_that_fails_says_that_the_text_may_still_be_read(
    stocked: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = stocked.vault.seal(b"text")

    def fails(_: object) -> int:
        raise ServiceFailed("the disk is full")

    monkeypatch.setattr(stocked.vault, "erase", fails)
    with pytest.raises(ServiceFailed) as raised:
        erase_legacy(stocked.ports, make.SOURCE, PATH, sealed, "asked")
    assert "may still be readable: the disk is full" in raised.value.message
    assert stocked.vault.unseal(sealed) == b"text"
