"""What an earlier import of the same place kept: an unchanged source makes nothing new."""

from collections.abc import Iterator

import msgspec

from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import NotFound
from oneseek.domain.ports import ObjectStore, Vault
from oneseek.migrations.item import FILE, Item

_DECODER = msgspec.json.Decoder(Item)


def read_inventory(objects: ObjectStore, inventory: Digest) -> Iterator[Item]:
    """Yield the items of a kept inventory, in its order."""
    with objects.open(inventory) as lines:
        for line in lines:
            yield _DECODER.decode(line)


class Previous:
    """The last inventory of a source, or none."""

    def __init__(self, objects: ObjectStore, vault: Vault, inventory: Digest | None) -> None:
        self._vault = vault
        self.inventory = inventory
        self._items: dict[str, tuple[str, int, str, Digest | None, Digest | None]] = {}
        if inventory is not None:
            for item in read_inventory(objects, inventory):
                self._items[item.path] = (
                    item.type, item.size, item.target, item.digest, item.sealed
                )  # fmt: skip

    def same(self, items: Iterator[Item]) -> bool:
        """Say whether ``items`` are, entry by entry, what was kept then."""
        if self.inventory is None:
            return False
        count = 0
        for item in items:
            count += 1
            if not self._same(item):
                return False
        return count == len(self._items)

    def sealed_as(self, item: Item) -> Digest | None:
        """Return the sealed object that holds the bytes of ``item`` already, None where none does.

        One whose text was erased counts by its place and length alone: what a person had erased is
        not taken in again.
        """
        known = self._items.get(item.path)
        if known is None or known[4] is None or known[1] != item.size:
            return None
        return known[4] if self._unsealed(known[4]) in (item.digest, None) else None

    def _same(self, item: Item) -> bool:
        known = self._items.get(item.path)
        if known is None or known[:3] != (item.type, item.size, item.target):
            return False
        if item.type != FILE or item.digest is None:
            return True
        return known[3] == item.digest if known[4] is None else self.sealed_as(item) is not None

    def _unsealed(self, digest: Digest) -> Digest | None:
        try:
            return sha256(self._vault.unseal(digest))
        except NotFound:
            return None  # its key was destroyed
