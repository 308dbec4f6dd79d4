import os
import subprocess
import sys


def test_importing_the_package_imports_no_heavy_library_and_goes_offline() -> None:
    code = (
        "import os, sys, oneseek.adapters.training\n"
        "heavy = {'torch', 'transformers', 'peft', 'numpy'} & set(sys.modules)\n"
        "print(sorted(heavy), os.environ['HF_HUB_OFFLINE'])"
    )
    env = {key: value for key, value in os.environ.items() if key != "HF_HUB_OFFLINE"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], env=env, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("[] 1\n", "")


def test_weights_are_looked_into_without_torch() -> None:
    code = (
        "import sys, oneseek.adapters.training.weights\n"
        "print(sorted({'torch', 'transformers', 'peft'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")
