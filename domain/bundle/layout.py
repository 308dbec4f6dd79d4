"""Which files a bundle may have, and where each has its place."""

import re

LISTING = "bundle.json"
CHECKPOINT = "checkpoint"
README = "README.txt"
SCRIPT = "verify_bundle.py"

MAX_FILES = 65_534
"""A zip without extensions counts no further."""

MAX_READ = 16 * 1024 * 1024
"""Bytes of a file that is read as a whole; those of the model are streamed."""

_INDEX = "0|[1-9][0-9]{0,18}"
_DIGEST = "[0-9a-f]{64}"
_FORMS = {
    "listing": re.compile("(bundle\\.json)"),
    "checkpoint": re.compile("(checkpoint)"),
    "text": re.compile("(README\\.txt|verify_bundle\\.py)"),
    "chain": re.compile(f"chain/({_INDEX})\\.checkpoint"),
    "consistency": re.compile(f"chain/({_INDEX})\\.consistency"),
    "entry": re.compile(f"entries/({_INDEX})\\.json"),
    "proof": re.compile(f"proofs/({_INDEX})\\.tlog-proof"),
    "manifest": re.compile(f"manifests/({_DIGEST})\\.json"),
    "rows": re.compile(f"rows/({_DIGEST})\\.leaves"),
    "key": re.compile(f"keys/((?:{_INDEX})\\.(?:vkey|pem))"),
    "witness": re.compile("keys/witness/([0-9a-f]{8})\\.vkey"),
    "signature": re.compile(f"signatures/({_DIGEST})\\.sig"),
    "export": re.compile("exports/([A-Za-z0-9][A-Za-z0-9._-]{0,99})"),
    "model": re.compile("model/([^/]+/.+)"),
}


def part_of(path: str) -> tuple[str, str] | None:
    """Return what the file at ``path`` is, and its name among those; None: it has no place."""
    for part, form in _FORMS.items():
        if match := form.fullmatch(path):
            return part, match[1]
    return None


def entry_path(index: int) -> str:
    """Return where the bytes of entry ``index`` are."""
    return f"entries/{index}.json"


def proof_path(index: int) -> str:
    """Return where the proof of entry ``index`` is."""
    return f"proofs/{index}.tlog-proof"


def chain_path(size: int) -> str:
    """Return where an older checkpoint of ``size`` entries is."""
    return f"chain/{size}.checkpoint"


def consistency_path_of(size: int) -> str:
    """Return where the proof is that the checkpoint's tree begins with one of ``size`` entries."""
    return f"chain/{size}.consistency"


def manifest_path(digest: str) -> str:
    """Return where the manifest of this digest is."""
    return f"manifests/{digest}.json"


def rows_path(dataset: str) -> str:
    """Return where the leaf hashes of a dataset are."""
    return f"rows/{dataset}.leaves"


def signature_path(digest: str) -> str:
    """Return where the model.sig of this digest is."""
    return f"signatures/{digest}.sig"


def model_path(dna: str, path: str) -> str:
    """Return where a file of the certified folder is."""
    return f"model/{dna}/{path}"
