"""The text of ``verify_bundle.py``, which goes into every bundle."""

from importlib.resources import files


def verifier_script() -> bytes:
    """Return the bytes of the standard-library verifier of bundles."""
    return files("oneseek.adapters.bundle").joinpath("verify_bundle.py").read_bytes()
