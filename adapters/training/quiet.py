"""Keep the libraries' own talk away from the user's terminal.

Their warnings advise programmers ("consider setting pad_token_id"); whatever a user must know is
checked by our code and raised as an error.
"""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from transformers.utils import logging as transformers_logging

_LOGGERS = ("transformers", "peft", "accelerate", "huggingface_hub", "torch")


@contextmanager
def quiet() -> Iterator[None]:
    """Silence Python warnings, the libraries' loggers and progress bars; also a decorator."""
    # Again, though the package's environment says so too: something may have imported the
    # libraries before this package.
    transformers_logging.disable_progress_bar()
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for logger in loggers:
            logger.setLevel(logging.CRITICAL + 1)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)


def one_line(error: Exception) -> str:
    """Return the beginning of a library's message, at most 200 characters without line breaks."""
    return " ".join(str(error).split())[:200] or type(error).__name__
