"""What is said of a bundle of which something could not be checked here."""

import json

import click
import pytest

from oneseek.cli.output import Output
from oneseek.cli.wiring.bundles import print_judged
from oneseek.domain.bundle.verdict import Verdict
from oneseek.domain.bundle.verify import Judged

UNCHECKED = Judged(Verdict(unchecked=["the cosignature of w.example"]), None, None, None)


def test_it_is_not_called_fine(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(click.exceptions.Exit) as left:
        print_judged(Output(json=True), UNCHECKED)
    told = json.loads(capsys.readouterr().out)
    assert (left.value.exit_code, told["ok"]) == (6, False)
    assert told["unchecked"] == ["the cosignature of w.example"]


def test_a_person_reads_what_was_not_checked(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(click.exceptions.Exit):
        print_judged(Output(json=False), UNCHECKED)
    assert "Not checked on this machine:\n- the cosignature" in capsys.readouterr().out
