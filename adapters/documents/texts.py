"""Texts of people as documents show them: from the vault, as far as it can open them here."""

from collections.abc import Sequence
from typing import Literal

from oneseek.domain.digest import Digest
from oneseek.domain.errors import Erased, NotFound
from oneseek.domain.ports import Vault

UNOPENED: Literal[False] = False
"""Stands for a text that is not erased and cannot be opened here: its key is in another vault."""


class Texts:
    """The texts in ``vault``. ``unopened`` counts those that it has no key for, or no object of.

    A workspace that was restored without its vault knows what was asked and not how it reads.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self.unopened = 0

    def open(self, digests: Sequence[Digest]) -> list[str | Literal[False] | None]:
        """Return the texts of sealed objects: None for one that was erased, or UNOPENED.

        Raises: as the vault, but for NotFound.
        """
        found: list[bytes | Literal[False] | None]
        try:
            found = [*self._vault.unseal_many(digests)]
        except NotFound:
            found = [self._one(digest) for digest in digests]
        self.unopened += found.count(UNOPENED)
        return [
            text.decode(errors="replace") if isinstance(text, bytes) else text for text in found
        ]

    def _one(self, digest: Digest) -> bytes | Literal[False] | None:
        try:
            return self._vault.unseal(digest)
        except Erased:
            return None
        except NotFound:
            return UNOPENED
