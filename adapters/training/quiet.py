"""Keep the libraries' own talk away from the user's terminal.

Their warnings advise programmers ("consider setting pad_token_id"); whatever a user must know is
checked by our code and raised as an error.
"""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_LOGGERS = ("transformers", "peft", "accelerate", "huggingface_hub", "torch")


@contextmanager
def quiet() -> Iterator[None]:
    """Silence Python warnings and the libraries' loggers; also usable as a decorator."""
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
