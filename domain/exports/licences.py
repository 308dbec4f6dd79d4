"""Licences as other formats spell them: the identifiers of the SPDX list (https://spdx.org/licenses).

People write ``apache-2.0``, as Hugging Face does; SPDX and CycloneDX want ``Apache-2.0``. Here are
the identifiers that models and datasets carry; another licence keeps its own name.
"""

import re

_IDENTIFIERS = {
    identifier.lower(): identifier
    for identifier in (
        "AFL-3.0", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-2.0", "Artistic-2.0",
        "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "C-UDA-1.0", "CC-BY-2.0", "CC-BY-2.5",
        "CC-BY-3.0", "CC-BY-4.0", "CC-BY-NC-2.0", "CC-BY-NC-3.0", "CC-BY-NC-4.0",
        "CC-BY-NC-ND-3.0", "CC-BY-NC-ND-4.0", "CC-BY-NC-SA-2.0", "CC-BY-NC-SA-3.0",
        "CC-BY-NC-SA-4.0", "CC-BY-ND-4.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC0-1.0",
        "CDLA-Permissive-1.0", "CDLA-Permissive-2.0", "CDLA-Sharing-1.0", "ECL-2.0", "EPL-2.0",
        "EUPL-1.1", "EUPL-1.2", "GFDL-1.3-only", "GPL-2.0-only", "GPL-2.0-or-later",
        "GPL-3.0-only", "GPL-3.0-or-later", "ISC", "LGPL-2.1-only", "LGPL-2.1-or-later",
        "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT", "MIT-0", "MPL-2.0", "MS-PL", "NCSA",
        "O-UDA-1.0", "ODbL-1.0", "ODC-By-1.0", "OFL-1.1", "OSL-3.0", "PDDL-1.0",
        "PostgreSQL", "Unlicense", "WTFPL", "Zlib",
    )
}  # fmt: skip

_FOREIGN = re.compile(r"[^A-Za-z0-9.-]+")


def spdx_identifier(licence: str) -> str | None:
    """Return the SPDX identifier that ``licence`` spells, in any case; None for other licences."""
    return _IDENTIFIERS.get(licence.lower())


def spdx_expression(licence: str) -> str:
    """Return a licence expression: the identifier, or ``LicenseRef-`` and what is left of a name
    when everything but letters, digits, dots and dashes is a dash."""
    return spdx_identifier(licence) or f"LicenseRef-{_FOREIGN.sub('-', licence)}"
