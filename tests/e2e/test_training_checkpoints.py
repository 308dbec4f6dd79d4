"""The command line around checkpoints of trainings; the mathematics is in test_real_training.py."""

import json

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from builders import checkpoint_kept, failed, started
from e2e.workspaces import Workspace
from oneseek.cli.main import oneseek
from oneseek.cli.wiring.writing import writing
from oneseek.domain.decisions import Decision
from oneseek.domain.decisions.lookup import find_base, find_dataset
from oneseek.domain.usecases.record import record


def run(workspace: Workspace, *words: str) -> Result:
    """Run ``oneseek words…`` in this process, which is quicker."""
    return CliRunner().invoke(oneseek, [*words, "--workspace", str(workspace.root)])


@pytest.fixture
def cut_off(stocked: Workspace) -> Workspace:
    """A workspace with a failed training and its checkpoints of two days, whose bytes are lost."""
    app = stocked.app()
    try:
        with writing(app) as ports:
            with ports.ledger.view() as view:
                base, dataset = find_base(view, "tiny"), find_dataset(view, "identity_v1")
            begun = replace(started("t9"), base=base.manifest, dataset=dataset.dataset)
            kept = (checkpoint_kept("t9", day) for day in (19, 20))
            events = (begun, *kept, failed("t9"))
            record(ports, lambda _: Decision(events))
    finally:
        app.close()
    return stocked


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        ((), 2, "Missing option '--base'"),
        (("--base", "tiny"), 2, "Missing option '--dataset'"),
        (("--resume", "--epochs", "9"), 2, "--epochs does not go with --resume"),
        (("--resume", "--base", "tiny"), 2, "--base does not go with --resume"),
        (("--base", "tiny", "--dataset", "d", "--force"), 2, "--force goes with --resume"),
        (("--resume", "--checkpoint-every", "often"), 2, "does not say how often"),
        (("--resume",), 3, "no training can go on"),
        (("--resume", "t9"), 3, "no training t9 can go on"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    stocked: Workspace, words: tuple[str, ...], code: int, reason: str
) -> None:
    done = run(stocked, "train", *words)
    told = done.output + str(done.exception)
    assert (getattr(done.exception, "exit_code", done.exit_code), reason in told) == (code, True)


def test_a_training_whose_checkpoints_are_all_lost_does_not_go_on(cut_off: Workspace) -> None:
    size = cut_off.size()
    done = cut_off.run("train", "--resume", expect=1)
    assert "no checkpoint of training t9 is whole" in done.err
    assert "note: checkpoint-2026-11-20 at step 12 cannot be used" in done.err
    assert cut_off.size() == size


def test_a_pruning_drops_checkpoints_beyond_the_policy(cut_off: Workspace) -> None:
    settings = cut_off.root / "oneseek.toml"
    settings.write_text(settings.read_text("utf-8").replace("# daily = 7", "daily = 1"), "utf-8")
    sentence = "checkpoint-2026-11-19 of training t9 {}dropped: not of the last 1 days"
    size = cut_off.size()
    assert sentence.format("would be ") in run(cut_off, "backup", "prune", "--dry-run").output
    assert cut_off.size() == size
    assert sentence.format("") in run(cut_off, "backup", "prune").output
    last = json.loads(cut_off.run("log", "-n", "1", "--json").out)
    assert last["kind"] == "checkpoint-dropped/v1"
