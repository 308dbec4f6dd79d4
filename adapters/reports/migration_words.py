"""The words of the report of an import, for people who do not know the system."""

from collections.abc import Iterator, Mapping
from typing import Any

from oneseek.adapters.reports.migration_findings import number_of, parted
from oneseek.adapters.reports.numbers import number

VERDICTS = {
    "verified": ("✓", "Verified", "It proves itself by the rule of the program that wrote it."),
    "verified by reconstruction": (
        "≈", "Verified by reconstruction",
        "It proves itself after a step that the reason names, such as putting back a time that the "
        "old program had overwritten.",
    ),
    "asserted": ("?", "Asserted", "Only the record itself says so. Nothing supports it, and "
                 "nothing speaks against it."),
    "contradicted": ("✗", "Contradicted", "Something else that was found says otherwise."),
}  # fmt: skip
"""Mark, title and meaning of each verdict, from the best to the worst."""

FORMS = {
    "adapter": "an adapter that can be applied",
    "tensors": "weights that can be read, but are no adapter",
    "none": "no weights",
}

ZONES = {
    "utc": "UTC",
    "local": "local time, zone not recorded",
    "false-z": "local time, wrongly marked as UTC",
    "offset": "with its zone",
}

GLOSSARY = (
    ("source", "a folder or file of an older system that was brought in."),
    ("version", "a trained model, as the old records describe it. Its identity is the digest of "
     "the list of its files; its name is only a label."),
    ("claim", "one thing that an old record says: a name, a number, a checksum."),
    ("verdict", "what could be made sure of a claim or a record. It is signed with the reason, and "
     "is never improved later."),
    ("old ledger", "a list of records in which each was meant to protect the one before."),
    ("gap", "part of the history that is not there: erased, cut off, or never written."),
    ("quarantined", "kept byte for byte, and never opened, because opening it could run a program "
     "that somebody hid in it."),
    ("finding", "one thing that is not as it should be: what was expected, and what was found."),
    ("digest", "a number of 64 hexadecimal digits that is computed from bytes. Other bytes have "
     "another digest."),
)  # fmt: skip


def headline(source: Mapping[str, Any]) -> dict[str, str]:
    """Return the tone, the title and the sentence for a report."""
    totals = {total["of"]: total["counts"] for total in source["totals"]}
    contradicted = sum(
        totals[of]["contradicted"] for of in ("versions", "old ledgers", "other records")
    )
    amiss, _ = parted(source["findings"]["checks"])
    odd = contradicted or amiss or source["quarantined"]["count"] or source["gaps"]["count"]
    recorded = source.get("recorded")
    title = "Taken over" if recorded else "What would be taken over"
    return {
        "tone": "unchecked" if odd else "clean",
        "title": f"{title}, with contradictions" if contradicted else title,
        "sentence": " ".join(_sentences(source, contradicted, bool(recorded))),
    }


def _sentences(source: Mapping[str, Any], contradicted: int, recorded: bool) -> Iterator[str]:
    yield _taken(source, recorded)
    yield "Every byte is kept." if recorded else "Every byte would be kept."
    if contradicted:
        what = "is" if contradicted == 1 else "are"
        yield f"{counted(contradicted, 'record')} {what} contradicted by something else here."
    amiss, _ = parted(source["findings"]["checks"])
    if found := number_of(amiss):
        does = "does" if found == 1 else "do"
        yield f"{counted(found, 'thing')} {does} not fit together."
    if gaps := source["gaps"]["count"]:
        yield f"The history has {counted(gaps, 'gap')}."
    if held := source["quarantined"]["count"]:
        was = "was" if held == 1 else "were"
        yield f"{counted(held, 'file')} {was} put in quarantine."
    if personal := source.get("personal", 0):
        holds = "holds" if personal == 1 else "hold"
        yield f"{counted(personal, 'file')} {holds} texts of people, and can be erased."
    if left := source["questions"]["count"]:
        yield f"{counted(left, 'question')} {'is' if left == 1 else 'are'} left for a person."


def _taken(source: Mapping[str, Any], recorded: bool) -> str:
    things = [
        counted(source[many]["count"], one)
        for many, one in (("versions", "version"), ("ledgers", "old ledger"),
                          ("told", "other record"))
        if source[many]["count"]
    ]  # fmt: skip
    read = f"{counted(source['files'], 'file')} ({size(source['size'])})"
    if not things:
        kept = "was" if source["files"] == 1 else "were"
        done = f"{kept} taken over" if recorded else "would be taken over"
        return f"{read} {done}: no version, old ledger or other record is among them."
    were = "was" if things[0].startswith("1 ") and len(things) == 1 else "were"
    done = f"{were} taken over" if recorded else "would be taken over"
    listed = " and ".join(filter(None, (", ".join(things[:-1]), things[-1])))
    return f"{listed} {done} from {read}."


def counted(count: int, noun: str) -> str:
    """Return ``1 file``, ``2 files``."""
    return f"{number(count)} {noun}" if count == 1 else f"{number(count)} {noun}s"


def size(count: int) -> str:
    """Return a number of bytes as people read it."""
    value, unit = float(count), "bytes"
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def check(name: str) -> str:
    """Return the name of a check as a heading."""
    text = name.replace("-", " ")
    return text[:1].upper() + text[1:]
