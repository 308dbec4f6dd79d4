"""Files with proofs and checkpoints: telling them apart, and writing them."""

from pathlib import Path

from oneseek.adapters.objects.durable import write_output as write_file
from oneseek.cli.wiring.files import read_input
from oneseek.domain.errors import InvalidInput
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.consistency_file import ConsistencyFile
from oneseek.domain.note.signed_note import Note, parse_note
from oneseek.domain.note.tlog_proof import HEADER, TlogProof

ProofFile = TlogProof | ConsistencyFile | Note
"""A proof of an entry, a consistency proof, or a checkpoint alone."""


def read_proof(path: Path) -> ProofFile:
    """Return what is in the file ``path``. Nothing is verified.

    Raises:
        InvalidInput: it is none of the three.
        NotFound, ServiceFailed: it cannot be read.
    """
    data = read_input(path)
    try:
        if data.startswith(HEADER.partition("@")[0].encode()):
            return TlogProof.parse(data)
        if data.startswith(b"old "):
            return ConsistencyFile.parse(data)
        note = parse_note(data)
        Checkpoint.parse(note.text)
        return note
    except InvalidInput as error:
        raise InvalidInput(
            f"{path} is no proof and no checkpoint: {error.message}",
            hint="oneseek ledger prove, consistency and head --note make such files; for any "
            "other: oneseek check FILE",
        ) from None


def note_of(proof: ProofFile) -> Note:
    """Return the signed checkpoint in a file of any of the three kinds."""
    return proof if isinstance(proof, Note) else parse_note(proof.checkpoint)


def write_output(path: Path, data: bytes) -> None:
    """Write what a person asked for with ``-o``; the file is whole or as it was.

    Raises:
        InvalidInput: it is a folder, or in none.
        ServiceFailed: it cannot be written.
    """
    if path.is_dir() or not path.parent.is_dir():
        raise InvalidInput(f"{path} is no file that can be written: name one in a folder")
    write_file(path, data)
