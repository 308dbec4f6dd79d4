"""Reads the names of the old system, of every generation: lenient, and never wrong.

What is odd or ambiguous is said in a remark; what cannot be read is said in one sentence that
names the part. A name is a label: nothing here makes two things the same.
"""

import re
from dataclasses import replace

from oneseek.domain.names import CURRENT_NAME
from oneseek.migrations.rules.labels import folder_label
from oneseek.migrations.rules.legacy_name import Broken, LegacyName, Unreadable, quoted
from oneseek.migrations.rules.name_dna import read_dna
from oneseek.migrations.rules.name_kinds import odd_stamp, read_kind
from oneseek.migrations.rules.name_numbers import Numbers, read_numbers
from oneseek.migrations.rules.name_order import disagreement, sort_key

__all__ = ["LegacyName", "Unreadable", "disagreement", "folder_label", "read_name", "sort_key"]

_LONGEST = 1000
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_EXTENSION = re.compile(
    r"(?P<stem>.*?)(?P<extension>(?:\.gguf)?\.manifest\.json|\.(?:json|pth|pt|bin|safetensors|gguf)"
    r"(?:\.(?:bak|tmp))?)",
    re.IGNORECASE | re.ASCII,
)
_QUANTIZED = re.compile(
    r"(?P<stem>.*)\.(?P<kind>(?:Q[0-9]\w*|B?F[0-9]{2}))", re.IGNORECASE | re.ASCII
)
_WRITTEN_QUANTIZATIONS = ("Q5_K_M", "Q6_K", "Q8_0")
_TOLD_APART = re.compile(r"(?P<stem>.+)(?P<mark>~[0-9a-f]{8})")
"""As our own tree calls the folder of a second version with the same name."""
_VERSIONED = re.compile(
    r"(?P<model>OneSeek-7B-Zero|OQT-1\.0)(?:-(?P<language>[A-Za-z]{2}|ensv))?(?P<v>[.\-]v)"
    r"(?P<behind>[0-9].*)",
    re.IGNORECASE | re.ASCII,
)
_WRITTEN_HEADS = ("OneSeek-7B-Zero.v", "oneseek-7b-zero-v", "OQT-1.0.v", "oqt-1.0-v")
_BARE = re.compile(r"(?P<v>v?)(?P<behind>[0-9]+\.[0-9].*)")
_OQT_FILE = re.compile(r"model_version_([0-9]+)_([0-9]+)_([0-9]+)", re.IGNORECASE | re.ASCII)
_SUFFIX = re.compile(
    r"(?:-(?P<language>SV|EN|ENSV|NO|DA|FI|(?:sv|en|ensv|no|da|fi)$))?"
    r"(?:-(?P<base>.+?))??(?:-(?P<stamp>[0-9]{14}))?"
)


def read_name(text: str) -> LegacyName | Unreadable:
    """Read a name as a folder, a file or a record has it. Never raises, whatever ``text`` is."""
    try:
        return _read(text)
    except Broken as broken:
        return Unreadable(text=text, reason=f"unreadable because {broken}")


def _read(text: str) -> LegacyName:
    _require_one_line(text)
    stripped = text.strip()
    stem, extension, quantization, odd = _without_extension(stripped)
    if found := _TOLD_APART.fullmatch(stem):
        stem = found["stem"]
        odd = (
            *odd,
            f"{quoted(found['mark'])} is only there to tell two versions of one name apart",
        )
    name = _versioned(stem) or _three_numbers(stem) or _bare(stem) or read_kind(stem)
    if name is None:
        raise Broken(_why_not(stem))
    name = replace(name, text=text, extension=extension, quantization=quantization)
    remarks = [*odd, *name.remarks]
    if stripped != text:
        remarks.append("blanks around it were ignored")
    if name.normal != text:
        remarks.append("it is not in NFC: some letters are composed of several characters")
    return replace(name, remarks=tuple(remarks))


def _require_one_line(text: str) -> None:
    if not text.strip():
        raise Broken("it is empty")
    if len(text) > _LONGEST:
        raise Broken(f"it has {len(text)} characters, and no name has more than {_LONGEST}")
    if found := _CONTROLS.search(text):
        raise Broken(f"it holds the character {found[0]!a}, which no name can hold")
    if found := re.search(r"[/\\]", text):
        raise Broken(f"it holds {found[0]!r}: it is a path, not a name")


