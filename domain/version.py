"""The version of this software, as events and ``oneseek --version`` state it."""

VERSION = "0.1.0"
SOFTWARE = f"oneseek-provenance {VERSION}"
