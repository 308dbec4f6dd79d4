"""The inventory of a source: every entry with its class, and what its format read out of it."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypedDict

from oneseek.domain.digest import Digest
from oneseek.domain.findings import Finding
from oneseek.migrations.classing import classify, format_failed
from oneseek.migrations.foreign import archive_findings
from oneseek.migrations.format import Format, Reading
from oneseek.migrations.hashing import NO_STAMP, OnBytes
from oneseek.migrations.item import FILE, LINK, Item
from oneseek.migrations.links import link_findings
from oneseek.migrations.look import Look
from oneseek.migrations.paths import encoded_path, link_text, shown_path
from oneseek.migrations.personal import may_hold_people_text
from oneseek.migrations.rules.people import names_people_text
from oneseek.migrations.rules.pointers import pointer_of_link
from oneseek.migrations.verdicts import Verdict
from oneseek.migrations.walk import Found, reopen, walk

_READABLE = "a file, a folder or a link that can be read"
POINTER = "pointer-link"
_MAX_SAYS = 500
_VOCABULARY = "tokenizer-file"
_JUDGED = frozenset({"code", "dataset", "readme", "python-ledger", "training-history"})
"""Classes whose formats ask for themselves whether people speak in a file."""


class Scanned(NamedTuple):
    """One entry of a source."""

    item: Item
    reading: Reading | None = None
    """What its format read; None for what has no format."""
    look: Look | None = None
    """Of a file. Its bytes are let go of when the next entry is asked for."""


def scan(
    source: Path,
    *,
    on_entry: Callable[[Item], None] | None = None,
    on_bytes: OnBytes | None = None,
) -> Iterator[Scanned]:
    """Yield every entry below ``source`` exactly once, in byte order of the paths.

    Nothing is kept besides the listings of the folders on the way to the entry.

    Args:
        source: as :func:`~oneseek.migrations.source.check_source` returned it.
        on_entry: told of each item before it is handed out.
        on_bytes: told of bytes that were hashed, from one thread at a time.

    Raises:
        OSError: the source itself cannot be listed any more.
    """
    single = not source.is_dir()
    for found in walk(source, on_bytes):
        if found.type == FILE:
            file = source if single else source / os.fsdecode(found.path)
            scanned = _file(source, file, found)
        elif found.type == LINK:
            scanned = _link(source, found)
        else:
            scanned = Scanned(_other(found))
        if on_entry is not None:
            on_entry(scanned.item)
        yield scanned
        if scanned.look is not None:
            scanned.look.forget()


def _file(source: Path, file: Path, found: Found) -> Scanned:
    path = shown_path(found.path)
    assert found.digest is not None
    look = Look(
        file,
        path,
        size=found.size,
        digest=found.digest,
        siblings=found.siblings,
        data=found.data,
        reopen=partial(reopen, source, found.path, found.stamp or NO_STAMP),
    )
    classed = classify(look)
    form, reading = classed.form, classed.reading
    if reading is None:
        # Where the format failed that knew it, what it knew of people's text still holds.
        known = form is not None and form.personal
        reason = (
            "no known format: kept as it is" if form is None else "its format could not read it"
        )
        item = Item(
            **_common(found),
            reason=reason,
            personal=known or may_hold_people_text(look),
            findings=classed.findings or (archive_findings(path) if form is None else ()),
        )
        return Scanned(item, None, look)
    assert form is not None
    item = Item(
        **_common(found),
        kind=form.name,
        verdict=reading.verdict,
        reason=reading.reason,
        says=reading.says,
        personal=form.personal or _says_more(form, reading, look),
        findings=reading.findings,
    )
    return Scanned(item, reading, look)


def _says_more(form: Format, reading: Reading, look: Look) -> bool:
    """Tell whether a file of a known class has fields of people's text all the same.

    None should have; but then the bytes must be sealed, whatever the file is called. A file named
    like a pointer that points to nothing holds a text that somebody wrote.
    """
    if form.name.startswith("pointer-") and reading.facts is None:
        return True
    if form.name in _JUDGED:
        return False
    if form.name == _VOCABULARY:
        return names_people_text(look.json.value)  # every word is a field of a vocabulary
    return may_hold_people_text(look)


def _link(source: Path, found: Found) -> Scanned:
    target = link_text(found.target)
    path, facts = shown_path(found.path), None
    findings = link_findings(source, found.path, found.target)
    try:
        facts = pointer_of_link(path, target)
    except Exception as error:
        findings = (*findings, format_failed(POINTER, path, error))
    common = _common(found)
    if facts is None:
        return Scanned(Item(**common, kind=LINK, target=target, findings=findings))
    reading = Reading(
        verdict=Verdict.ASSERTED,
        reason="a link that says which model is the active one",
        says=f"{facts.pointer}: {facts.target}"[:_MAX_SAYS],
        facts=facts,
        findings=findings,
    )
    item = Item(
        **common,
        kind=POINTER,
        target=target,
        reason=reading.reason,
        says=reading.says,
        findings=findings,
    )
    return Scanned(item, reading)


def _other(found: Found) -> Item:
    findings: tuple[Finding, ...] = ()
    if found.check:
        findings = (Finding(found.check, shown_path(found.path), _READABLE, found.reason),)
    return Item(**_common(found), kind=found.type, reason=found.reason, findings=findings)


class _Common(TypedDict):
    path: str
    raw_path: str
    type: str
    size: int
    digest: Digest | None


def _common(found: Found) -> _Common:
    return _Common(
        path=shown_path(found.path),
        raw_path=encoded_path(found.path),
        type=found.type,
        size=found.size,
        digest=found.digest,
    )
