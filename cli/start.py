"""The first lines of the ``oneseek`` command: stopped while it loads, it shows no traceback.

Nothing is imported here before the guard stands; :mod:`oneseek.cli.main` does the rest.
"""

import gc
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Load the command line and run it; an interrupt on the way ends it with exit code 130."""
    # Loading makes thousands of objects that stay: looking for garbage among them is a tenth of a
    # short command.
    gc.set_threshold(50_000)
    try:
        from oneseek.cli.main import main as run

        run()
    except KeyboardInterrupt:
        message = '{"error":"Interrupted","message":"interrupted","hint":null,"exit_code":130}'
        sys.stderr.write(f"{message if '--json' in sys.argv else 'Error: interrupted'}\n")
        sys.exit(130)
