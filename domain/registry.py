"""The closed registry of kinds: the one place that turns entries into bytes and back.

Reading is strict: a typed decode, then re-encode and compare. That comparison is the only thing
that catches duplicate keys, other spacing and other number texts. An unknown kind is an error and
never an import; nothing in a ledger can name code.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from operator import ne
from typing import Any, Union

import msgspec

from oneseek.domain.entry import MAX_ENTRY_BYTES, Entry
from oneseek.domain.errors import InvalidInput, LedgerBroken
from oneseek.domain.events import ALL_EVENTS, Event
from oneseek.domain.unconstrained import unconstrained

Upcast = Callable[[Any], Event]


class Registry:
    """Encoder and strict decoder for a closed set of event kinds.

    ``upcasts`` maps an outdated event class to the function that turns it into its successor;
    :meth:`current` applies them until the event is of today's kind. Bytes are never rewritten.
    """

    def __init__(
        self,
        events: Iterable[type[Event]],
        upcasts: Mapping[type[Event], Upcast] | None = None,
    ) -> None:
        self._entry_types = {event: _entry_type(event) for event in events}
        self.kinds = {event.kind: event for event in self._entry_types}
        if len(self.kinds) != len(self._entry_types) or "" in self.kinds:
            raise InvalidInput("every event class needs a kind of its own")
        self._upcasts = {event.kind: upcast for event, upcast in (upcasts or {}).items()}
        self._encoder = msgspec.json.Encoder()
        self._decoder = _decoder(self._entry_types.values())

    def entry(self, event: Event, *, stream_version: int, time: str, actor: str) -> Entry:
        """Wrap ``event`` in its envelope. Nothing is checked before :meth:`encode`."""
        make = self._entry_types[type(event)]
        return make(
            stream=event.stream,
            stream_version=stream_version,
            time=time,
            actor=actor,
            body=event,
        )

    def encode(self, entry: Entry) -> bytes:
        """Return the canonical bytes of ``entry``.

        Raises:
            InvalidInput: the entry would not read back (a wrong type, text that is not UTF-8, a
                number that is not finite), its stream is not its event's, or it is too large.
        """
        try:
            raw = self._encoder.encode(entry)
            if self._decoder.decode(raw) != entry:
                raise InvalidInput(f"a {entry.kind} entry does not read back as written")
        except UnicodeEncodeError:
            raise InvalidInput(
                f"a {entry.kind} entry cannot be recorded: a text in it is not valid Unicode"
            ) from None
        except (msgspec.MsgspecError, TypeError) as error:
            raise InvalidInput(f"a {entry.kind} entry cannot be recorded: {error}") from None
        if entry.stream != entry.body.stream:
            raise InvalidInput(f"a {entry.kind} entry names the stream {entry.stream!r}")
        if len(raw) > MAX_ENTRY_BYTES:
            raise InvalidInput(
                f"a {entry.kind} entry has {len(raw)} bytes, more than {MAX_ENTRY_BYTES}",
                hint="shorten its texts: what grows belongs into the content store",
            )
        return raw

    def decode(self, raw: bytes, *, where: str = "an entry") -> Entry:
        """Read one entry strictly.

        Raises:
            LedgerBroken: unknown kind, wrong field, or bytes that are not canonical.
        """
        try:
            entry = self._decoder.decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise LedgerBroken(f"{where} cannot be read: {error}") from None
        if self._encoder.encode(entry) != raw:
            raise LedgerBroken(f"{where} is not in canonical form")
        if len(raw) > MAX_ENTRY_BYTES:
            raise LedgerBroken(f"{where} has {len(raw)} bytes, more than {MAX_ENTRY_BYTES}")
        if entry.stream != entry.body.stream:
            raise LedgerBroken(f"{where} names a stream that is not its event's")
        return entry

    def read(self, raw: bytes, *, where: str = "an entry") -> Entry:
        """Read one entry strictly and give its event as one of today's kinds: for every fold.

        Raises:
            LedgerBroken: see :meth:`decode`.
        """
        entry = self.decode(raw, where=where)
        return self.upcast(entry)

    def recall(self, raws: Collection[bytes], *, canonical: bool = False) -> list[Entry]:
        """Read entries again, four times as fast, that :meth:`decode` has accepted before.

        For bytes that are bound by the root of a tree whose every entry was read strictly. Types
        and fields are checked, spellings of texts and canonical form are not. The event is of a
        subclass of its kind's class, so that ``match`` and ``isinstance`` find it.
        ``canonical``: the form is compared all the same.

        Raises:
            LedgerBroken: some bytes are no entry of ours at all, or not in canonical form.
        """
        decode = self._recaller.decode
        try:
            entries = [decode(raw) for raw in raws]
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise LedgerBroken(f"an entry cannot be read: {error}") from None
        # One by one: encoding all into one buffer takes fresh pages from the system every time.
        if canonical and any(map(ne, map(self._encoder.encode, entries), raws)):
            raise LedgerBroken("an entry is not in canonical form")
        return [self.upcast(entry) for entry in entries] if self._upcasts else entries

    @cached_property
    def _recaller(self) -> "msgspec.json.Decoder[Entry]":
        envelope = unconstrained(Entry)
        return _decoder(_entry_type(unconstrained(event), envelope) for event in self._entry_types)

    def passes_by(self, wanted: Collection[type[Event]]) -> Callable[[bytes], bool]:
        """Return what tells from an entry's first bytes that its event is of no wanted kind.

        Canonical bytes begin with the kind. It says True only for kinds that this registry knows
        and never upcasts: everything else has to be read to be judged.
        """
        names = {event.kind for event in wanted}
        others = frozenset(
            f'{{"kind":"{kind}"'.encode()
            for kind in self.kinds
            if kind not in names and kind not in self._upcasts
        )
        return lambda raw: raw.partition(b",")[0] in others

    def upcast(self, entry: Entry) -> Entry:
        """Return ``entry`` with its event as one of today's kinds."""
        if entry.body.kind not in self._upcasts:
            return entry
        return self.entry(
            self.current(entry.body),
            stream_version=entry.stream_version,
            time=entry.time,
            actor=entry.actor,
        )

    def current(self, event: Event) -> Event:
        """Return ``event`` as an event of today's kinds, upcast as often as needed."""
        while (upcast := self._upcasts.get(event.kind)) is not None:
            event = upcast(event)
        return event


def _decoder(entry_types: Iterable[type[Entry]]) -> "msgspec.json.Decoder[Entry]":
    return msgspec.json.Decoder(Union[tuple(entry_types)])  # noqa: UP007 - built at run time


def _entry_type(event: type[Event], envelope: type[Entry] = Entry) -> type[Entry]:
    """Make the entry struct of one kind: the envelope with a typed body, tagged by the kind."""
    made = msgspec.defstruct(
        f"{event.__name__}Entry",
        [("body", event)],
        bases=(envelope,),
        tag_field="kind",
        tag=event.kind,
        frozen=True,
        forbid_unknown_fields=True,
        kw_only=True,
        gc=envelope is Entry,
    )
    assert issubclass(made, Entry)
    return made


REGISTRY = Registry(ALL_EVENTS)
"""Every kind that a ledger of this software may hold."""
