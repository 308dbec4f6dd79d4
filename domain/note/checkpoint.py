"""Checkpoints: the note text in which a log states its size and root.

The format is https://c2sp.org/tlog-checkpoint: origin, size and root on a line each, then
extension lines, if any::

    example.com/behind-the-sofa
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

Whoever signs it promises that it is consistent with everything signed before.
"""

from dataclasses import dataclass

from oneseek.domain.errors import InvalidInput
from oneseek.domain.merkle.hashing import HASH_SIZE
from oneseek.domain.note.encoding import (
    MAX_INTEGER,
    decode_base64,
    encode_base64,
    parse_decimal,
    require_line,
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: ``origin`` names it, ``size`` counts leaves, ``root`` has 32 bytes.

    ``extensions`` are lines without defined meaning; we write none.

    Raises:
        InvalidInput: a value cannot stand in a checkpoint.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_line(self.origin, "the origin of a checkpoint")
        if not 0 <= self.size <= MAX_INTEGER:
            raise InvalidInput(f"a log has 0 to 2^63 - 1 leaves, not {self.size}")
        if len(self.root) != HASH_SIZE:
            raise InvalidInput(f"a root hash has 32 bytes, not {len(self.root)}")
        for extension in self.extensions:
            require_line(extension, "an extension of a checkpoint")

    def body(self) -> str:
        """Return the text that is signed; :meth:`parse` gives the same checkpoint back."""
        lines = (self.origin, str(self.size), encode_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, body: str) -> "Checkpoint":
        """Return the checkpoint in the text of a note.

        Raises:
            InvalidInput: it is not a checkpoint in the one accepted spelling.
        """
        *lines, end = body.split("\n")
        if end or len(lines) < 3:
            raise InvalidInput("a checkpoint has at least three lines: origin, size, root")
        origin, size, root, *extensions = lines
        return cls(
            origin,
            parse_decimal(size, "the size in a checkpoint"),
            decode_base64(root, "the root in a checkpoint"),
            tuple(extensions),
        )
