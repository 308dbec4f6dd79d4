"""The hashes in old names and records, recomputed as the old programs computed them.

None of them ever covered a dataset's content or a byte of weights: the digits in a certified name
stand for a file name with a count and categories, and for a loss with a time. That they recompute
says that name and record were made together, no more.

Three spellings of JSON are in use. *Canonical*: sorted keys, no blanks, characters as they are.
*Spaced*: Python's ``json.dumps(…, sort_keys=True)``, with a blank after comma and colon and ASCII
escapes. *JavaScript's*: no blanks, keys in the order in which they were put in.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations

MAX_CATEGORIES = 7
"""Of more categories not every order is tried: eight have 40,320, which a hostile tree could ask
for in every file. The old parser knew twelve, but no file name in sight has more than four."""
UNSIGNED_FIELDS = ("immutable_hash", "signature", "signer_public_key")


def canonical(value: object) -> bytes:
    """Return the canonical JSON of ``value``, as the old ``canonical_json``."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def spaced(value: object) -> bytes:
    """Return ``json.dumps(value, sort_keys=True)`` as bytes."""
    return json.dumps(value, sort_keys=True).encode()


def full(data: bytes) -> str:
    """Return the SHA-256 of ``data`` as hex."""
    return hashlib.sha256(data).hexdigest()


def short(data: bytes) -> str:
    """Return the first eight digits of the SHA-256 of ``data``."""
    return full(data)[:8]


def weights8(weights: Mapping[str, object]) -> str:
    """W8 of a name of the second generation: shares of base models, no weights of any kind."""
    return short(canonical(dict(weights)))


def standalone_weights8(weights: Mapping[str, object]) -> str:
    """W8 as the standalone script made it; it differs from :func:`weights8` by blanks."""
    return short(spaced(dict(weights)))


def categories8(categories: Iterable[str]) -> str:
    """C8 of a name of the first generation."""
    return short(canonical(sorted(categories)))


def time8(text: str) -> str:
    """T8: of the time's text as the program had it, Python's ``isoformat()`` or a text given."""
    return short(text.encode("utf-8", "surrogatepass"))


def equal_shares(models: Sequence[str]) -> dict[str, float]:
    """The shares that the certified generation gave its base models: all the same."""
    return {model: 1.0 / len(models) for model in models}


def training_data8(dataset: str, samples: object, categories: Sequence[str]) -> str:
    """The first hash of a certified name. ``dataset`` is a file name without folders."""
    made = {"dataset": dataset, "samples": samples, "categories": list(categories)}
    return short(spaced(made))


def order_for_training_data(
    wanted: str, dataset: str, samples: object, categories: Iterable[str]
) -> tuple[str, ...] | None:
    """Return the order of ``categories`` that gives ``wanted`` as the first hash, or None.

    The old list came out of a set, so that its order changed from process to process.
    """
    for order in _orders(categories):
        if training_data8(dataset, samples, order) == wanted:
            return order
    return None


def model_weights8(final_loss: object, timestamp: str, dna: str | None = None) -> str:
    """The second hash of a certified name: of a loss and the local time of the start.

    The first programs of that generation hashed the DNA of the second generation as well.
    """
    made: dict[str, object] = {"final_loss": final_loss, "timestamp": timestamp}
    if dna is not None:
        made["dna"] = dna
    return short(spaced(made))


def immutable_hash(
    dna: str, models: Sequence[str], categories: Sequence[str], version: str = "1.0"
) -> str:
    """The hash beside a certified model in the shared ledger proof, without ``sha256:``."""
    made = {
        "dna": dna,
        "version": version,
        "weights": equal_shares(models),
        "categories": list(categories),
    }
    return full(canonical(made))


def order_for_immutable_hash(
    wanted: str, dna: str, models: Sequence[str], categories: Iterable[str]
) -> tuple[str, ...] | None:
    """Return the order of ``categories`` that gives ``wanted`` (with or without prefix), or None.

    Without models there is nothing to share out, and no such hash was ever made.
    """
    if not models:
        return None
    for order in _orders(categories):
        if immutable_hash(dna, models, order) == wanted.removeprefix("sha256:"):
            return order
    return None


def entry_immutable_hash(entry: Mapping[str, object]) -> str:
    """The ``immutable_hash`` of a signed entry: over all of it but that and the signature."""
    return full(
        canonical({key: value for key, value in entry.items() if key not in UNSIGNED_FIELDS})
    )


def merge_hash16(manifest: Mapping[str, object]) -> str:
    """The ``mergeHash`` that Python put into a merge manifest: over the rest of it."""
    return full(spaced({key: value for key, value in manifest.items() if key != "mergeHash"}))[:16]


def node_merge_time(
    wanted: str, adapters: object, base_models: Iterable[str | None], version: str, before: datetime
) -> datetime | None:
    """Return the time that Node hashed into a ``mergeHash`` (16 digits), or None.

    It took the clock once for the hash and again, a moment later, for the record: ``before``. Up to
    50 ms back are tried. A base model of None stands for a request that named none: JavaScript
    leaves the key out.
    """
    start = int((before - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))
    for base in base_models:
        front = {"adapters": adapters} | ({} if base is None else {"baseModel": base})
        for back in range(51):
            made = {**front, "versionStr": version, "timestamp": start - back}
            text = json.dumps(made, separators=(",", ":"), ensure_ascii=False)
            if full(text.encode("utf-8", "surrogatepass"))[:16] == wanted:
                return before - timedelta(milliseconds=back)
    return None


def sample_counts(
    wanted: str, model: str, total: int, clock: datetime, *, back: int = 200
) -> tuple[int, int] | None:
    """Return how many samples of each stage were hashed into a ``dna_hash``, or None.

    ``clock`` is the time in the record, taken some microseconds after the one that was hashed; up
    to ``back`` are tried. More than a hundred samples are not searched.
    """
    if not 0 <= total <= 100:
        return None
    splits = sorted(range(total + 1), key=lambda first: abs(2 * first - total))
    for micro in range(back + 1):
        text = (clock - timedelta(microseconds=micro)).isoformat()
        for first in splits:
            made = {
                "model": model,
                "total_samples": total,
                "stage1_samples": first,
                "stage2_samples": total - first,
                "timestamp": text,
            }
            if full(spaced(made)) == wanted:
                return first, total - first
    return None


def _orders(categories: Iterable[str]) -> Iterator[tuple[str, ...]]:
    known = sorted(set(categories))
    return permutations(known) if len(known) <= MAX_CATEGORIES else iter(())
