"""What the fold of ``oqt_provenance`` keeps: digests, names and numbers, one struct per type."""

from typing import ClassVar

from oneseek.domain.digest import Digest
from oneseek.domain.projections.collections.values import Mark
from oneseek.domain.state.store import Document


class Begun(Document, frozen=True):
    """What a training continues from, by training id. It is no unit."""

    table: ClassVar[str] = "begun"
    parent: Digest | None = None
    parent_name: str | None = None


class QueryOrigin(Document, frozen=True):
    """What answered a question, by the id of its document."""

    table: ClassVar[str] = "query-origin"
    mark: Mark
    query: str
    model: str | None
    base: Digest
    version: str | None
    manifest: Digest | None
    input: Digest
    output: Digest
    prompt_format: str
    duration_ms: int
    erased: Mark | None = None


class VersionOrigin(Document, frozen=True):
    """What a version was made from and what became of it, under ``version:DIGEST``."""

    table: ClassVar[str] = "version-origin"
    mark: Mark
    evidence: str
    """``observed`` by us; of an imported one ``verified``, ``asserted`` or ``contradicted``."""
    dna: str
    manifest: Digest
    weights: Digest | None
    base: Digest | None
    base_name: str | None
    training: str | None = None
    dataset: Digest | None = None
    dataset_name: str | None = None
    parent: Digest | None = None
    parent_name: str | None = None
    claimed: str | None = None
    """The name that older records give it."""
    record: Digest | None = None
    source: str | None = None
    signed: Mark | None = None
    signature: Digest | None = None
    key: Digest | None = None
    activated: Mark | None = None
    withdrawn: Mark | None = None
    reproduced: Mark | None = None
    verdict: str | None = None
    """On repeating its training."""
    report: Digest | None = None
    held: bool = False


class Material(Document, frozen=True):
    """A base model or a dataset, under ``base:DIGEST`` or ``dataset:DIGEST``."""

    table: ClassVar[str] = "material"
    mark: Mark
    type: str
    """``base`` or ``dataset``."""
    name: str
    digest: Digest
    size: int
    licence: str | None
    files: int | None = None
    architecture: str | None = None
    rows: int | None = None
    row_root: Digest | None = None
    language: str | None = None
    categories: tuple[str, ...] | None = None


class Source(Document, frozen=True):
    """A place of older records, under ``source:IDENTITY``: as it was scanned last."""

    table: ClassVar[str] = "source"
    mark: Mark
    source: str
    path: str
    inventory: Digest
    report: Digest
    entries: int
    files: int
    size: int
    items: int = 0
    gaps: int = 0
    quarantined: int = 0
    erased: int = 0
    """Sealed files whose keys were destroyed."""
    moved_to: str | None = None


class ImportedLedger(Document, frozen=True):
    """An old ledger that was checked block by block, under ``ledger:INDEX`` of its entry."""

    table: ClassVar[str] = "imported-ledger"
    mark: Mark
    source: str
    path: str
    format: str
    ledger: Digest
    judgements: Digest
    blocks: int
    verified: int
    reconstructed: int
    asserted: int
    contradicted: int
    verdict: str
    reason: str