def _without_extension(text: str) -> tuple[str, str | None, str | None, tuple[str, ...]]:
    """Return stem, extension, quantization of a GGUF file, and remarks."""
    found = _EXTENSION.fullmatch(text)
    if found is None:
        return text, None, None, ()
    stem, extension = found["stem"], found["extension"]
    if "gguf" not in extension.lower():
        return stem, extension, None, ()
    quantized = _QUANTIZED.fullmatch(stem)
    if quantized is None:
        return stem, extension, None, ("a GGUF file that does not say how it was quantized",)
    kind = quantized["kind"]
    known = kind in _WRITTEN_QUANTIZATIONS
    odd = () if known else (f"the old code wrote no quantization called {quoted(kind)}",)
    return quantized["stem"], extension, kind, odd


def _versioned(stem: str) -> LegacyName | None:
    found = _VERSIONED.fullmatch(stem)
    if found is None:
        return None
    numbers = read_numbers(found["behind"])
    oqt = found["model"].casefold().startswith("oqt")
    remarks = numbers.remarks
    head = found["model"] + found["v"]
    if head not in _WRITTEN_HEADS:
        remarks = (*remarks, f"the old code began no name with {quoted(head)}")
    language = found["language"]
    name = LegacyName(
        text=stem,
        generation="L0" if oqt else "L2",
        model=found["model"],
        major=numbers.major,
        minor=numbers.minor,
        patch=numbers.patch,
        hashes=numbers.cut,
        language=language.casefold() if language else None,
        remarks=remarks,
    )
    if oqt and numbers.rest.startswith("."):
        raise Broken(f"{quoted(numbers.rest)} stands behind an OQT version, which ends such a name")
    return _with_rest(name, numbers)


def _with_rest(name: LegacyName, numbers: Numbers) -> LegacyName:
    if numbers.rest.startswith("."):
        return read_dna(name, numbers.rest[1:])
    return _with_suffix(name, numbers.rest)


def _with_suffix(name: LegacyName, suffix: str) -> LegacyName:
    """Add language, base model and stamp, as names of weights and adapters end."""
    found = _SUFFIX.fullmatch(suffix)
    if found is None or (name.model is None and (found["base"] or found["stamp"])):
        raise Broken(f"{quoted(suffix)} behind the version is no language, base model or time")
    language, remarks = found["language"], list(name.remarks)
    if language and language != "SV":
        remarks.append(f"{quoted(language)} is read as the language; the old code wrote only SV")
    spoken = language.casefold() if language else None
    if spoken and name.language and spoken != name.language:
        remarks.append(f"it names two languages, {name.language} and {spoken}")
    if stamp := found["stamp"]:
        remarks.extend(odd_stamp("L2", stamp))
    return replace(
        name,
        language=spoken or name.language,
        base=found["base"],
        stamp=stamp,
        remarks=tuple(remarks),
    )


def _three_numbers(stem: str) -> LegacyName | None:
    """Read ``model_version_1_2_0``, and ``1.2.0`` alone."""
    found = _OQT_FILE.fullmatch(stem) or re.fullmatch(r"([0-9]+)\.([0-9]+)\.([0-9]+)", stem)
    if found is None:
        return None
    numbers = read_numbers(".".join(found.groups()), named=False)
    return LegacyName(
        text=stem,
        generation="L1",
        major=numbers.major,
        minor=numbers.minor,
        patch=numbers.patch,
        remarks=numbers.remarks,
    )


def _bare(stem: str) -> LegacyName | None:
    """Read a version or a DNA without a model in front: ``1.1-SV``, ``v1.0.sv.ds….….…``."""
    found = _BARE.fullmatch(stem)
    if found is None:
        return None
    numbers = read_numbers(found["behind"])
    remarks = numbers.remarks
    either = bool(found["v"]) and not numbers.rest
    if either:
        remarks = (*remarks, "a version alone does not say whether OQT's or OneSeek's is meant")
    name = LegacyName(
        text=stem,
        generation="L2",
        also=("L0",) if either else (),
        major=numbers.major,
        minor=numbers.minor,
        patch=numbers.patch,
        hashes=numbers.cut,
        remarks=remarks,
    )
    return _with_rest(name, numbers)


def _why_not(stem: str) -> str:
    if stem.casefold().startswith(CURRENT_NAME.casefold()):
        return f"{quoted(stem)} is the pointer to the active model, not a name of one"
    if re.match(r"OneSeek|OQT", stem, re.IGNORECASE | re.ASCII):
        return f"no version follows the model in {quoted(stem)}"
    return f"{quoted(stem)} begins as no name of the old system does"
