import logging
import warnings

import pytest

from oneseek.adapters.training.quiet import one_line, quiet


def test_the_libraries_are_silent_inside_and_as_before_outside(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logger = logging.getLogger("peft")
    level = logger.level
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with quiet():
            warnings.warn("advice", stacklevel=1)
            logging.getLogger("peft.tuners").error("advice")
            logging.getLogger("transformers.x").critical("advice")
        with pytest.raises(UserWarning):
            warnings.warn("ours", stacklevel=1)
    assert logger.level == level
    assert capsys.readouterr().err == ""


def test_an_interrupt_passes_through() -> None:
    with pytest.raises(KeyboardInterrupt), quiet():
        raise KeyboardInterrupt


def test_a_library_s_message_becomes_one_line() -> None:
    assert one_line(ValueError("  first\n second ")) == "first second"
    assert one_line(KeyError()) == "KeyError"
    assert len(one_line(ValueError("x" * 999))) == 200
