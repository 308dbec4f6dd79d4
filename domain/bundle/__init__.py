"""The bundle: one file from which somebody else sees, offline, what a version is and was.

A bundle is a set of named files (in a zip, see :mod:`oneseek.adapters.bundle.archive`)::

    bundle.json                   what it is about, and every other file with size and SHA-256
    checkpoint                    the signed tree head that everything is proved under
    chain/SIZE.checkpoint         older tree heads by which keys vouched for other keys
    chain/SIZE.consistency        that the checkpoint's tree begins with that one: base64 hashes
    entries/INDEX.json            the bytes of an entry
    proofs/INDEX.tlog-proof       its C2SP tlog-proof under the checkpoint
    manifests/DIGEST.json         the manifests of the versions and of their base models
    rows/DIGEST.leaves            leaf hashes of a dataset's rows, 32 bytes each: no salt, no text
    keys/INDEX.vkey, INDEX.pem    the public key that entry INDEX announces
    keys/witness/ID.vkey          public keys of witnesses: a hint, get them from the witnesses
    signatures/DIGEST.sig         the model.sig that an entry names
    exports/NAME                  documents for other tools
    model/DNA/PATH                the certified folder itself, where asked for
    README.txt, verify_bundle.py  for the receiver

It is made by :mod:`oneseek.domain.bundle.parts` and judged by
:mod:`oneseek.domain.bundle.verify`; ``verify_bundle.py`` judges it again, without our code.
"""

BUNDLE_FORMAT = "oneseek-bundle/v1"
