"""What dead processes left open is finished or recorded as failed, and keeps nobody from work."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from forging import forging

from builders import started
from oneseek.adapters.ledger.opened import OpenLedger
from oneseek.domain.errors import StaleRead
from oneseek.domain.events import TrainingCompleted, TrainingFailed, VersionCertified, VersionSigned
from oneseek.domain.usecases.certify import certify
from oneseek.domain.usecases.recover import CUT_OFF, recover
from workbench import VERIFIER_SCRIPT, Workbench


def nobody(_: str) -> bool:
    return False


def test_with_nothing_open_nothing_is_done(bench: Workbench) -> None:
    bench.add_materials()
    bench.certify("t1")
    size = bench.ledger.head().size
    assert recover(bench.ports, nobody, VERIFIER_SCRIPT) == []
    assert bench.ledger.head().size == size


def test_a_training_that_was_cut_off_has_failed(bench: Workbench) -> None:
    bench.append(started("t1"))
    done = recover(bench.ports, nobody, VERIFIER_SCRIPT)
    assert done == ["training t1 was cut off: recorded as failed"]
    assert bench.events()[-1] == TrainingFailed(training="t1", reason=CUT_OFF)
    assert recover(bench.ports, nobody, VERIFIER_SCRIPT) == []


def test_a_training_that_was_complete_is_certified(bench: Workbench) -> None:
    bench.add_materials()
    bench.train("t1")
    done = recover(bench.ports, nobody, VERIFIER_SCRIPT)
    certified = bench.events()[-1]
    assert isinstance(certified, VersionCertified)
    assert done == [f"training t1 was complete: certified as {certified.dna}"]


def test_a_training_that_is_running_is_left_alone(bench: Workbench) -> None:
    bench.append(started("t1"), started("t2"))
    recover(bench.ports, lambda training: training == "t1", VERIFIER_SCRIPT)
    failed = [event for event in bench.events() if isinstance(event, TrainingFailed)]
    assert [event.training for event in failed] == ["t2"]


def test_what_cannot_be_certified_is_told_and_blocks_nothing(bench: Workbench) -> None:
    bench.add_materials()
    bench.train("t1")
    completed = bench.events()[-2]
    assert isinstance(completed, TrainingCompleted)
    lost = bench.objects.path(completed.produced)
    kept = lost.read_bytes()
    lost.unlink()
    bench.append(started("t2"))
    told = recover(bench.ports, nobody, VERIFIER_SCRIPT)
    assert len(told) == 2
    assert told[0].startswith("training t1 is complete but cannot be certified: ")
    assert isinstance(bench.events()[-1], TrainingFailed)

    lost.write_bytes(kept)  # from a backup
    told = recover(bench.ports, nobody, VERIFIER_SCRIPT)
    assert [sentence.split(":")[0] for sentence in told] == ["training t1 was complete"]


@pytest.mark.parametrize("complete", [True, False])
def test_two_processes_may_recover_at_the_same_time(bench: Workbench, complete: bool) -> None:
    bench.add_materials()
    if complete:
        bench.train("t1")
    else:
        bench.append(started("t1"))
    rival = bench.as_actor("bo")

    def meanwhile(_: str) -> bool:
        """Asked after the open trainings were listed: now somebody else settles them."""
        if complete:
            certify(rival, "t1", VERIFIER_SCRIPT)
        else:
            recover(rival, nobody, VERIFIER_SCRIPT)
        return False

    assert recover(bench.ports, meanwhile, VERIFIER_SCRIPT) == []
    ends = [e for e in bench.events() if isinstance(e, TrainingFailed | VersionCertified)]
    assert len(ends) == 1


def test_an_open_training_that_nothing_is_known_of_is_left_alone(stocked: Workbench) -> None:
    stocked.append(started("t9"))
    with forging(stocked) as connection:
        connection.execute("DELETE FROM state WHERE kind = 'training'")
    size = stocked.ledger.head().size
    assert recover(stocked.ports, nobody, VERIFIER_SCRIPT) == []
    assert stocked.ledger.head().size == size


class Raced:
    """A ledger where something happens just before a view is opened for the last time needed."""

    def __init__(self, ledger: OpenLedger, meanwhile: Callable[[], object]) -> None:
        self._ledger = ledger
        self._meanwhile = meanwhile
        self._views = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    def view(self) -> Any:
        self._views += 1
        # The first lists what is open, the second looks at one training, the third decides.
        if self._views == 3:
            self._meanwhile()
        return self._ledger.view()


@pytest.mark.parametrize("complete", [True, False])
def test_what_another_process_settles_in_the_last_moment_is_settled_once(
    bench: Workbench, complete: bool
) -> None:
    bench.add_materials()
    if complete:
        bench.train("t1")
    else:
        bench.append(started("t1"))
    rival = bench.as_actor("bo")

    def meanwhile() -> None:
        assert recover(rival, nobody, VERIFIER_SCRIPT)

    ledger: Any = Raced(bench.ledger, meanwhile)
    assert recover(replace(bench.ports, ledger=ledger), nobody, VERIFIER_SCRIPT) == []
    ends = [e for e in bench.events() if isinstance(e, TrainingFailed | VersionCertified)]
    assert len(ends) == 1


def test_a_training_that_others_keep_changing_keeps_nobody_from_work(bench: Workbench) -> None:
    class Contended(Raced):
        def append(self, *_: object) -> None:
            raise StaleRead("changed meanwhile")

    bench.append(started("t1"))
    ledger: Any = Contended(bench.ledger, lambda: None)
    assert recover(replace(bench.ports, ledger=ledger), nobody, VERIFIER_SCRIPT) == []
    assert recover(bench.ports, nobody, VERIFIER_SCRIPT)


def test_a_training_that_is_certified_late_is_signed_where_somebody_can(bench: Workbench) -> None:
    bench.add_materials()
    bench.train("t1")
    recover(bench.ports, nobody, VERIFIER_SCRIPT, bench.signer)
    assert isinstance(bench.events()[-1], VersionSigned)
