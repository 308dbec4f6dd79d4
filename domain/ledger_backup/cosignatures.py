"""What witnesses said of checkpoints, as an object: a JSON line for each cosignature.

``[size,"name of the witness",key id,"base64 of time and signature"]``. They may come long after
their checkpoint, so they lie beside the segments, which never change.
"""

from collections.abc import Iterable, Iterator

import msgspec

from oneseek.domain.errors import FoundDamage
from oneseek.domain.stored import StoredCosignature


def pack_cosignatures(cosignatures: Iterable[StoredCosignature]) -> bytes:
    """Return the bytes of the object; empty where there is none."""
    return b"".join(
        msgspec.json.encode((item.size, item.name, item.key_id, item.signature)) + b"\n"
        for item in sorted(cosignatures, key=lambda item: (item.size, item.name, item.key_id))
    )


def unpack_cosignatures(data: bytes) -> Iterator[StoredCosignature]:
    """Yield what the object holds. Nobody has verified it.

    Raises:
        FoundDamage: a line is none.
    """
    for line in data.splitlines():
        try:
            size, name, key, signature = msgspec.json.decode(line, type=tuple[int, str, int, bytes])
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise FoundDamage(f"cosignatures in a backup cannot be read: {error}") from None
        yield StoredCosignature(size, name, key, signature)
