"""Licences in the spelling of SPDX."""

import pytest

from oneseek.domain.exports.licences import spdx_expression, spdx_identifier


@pytest.mark.parametrize(
    ("licence", "identifier"),
    [("apache-2.0", "Apache-2.0"), ("MIT", "MIT"), ("cc-by-sa-4.0", "CC-BY-SA-4.0")],
)
def test_identifiers_are_found_in_any_case(licence: str, identifier: str) -> None:
    assert spdx_identifier(licence) == identifier
    assert spdx_expression(licence) == identifier


def test_another_licence_keeps_its_own_name() -> None:
    assert spdx_identifier("Llama 3 Community") is None
    assert spdx_expression("Llama 3 (Community)") == "LicenseRef-Llama-3-Community-"
    assert spdx_expression("vår egen") == "LicenseRef-v-r-egen"
