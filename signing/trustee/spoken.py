"""Which items of a work list are spoken here, and what is said about all others (PROTOCOL.md §4).

A platform may be newer than its trustees, or say what it must not. An item of a kind or version, or
with a key, that is not known here is never obeyed and never guessed at: it is refused by itself.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from signing.core.canonical import Json, JsonObject
from signing.core.errors import Refused
from signing.core.shape import Shape, is_natural, is_text, list_of, must_have
from signing.ways.registry import WAYS

T = TypeVar("T")

# In which a round of some way that is known here is spoken of.
_OF_ROUNDS: Final = tuple(sorted({1, *(way.version for way in WAYS.values())}))
# Kinds and their versions, as a greeting says them; an item without `v` is of version 1.
SPOKEN: Final[Mapping[str, tuple[int, ...]]] = {
    "checkpoint": (1,),
    "contribute": (1,),
    "boxes": _OF_ROUNDS,
    "releases": _OF_ROUNDS,
    "orders": (1,),
    "audits": _OF_ROUNDS,
}
# What a trustee of the first version speaks, whose greeting does not say it.
FIRST: Final[Mapping[str, tuple[int, ...]]] = dict.fromkeys(
    ("checkpoint", "contribute", "boxes", "releases", "orders", "audits"), (1,)
)
_LONGEST = 40  # characters of a name that is told back


def is_speech(value: Json) -> bool:
    """Tell whether this says kinds and versions, as a greeting does."""
    return isinstance(value, dict) and all(map(list_of(is_natural), value.values()))


def not_spoken(kind: str, part: str, name: Json) -> Refused:
    """Give the answer to an item of `kind`; `part` is what of it is unknown: kind, v or key."""
    said = "work: {kind} ({part} {name}) is not spoken here"
    return Refused("not_spoken", said, kind=kind[:_LONGEST], part=part, name=str(name)[:_LONGEST])


def spoken(kind: str, row: Json, shape: Shape) -> JsonObject:
    """Give an item of `kind`, or a part of it, back when it is one that is spoken here."""
    if not isinstance(row, dict):
        return must_have(kind, row, shape)
    version = row.get("v", 1)
    if type(version) is not int or version not in SPOKEN[kind]:
        raise not_spoken(kind, "v", version)
    known = {key: value for key, value in row.items() if key in shape}
    if stray := sorted(row.keys() - known.keys() - {"v"}):
        raise not_spoken(kind, "key", stray[0])
    return must_have(kind, known, shape)


def spoken_text(kind: str, row: Json) -> str:
    """The same for an item that is a plain text in version 1."""
    if isinstance(row, dict):
        raise not_spoken(kind, "v", row.get("v"))
    return str(must_have(kind, {"text": row}, {"text": is_text})["text"])


def each(asked: Json, make: Callable[[Json], T], refused: list[Refused]) -> tuple[T, ...]:
    """Make every item of a list; those that cannot be made are told in `refused`."""
    found = []
    for row in asked if isinstance(asked, list) else [asked]:
        try:
            found.append(make(row))
        except Refused as refusal:
            refused.append(refusal)
    return tuple(found)
