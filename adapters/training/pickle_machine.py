"""Reads a pickle without running it: its opcodes move plain values about and call nothing.

:func:`pickletools.genops` takes the bytes apart, which executes nothing either. What a pickle of
tensors needs is understood; the first opcode, name or call beyond that is refused by name.
"""

import pickletools
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, BinaryIO

from oneseek.adapters.training.pickle_calls import CALLS, call, is_key
from oneseek.adapters.training.pickle_names import STORAGES, TYPES
from oneseek.adapters.training.pickle_values import Named, Refused, Storage, shown

MAX_STEPS = 5_000_000
"""Opcodes in one pickle. A model of 1,000 tensors takes 60,000."""

_ALLOWED = STORAGES.keys() | TYPES.keys() | CALLS.keys()


def read_pickle(stream: BinaryIO, storages: dict[str, Storage] | None = None) -> object:
    """Return the value of the next pickle in ``stream``, which stands behind it then.

    Storages that it refers to are put into ``storages`` by key.

    Raises:
        Refused: it wants more than tensors and plain values, or is damaged.
    """
    machine = _Machine({} if storages is None else storages)
    try:
        for step, (opcode, argument, _) in enumerate(pickletools.genops(stream)):
            if opcode.name == "STOP":
                return machine.finish()
            if step >= MAX_STEPS:
                raise Refused(f"its pickle takes more than {MAX_STEPS} steps")
            machine.step(opcode.name, argument)
    except (IndexError, KeyError, ValueError, TypeError, AttributeError):
        raise Refused("its pickle is cut short or damaged") from None
    raise Refused("its pickle has no end")  # pragma: no cover - genops raises before


