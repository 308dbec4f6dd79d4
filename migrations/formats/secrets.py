"""Keys and passwords that lie in old trees: kept sealed, shown to nobody, used for nothing.

The old programs wrote an Ed25519 key as 32 raw bytes beside the models, from where its server gave
it to everybody. Whatever it signed proves nothing about who signed.
"""

import re

from oneseek.domain.findings import Finding
from oneseek.migrations.claims import asserted
from oneseek.migrations.format import Format, Reading
from oneseek.migrations.look import Look
from oneseek.migrations.shapes import has
from oneseek.migrations.verdicts import Verdict

_PRIVATE_NAME = re.compile(r".*private[_-]?key.*|id_(rsa|ed25519|ecdsa)|.*\.key", re.I | re.S)
_PUBLIC_NAME = re.compile(r".*public[_-]?key.*|.*\.pub", re.I | re.S)
_HEX_KEY = re.compile(rb"\s*([0-9a-f]{64})\s*")
_SETTINGS = re.compile(r"\.env(\..*)?|.*\.env", re.I | re.S)
_MAX_BYTES = 64 * 1024


def _is_private(look: Look) -> bool:
    if look.size > _MAX_BYTES:
        return False
    return _PRIVATE_NAME.fullmatch(look.name) is not None or b"PRIVATE KEY-----" in look.head


def _is_public(look: Look) -> bool:
    return look.size <= _MAX_BYTES and _PUBLIC_NAME.fullmatch(look.name) is not None


def _has_credentials(look: Look) -> bool:
    if _SETTINGS.fullmatch(look.name) and not look.name.lower().endswith(".example"):
        return True
    return look.name.lower().endswith(".json") and has(look, "private_key", "client_email")


def _read_private(look: Look) -> Reading:
    kind = "32 raw bytes, as the old programs kept Ed25519 keys" if look.size == 32 else "a key"
    return _sealed(look, f"a private key ({kind})")


def _read_credentials(look: Look) -> Reading:
    return _sealed(look, "settings that may hold passwords")


def _sealed(look: Look, what: str) -> Reading:
    finding = Finding(
        "secret-in-tree", look.path, "no secrets beside models", what,
        hint="take it out of use; everybody who could read the tree could read it",
    )  # fmt: skip
    reason = "a secret; it is kept sealed and used for nothing"
    return Reading(verdict=Verdict.ASSERTED, reason=reason, says=what, findings=(finding,))


def _read_public(look: Look) -> Reading:
    found = _HEX_KEY.fullmatch(look.head)
    claims = () if found is None else (asserted("key", found[1].decode()),)
    reason = "a public key; whose it is, it does not say: pin it with --trust if you know"
    says = "a public key" if found is None else f"public key {found[1].decode()}"
    return Reading(verdict=Verdict.ASSERTED, reason=reason, says=says, claims=claims)


FORMATS = (
    Format(name="private-key", what="a private key", rank=10, matches=_is_private,
           read=_read_private, personal=True),
    Format(name="credentials", what="settings with passwords or keys", rank=90,
           matches=_has_credentials, read=_read_credentials, personal=True),
    Format(name="public-key", what="a public key", rank=11, matches=_is_public,
           read=_read_public),
)  # fmt: skip
