"""The ``oneseek`` command: the list of verbs, and the one place where errors become exit codes."""

import os
import sys
from typing import NoReturn

import click

from oneseek.cli.lazy import LazyGroup
from oneseek.cli.output import print_error
from oneseek.cli.streams import make_lasting
from oneseek.domain.errors import Interrupted, InvalidInput, OneSeekError, ServiceFailed
from oneseek.domain.version import VERSION

COMMANDS = {
    "init": "init",
    "base": "base",
    "dataset": "dataset",
    "train": "train",
    "sign": "sign",
    "versions": "versions",
    "show": "show",
    "lineage": "lineage",
    "diff": "diff",
    "reproduce": "reproduce",
    "activate": "activate",
    "withdraw": "withdraw",
    "current": "current",
    "history": "history",
    "check": "check",
    "ask": "ask",
    "erase": "erase",
    "reset": "reset",
    "restore": "restore",
    "hold": "hold",
    "gc": "gc",
    "storage": "storage",
    "log": "log",
    "entry": "entry",
    "ledger": "ledger",
    "keys": "keys",
    "witness": "witness",
    "objects": "objects",
    "backup": "backup",
    "export": "export",
    "bundle": "bundle",
    "migrate": "migrate",
    "firebase": "firebase",
    "verify": "verify",
    "audit": "audit",
    "rebuild": "rebuild",
    "replay": "replay",
    "status": "status",
    "doctor": "doctor",
    "completion": "completion",
    "demo": "demo",
}


@click.group(
    "oneseek",
    cls=LazyGroup,
    package="oneseek.cli.commands",
    members=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(VERSION, prog_name="oneseek", message="%(prog)s %(version)s")
def oneseek() -> None:
    """Keep the training history of a civic language model in a signed, append-only ledger.

    Every verb is recorded; everything on disk besides the ledger and the content store can be
    deleted and rebuilt, byte for byte. Begin with: oneseek demo
    """


def main() -> NoReturn:
    """Run the command line and exit with the code that fits."""
    json = "--json" in sys.argv[1:]
    make_lasting()
    try:
        code = oneseek.main(standalone_mode=False)
        sys.stdout.flush()
        # A command that leaves early with a code comes back as that number.
        sys.exit(code if isinstance(code, int) else 0)
    except click.ClickException as error:
        _usage_error(error, json=json)
        sys.exit(2)
    except OneSeekError as error:
        print_error(error, json=json)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        print_error(Interrupted("interrupted"), json=json)
        sys.exit(Interrupted.exit_code)
    except OSError as error:
        if os.environ.get("OQT_DEBUG"):
            raise
        failure = ServiceFailed(f"the system refused: {error}", hint="mend the cause, then repeat")
        print_error(failure, json=json)
        sys.exit(failure.exit_code)
    except Exception as error:
        if os.environ.get("OQT_DEBUG"):
            raise
        failure = ServiceFailed(
            f"unexpected {type(error).__name__}: {error}",
            hint="this is a fault of OneSeek, please report it; OQT_DEBUG=1 shows where it was",
        )
        print_error(failure, json=json)
        sys.exit(failure.exit_code)


def _usage_error(error: click.ClickException, *, json: bool) -> None:
    if json:
        print_error(InvalidInput(error.format_message()), json=True)
    else:
        error.show()
