"""The version is stated once, in the domain, and entries name the software by it."""

import re

from oneseek.domain.version import SOFTWARE, VERSION


def test_the_software_is_named_with_its_version() -> None:
    assert re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", VERSION)
    assert SOFTWARE.endswith(f" {VERSION}")
