"""The text of ``verify_integrity.py``, the same in every certified folder."""

from importlib.resources import files


def verifier_script() -> bytes:
    """Return the bytes of the standard-library verifier."""
    return files("oneseek.adapters.certified").joinpath("verify_integrity.py").read_bytes()