class _Machine:
    """Stack, marks and memo of the pickle machine."""

    def __init__(self, storages: dict[str, Storage]) -> None:
        self.stack: list[Any] = []
        self.below: list[list[Any]] = []
        self.memo: dict[int, Any] = {}
        self.storages = storages

    def finish(self) -> object:
        if len(self.stack) != 1 or self.below:
            raise ValueError
        return self.stack[0]

    def step(self, name: str, argument: Any) -> None:
        if name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name])
        elif name in _LITERALS:
            self.stack.append(argument)
        elif name in _FRESH:
            self.stack.append(_FRESH[name]())
        elif name in _GETS:
            self.stack.append(self.memo[argument])
        elif name in _PUTS:
            self.memo[len(self.memo) if name == "MEMOIZE" else argument] = self.stack[-1]
        elif name in _TUPLES:
            self.stack[-_TUPLES[name] :] = [self._last(_TUPLES[name])]
        elif name in _STEPS:
            _STEPS[name](self, argument)
        elif name not in ("PROTO", "FRAME"):
            raise Refused(f"its pickle uses the opcode {name}, which torch does not write")

    def _last(self, count: int) -> tuple[Any, ...]:
        if len(self.stack) < count:
            raise IndexError
        return tuple(self.stack[-count:])

    def mark(self, _: Any) -> None:
        self.below.append(self.stack)
        self.stack = []

    def _marked(self) -> list[Any]:
        items, self.stack = self.stack, self.below.pop()
        return items

    def pop(self, _: Any) -> None:
        self.stack.pop()

    def pop_mark(self, _: Any) -> None:
        self._marked()

    def make_tuple(self, _: Any) -> None:
        items = self._marked()
        self.stack.append((*items,))

    def make_list(self, _: Any) -> None:
        items = self._marked()
        self.stack.append(items)

    def make_dict(self, _: Any) -> None:
        items = self._marked()
        self.stack.append({})
        self._set(items)

    def append(self, _: Any) -> None:
        self._extend([self.stack.pop()])

    def appends(self, _: Any) -> None:
        self._extend(self._marked())

    def _extend(self, items: list[Any]) -> None:
        if type(self.stack[-1]) is not list:
            raise TypeError
        self.stack[-1].extend(items)

    def set_item(self, _: Any) -> None:
        value = self.stack.pop()
        self._set([self.stack.pop(), value])

    def set_items(self, _: Any) -> None:
        self._set(self._marked())

    def _set(self, items: list[Any]) -> None:
        target = self.stack[-1]
        if not isinstance(target, dict):
            raise TypeError
        for key, value in zip(items[::2], items[1::2], strict=True):
            if not is_key(key):
                raise Refused("a dictionary in its pickle has keys that are no plain values")
            target[key] = value

    def name(self, argument: str) -> None:
        if argument not in _ALLOWED:
            found = shown(argument).replace(" ", ".")
            raise Refused(f"its pickle names {found}, which has no place in weights")
        self.stack.append(Named(argument))

    def name_of_two(self, _: Any) -> None:
        name, module = self.stack.pop(), self.stack.pop()
        if not isinstance(name, str) or not isinstance(module, str):
            raise Refused("its pickle makes up the name of something to call")
        self.name(f"{module} {name}")

    def reduce(self, _: Any) -> None:
        arguments = self.stack.pop()
        self.stack.append(call(self.stack.pop(), arguments))

    def refuse_object(self, argument: Any) -> None:
        named = (each.name for each in self.stack if isinstance(each, Named))
        text = argument if isinstance(argument, str) else next(named, "something")
        raise Refused(f"its pickle makes an object of {shown(text).replace(' ', '.')}")

    def build(self, _: Any) -> None:
        state = self.stack.pop()
        # A state dictionary keeps the versions of its layers so. Anything else would replace
        # methods of the dictionary, or the memory of a tensor.
        if type(self.stack[-1]) is not OrderedDict or list(state) not in ([], ["_metadata"]):
            raise Refused("its pickle sets the inside of an object")

    def storage(self, _: Any) -> None:
        kind, named, key, place, count, *view = self.stack.pop()
        if kind != "storage" or not isinstance(named, Named) or named.name not in STORAGES:
            raise Refused("its pickle refers to something that is no storage of numbers")
        if not isinstance(key, str) or not isinstance(place, str) or view not in ([], [None]):
            raise Refused("its pickle describes a storage as torch never does")
        if type(count) is not int or not 0 <= count < 2**63:
            raise Refused("its pickle describes a storage of no possible length")
        found = Storage(key, STORAGES[named.name], count)
        if self.storages.setdefault(key, found) != found:
            raise Refused("its pickle describes one storage in two ways")
        self.stack.append(found)


_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
_FRESH: dict[str, Callable[[], Any]] = {"EMPTY_LIST": list, "EMPTY_DICT": dict}
_LITERALS = frozenset(
    "INT BININT BININT1 BININT2 LONG LONG1 LONG4 FLOAT BINFLOAT STRING BINSTRING SHORT_BINSTRING "
    "UNICODE BINUNICODE SHORT_BINUNICODE BINUNICODE8 BINBYTES SHORT_BINBYTES BINBYTES8".split()
)
_GETS = frozenset({"GET", "BINGET", "LONG_BINGET"})
_PUTS = frozenset({"PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"})
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_STEPS: dict[str, Callable[[_Machine, Any], None]] = {
    "MARK": _Machine.mark,
    "POP": _Machine.pop,
    "POP_MARK": _Machine.pop_mark,
    "TUPLE": _Machine.make_tuple,
    "LIST": _Machine.make_list,
    "DICT": _Machine.make_dict,
    "APPEND": _Machine.append,
    "APPENDS": _Machine.appends,
    "SETITEM": _Machine.set_item,
    "SETITEMS": _Machine.set_items,
    "GLOBAL": _Machine.name,
    "STACK_GLOBAL": _Machine.name_of_two,
    "REDUCE": _Machine.reduce,
    "INST": _Machine.refuse_object,
    "OBJ": _Machine.refuse_object,
    "NEWOBJ": _Machine.refuse_object,
    "NEWOBJ_EX": _Machine.refuse_object,
    "BUILD": _Machine.build,
    "BINPERSID": _Machine.storage,
}
