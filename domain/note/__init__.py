"""Signed notes, checkpoints and offline proofs: the texts that a log is trusted by.

- :mod:`~oneseek.domain.note.signed_note`: text with signatures (https://c2sp.org/signed-note);
- :mod:`~oneseek.domain.note.checkpoint`: the note text that states a log's size and root
  (https://c2sp.org/tlog-checkpoint);
- :mod:`~oneseek.domain.note.cosignature`: what a witness adds to a checkpoint
  (https://c2sp.org/tlog-cosignature);
- :mod:`~oneseek.domain.note.consistency_file`: a file that proves that a log goes on from an older
  checkpoint, and :mod:`~oneseek.domain.note.witnessing`: what a witness asks of it
  (https://c2sp.org/tlog-witness);
- :mod:`~oneseek.domain.note.tlog_proof`: a file that proves offline that an entry is in a log
  (https://c2sp.org/tlog-proof).

A checkpoint as it is stored and published::

    example.com/behind-the-sofa
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhc…

Every reader here accepts exactly what its writer writes: two different byte strings never mean
the same thing, so a digest of the bytes is a digest of the meaning.
"""
