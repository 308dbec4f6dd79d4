"""Structs that check types alone: for bytes whose every text was checked before.

msgspec calls a Python regular expression for every text with a pattern, which is more than half of
the time of decoding an entry. A struct made here takes any text and any number of the right type.
"""

from types import GenericAlias, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec

S = TypeVar("S", bound=msgspec.Struct)


def unconstrained(struct: type[S]) -> type[S]:
    """Return a subclass of ``struct`` whose own fields have no constraints; nested ones keep them.

    Being a subclass, it has the properties and class variables of ``struct``, and ``match`` and
    ``isinstance`` find it. Equal values of the two are not equal, as their classes differ.
    """
    fields = [(field.name, _bare(field.type)) for field in msgspec.structs.fields(struct)]
    made = msgspec.defstruct(
        struct.__name__,
        fields,
        bases=(struct,),
        frozen=True,
        forbid_unknown_fields=True,
        kw_only=True,
        gc=False,  # what was read from JSON holds no cycle: nothing for the collector to look at
    )
    assert issubclass(made, struct)
    return made


def _bare(annotation: Any) -> Any:
    """Return ``annotation`` without its constraints, as deep as unions and tuples go."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _bare(arguments[0])
    if origin in (Union, UnionType):
        return Union[tuple(map(_bare, arguments))]  # noqa: UP007 - built at run time
    if origin is tuple:
        return GenericAlias(
            tuple, tuple(item if item is ... else _bare(item) for item in arguments)
        )
    return annotation
