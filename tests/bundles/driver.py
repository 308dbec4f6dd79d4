"""Runs ``verify_bundle.py`` on many files in one process: ``driver.py SCRIPT [--blind]``.

Standard input has a line for each file: its path and the keys, as JSON; standard output has a line
with the exit code and what was printed. With ``--blind`` the package cryptography is not there.
"""

import contextlib
import importlib.util
import io
import json
import sys

if "--blind" in sys.argv:
    sys.modules["cryptography"] = None  # type: ignore[assignment]
spec = importlib.util.spec_from_file_location("verify_bundle", sys.argv[1])
assert spec is not None
assert spec.loader is not None
script = importlib.util.module_from_spec(spec)
spec.loader.exec_module(script)

for line in sys.stdin:
    path, keys, witnesses = json.loads(line)
    words = [path, "--json", *(word for key in keys for word in ("--trust", key))]
    words += [word for key in witnesses for word in ("--witness", key)]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = script.main(words)
        except SystemExit as ended:
            code = ended.code
    print(json.dumps([code, out.getvalue(), err.getvalue()]))
