"""Reading an old JSON record field by field: whatever is odd about it becomes a finding.

Nothing a record holds can raise here: wrong types, missing and unknown fields, keys that stand
twice, numbers that are none. Values of a wrong type are left out, never guessed.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from functools import wraps

from msgspec import structs

from oneseek.domain.findings import Finding
from oneseek.migrations.format import Reading
from oneseek.migrations.look import Look
from oneseek.migrations.texts import fit_facts, kind_of, shown
from oneseek.migrations.verdicts import Verdict

MAX_FINDINGS = 40
"""Of one file; what is left out is counted in the last one."""
MAX_LIST = 1000
"""Entries of a list, or names of an object, that are read; no old program wrote a hundred."""
_NAMED = 10


class Record:
    """One object of a record. ``path`` leads to it from the top, ``metrics.`` with its dot."""

    def __init__(
        self,
        values: Mapping[str, object],
        look: Look,
        *,
        path: str = "",
        notes: list[Finding] | None = None,
    ) -> None:
        self.values = values
        self.look = look
        self.path = path
        self._notes: list[Finding] = [] if notes is None else notes
        self._asked: set[str] = set()
        self._parts: dict[str, Record] = {}

    def text(self, key: str, *, required: bool = False) -> str | None:
        """Return a text; None where there is none, or null."""
        value = self.get(key, required=required)
        if isinstance(value, str):
            return value
        self._wrong(key, value, "a text")
        return None

    def number(self, key: str, *, required: bool = False) -> int | float | None:
        """Return a finite number; None where there is none, or null."""
        value = self.get(key, required=required)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._wrong(key, value, "a number")
        elif isinstance(value, float) and not math.isfinite(value):
            self._wrong(key, value, "a finite number")
        else:
            return value
        return None

    def count(self, key: str, *, required: bool = False) -> int | None:
        """Return a whole number from 0 to 2^53; None where there is none, or null."""
        value = self.get(key, required=required)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 2**53:
            self._wrong(key, value, "a count")
            return None
        return value

    def flag(self, key: str) -> bool | None:
        """Return true or false; None where there is none, or null."""
        value = self.get(key)
        if isinstance(value, bool):
            return value
        self._wrong(key, value, "true or false")
        return None

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """Return the texts of a list, in order; other entries are left out, with a finding."""
        found = self.items(key, required=required)
        texts = tuple(entry for entry in found if isinstance(entry, str))
        if len(texts) != len(found):
            self.note("field-type", key, "a list of texts", f"{len(found) - len(texts)} others")
        return texts

    def items(self, key: str, *, required: bool = False) -> tuple[object, ...]:
        """Return the entries of a list, at most a thousand."""
        value = self.get(key, required=required)
        if not isinstance(value, list):
            self._wrong(key, value, "a list")
            return ()
        if len(value) > MAX_LIST:
            self.note("field-type", key, f"at most {MAX_LIST} entries", str(len(value)))
        return tuple(value[:MAX_LIST])

    def part(self, key: str, *, required: bool = False) -> "Record":
        """Return an object within this one; an empty one where there is none, or null."""
        if key not in self._parts:
            value = self.get(key, required=required)
            if not isinstance(value, dict):
                self._wrong(key, value, "an object")
                value = {}
            path = f"{self.path}{key}."
            self._parts[key] = Record(value, self.look, path=path, notes=self._notes)
        return self._parts[key]

    def numbers(self, key: str) -> dict[str, int | float]:
        """Return an object of numbers by names that are anybody's choice."""
        part = self.part(key)
        found = {name: part.number(name) for name in list(part.values)[:MAX_LIST]}
        part.allow(*part.values)
        return {name: value for name, value in found.items() if value is not None}

    def get(self, key: str, *, required: bool = False) -> object:
        """Return a value of any type, null as None."""
        self._asked.add(key)
        if required and key not in self.values:
            self.note("field-missing", key, "a field that every such record has", "nothing")
        return self.values.get(key)

    def allow(self, *keys: str) -> None:
        """Fields that belong here although nobody looks into them."""
        self._asked.update(keys)

    def note(self, check: str, key: str, expected: str, found: str, hint: str = "") -> None:
        """Add a finding about a field; its value is shown only if the caller puts it in."""
        if len(self._notes) < MAX_FINDINGS:
            field = shown(self.path + key, 120)
            where = f"{self.look.path}: {field}" if field else self.look.path
            self._notes.append(Finding(check, where, expected, found, hint))

    def findings(self) -> tuple[Finding, ...]:
        """Everything odd, unknown fields at the end."""
        for record in self._all():
            unknown = [key for key in record.values if key not in record._asked]
            if unknown:
                named = ", ".join(shown(key, 40) for key in unknown[:_NAMED])
                more = f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else ""
                record.note("field-unknown", "", "the fields of its kind", named + more)
        return tuple(self._notes)

    def _all(self) -> "Iterator[Record]":
        yield self
        for part in self._parts.values():
            yield from part._all()

    def _wrong(self, key: str, value: object, expected: str) -> None:
        if value is not None:
            self.note("field-type", key, expected, kind_of(value))


ReadRecord = Callable[[Record], Reading]


def record_reader(read: ReadRecord) -> Callable[[Look], Reading]:
    """Make a reader of files out of one of records: it answers for what is no record at all."""

    @wraps(read)
    def reading(look: Look) -> Reading:
        if look.json.problem:
            return unreadable(look, look.json.problem)
        value = look.json.value
        if not isinstance(value, dict):
            return unreadable(look, f"it holds {kind_of(value)}, no object")
        record = Record(value, look)
        for key in dict.fromkeys(look.json.repeated[:_NAMED]):
            found = "twice; the last one is read, as the old programs did"
            record.note("key-repeated", key, "every key once", found)
        if look.json.encoding == "utf-8-sig":
            record.note("byte-order-mark", "", "UTF-8 without a byte order mark", "one")
        if look.json.no_numbers:
            record.note("no-number", "", "numbers", ", ".join(look.json.no_numbers))
        made = read(record)
        findings = (*made.findings, *record.findings())
        return structs.replace(made, facts=fit_facts(made.facts), findings=findings)

    return reading


def unreadable(look: Look, problem: str) -> Reading:
    """The reading of a record of which nothing can be read: its bytes are kept all the same."""
    finding = Finding("record-unreadable", look.path, "a JSON object in UTF-8", problem)
    reason = f"it cannot be read: {problem}"
    return Reading(verdict=Verdict.ASSERTED, reason=reason, findings=(finding,))
