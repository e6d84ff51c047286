"""What a JSON object from outside must look like before anybody looks into it.

A shape is data: a predicate for every key. An object fits when it has exactly those keys and every
predicate holds; the refusal names the thing and the key. Meaning (signatures, hashes, times against
each other) is not decided here.
"""

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from signing.core.canonical import LARGEST, Json, JsonObject, is_b64, read_instant
from signing.core.errors import Refused

Check: TypeAlias = Callable[[Json], bool]
Shape: TypeAlias = dict[str, Check]


def must_have(what: str, body: Json, shape: Mapping[str, Check]) -> JsonObject:
    """Give `body` back when it has exactly the keys of `shape`, each as it must be."""
    if not isinstance(body, dict):
        raise Refused("shape", "{what}: not an object", what=what, key=None)
    for key in sorted(body.keys() ^ shape.keys(), key=str):
        said = "{what}: key {key} is missing" if key in shape else "{what}: stray key {key}"
        raise Refused("shape", said, what=what, key=key)
    for key, check in shape.items():
        if not check(body[key]):
            raise Refused("shape", "{what}: {key} is not as it must be", what=what, key=key)
    return body


def fits(shape: Mapping[str, Check]) -> Check:
    """Make a check for a nested object."""

    def check(value: Json) -> bool:
        return (
            isinstance(value, dict)
            and value.keys() == shape.keys()
            and all(inner(value[key]) for key, inner in shape.items())
        )

    return check


def exactly(*allowed: Json) -> Check:
    """Make a check for one of a few values; 1 and true are different values."""
    return lambda value: any(type(value) is type(one) and value == one for one in allowed)


def either(*checks: Check) -> Check:
    """Make a check that lets pass what one of several does."""
    return lambda value: any(check(value) for check in checks)


def nullable(check: Check) -> Check:
    """Make a check that also lets null pass."""
    return lambda value: value is None or check(value)


def list_of(check: Check) -> Check:
    """Make a check for a list, empty or not, whose items all pass."""
    return lambda value: isinstance(value, list) and all(map(check, value))


def hex_of(size: int) -> Check:
    """Make a check for lower-case hex of `size` bytes."""
    match = re.compile(rf"[0-9a-f]{{{2 * size}}}").fullmatch
    return lambda value: isinstance(value, str) and match(value) is not None


def is_object(value: Json) -> bool:
    """Tell whether this is an object, whatever is in it."""
    return isinstance(value, dict)


def is_base64(value: Json) -> bool:
    """Tell whether this is strict base64."""
    return is_b64(value)


def is_instant(value: Json) -> bool:
    """Tell whether this is an instant as PROTOCOL.md §1 writes it."""
    return _reads(lambda: read_instant(value))


def is_text(value: Json) -> bool:
    """Tell whether this is a text that is not empty."""
    return isinstance(value, str) and bool(value)


def is_natural(value: Json) -> bool:
    """Tell whether this is an integer from 0 to 2^53-1."""
    return type(value) is int and 0 <= value <= LARGEST


def is_positive(value: Json) -> bool:
    """Tell whether this is an integer from 1 to 2^53-1."""
    return type(value) is int and 1 <= value <= LARGEST


def is_flag(value: Json) -> bool:
    """Tell whether this is true or false."""
    return isinstance(value, bool)


def _reads(read: Callable[[], object]) -> bool:
    try:
        read()
    except Refused:
        return False
    return True
