"""What a ledger entry states: one class a tag, whose fields are its shape as well.

The platform writes an object of the class; a reader asks the class what must stand in the entry. A
field without a default always stands there, null where it is None. A field that defaults to None is
left out where it is None. What the facts mean is not decided here (PROTOCOL.md §3a, §7).
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Self,
    TypeAlias,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from signing.core.canonical import Json, JsonObject
from signing.core.shape import (
    Check,
    Shape,
    fits,
    hex_of,
    is_flag,
    is_instant,
    is_natural,
    is_positive,
    is_text,
    list_of,
    must_have,
    nullable,
)

Digest: TypeAlias = Annotated[str, hex_of(32)]
Instant: TypeAlias = Annotated[str, is_instant]
Text: TypeAlias = Annotated[str, is_text]
Natural: TypeAlias = Annotated[int, is_natural]
Positive: TypeAlias = Annotated[int, is_positive]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts of one tag."""

    tag: ClassVar[str]

    def written(self) -> JsonObject:
        """Give the facts as they stand in the entry."""
        said = {one.name: (getattr(self, one.name), one.default) for one in fields(self)}
        return {
            name: value
            for name, (value, default) in said.items()
            if value is not None or default is MISSING
        }

    @classmethod
    def heard(cls, body: JsonObject) -> Self:
        """Take what an entry says of these facts, unchecked; more is left aside.

        What it leaves out cannot be asked for (`AttributeError`), unless it may be left out.
        """
        said = object.__new__(cls)
        for one in fields(cls):
            if one.name in body or one.default is not MISSING:
                object.__setattr__(said, one.name, body.get(one.name, one.default))
        return said

    @classmethod
    def read(cls, body: Json) -> Self:
        """Read what `written` gave; refuses (`shape`) anything more, less or else."""
        held = body if isinstance(body, dict) else {}
        left_out = {one.name for one in fields(cls) if one.default is None} - held.keys()
        shape = {name: check for name, check in shape_of(cls).items() if name not in left_out}
        return cls(**must_have(cls.tag, body, shape))


def shape_of(kind: type[Facts]) -> Shape:
    """Give the check of every field of these facts."""
    hints = get_type_hints(kind, include_extras=True)
    return {one.name: _check(hints[one.name]) for one in fields(kind)}


def _check(hint: Any) -> Check:
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        check: Check = args[1]
        return check
    if origin in {Union, UnionType}:
        (one,) = (arg for arg in args if arg is not NoneType)
        return nullable(_check(one))
    if origin is list:
        return list_of(_check(args[0]))
    if is_typeddict(hint):
        inner: Mapping[str, Any] = get_type_hints(hint, include_extras=True)
        return fits({name: _check(one) for name, one in inner.items()})
    return is_flag if hint is bool else _is_object


def _is_object(value: Json) -> bool:
    return isinstance(value, dict)
