"""Canonical JSON, and the text forms of bytes and instants (PROTOCOL.md §1).

RFC 8785 narrowed until one value has one byte string in every language: keys match
`[a-z][a-z0-9_]*`, no floats, integers within 2^53-1, strings in NFC, at most 32 containers in each
other. A reader here refuses what another reader would have to guess about, and says which rule
broke. What was signed or hashed is the stored byte string: this module proves that the bytes are
the only ones, it never repairs them.
"""

import json
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any, NoReturn, TypeAlias
from unicodedata import is_normalized

import orjson
import pybase64

from signing.core.errors import NotCanonical, Refused

# Any, because bytes from outside have no type until `signing.core.shape` has looked at them.
Json: TypeAlias = Any
JsonObject: TypeAlias = dict[str, Json]

LARGEST = 2**53 - 1
DEEPEST = 32
_BLOCK = 1024
_KEYS_KEPT = 4096  # ours are few; a stranger's cannot make this grow

_is_key = re.compile(r"[a-z][a-z0-9_]*").fullmatch
_known_keys: set[str] = set()
_FREE = {bool, type(None)}


def dumps(value: Json) -> bytes:
    """Give the canonical bytes of `value`; refuse (`NotCanonical`) what has none.

    Lists and dicts only: tuples, enums, floats and other look-alikes are refused, not converted.
    """
    _must_be_plain(value, 0)
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        if "key" in str(error):  # an enum, equal to a text that was let pass before
            raise _no_key() from None
        raise NotCanonical("surrogate", "a text holds a lone surrogate") from None


def dumps_part(value: Json) -> bytes:
    """Give the canonical bytes of a part of what `loads` gave: its rules hold already."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def dumps_with(body: JsonObject, key: str, items: Iterable[bytes]) -> Iterator[bytes]:
    """Give, piece by piece, the canonical bytes of `body` with one more key: a long array.

    `items` are the canonical bytes of its members, so that none has to stay in memory.
    """
    head, tail = around(body, key)
    rest = iter(items)
    yield head
    yield b",".join(islice(rest, _BLOCK))
    while block := list(islice(rest, _BLOCK)):
        yield b"," + b",".join(block)
    yield tail


def around(body: JsonObject, key: str) -> tuple[bytes, bytes]:
    """Give what stands before the members of that array, and what stands after them."""
    before = dumps({name: value for name, value in body.items() if name < key})[1:-1]
    after = dumps({name: value for name, value in body.items() if name > key})[1:-1]
    head = b"{" + before + (b"," if before else b"") + dumps(key) + b":["
    return head, b"]" + (b"," if after else b"") + after + b"}"


def loads(data: bytes) -> Json:
    """Parse canonical bytes; refuse (`NotCanonical`, its code names the rule) any others."""
    try:
        value = orjson.loads(data)
        if dumps(value) == data:
            return value
    except (orjson.JSONDecodeError, NotCanonical):
        pass
    return _refuse(data)


def b64(data: bytes) -> str:
    """Give the padded base64 text of `data`."""
    return pybase64.b64encode_as_string(data)


def unb64(text: Json) -> bytes:
    """Read strict base64: the one text that `b64` gives for these bytes."""
    try:
        data = pybase64.b64decode(text, validate=True) if isinstance(text, str) else None
    except ValueError:
        data = None
    if data is None or b64(data) != text:  # the decoder lets stray bits at the end pass
        raise Refused("base64", "this is not strict base64")
    return data


def is_b64(text: Json) -> bool:
    """Tell whether `unb64` reads this."""
    try:
        unb64(text)
    except Refused:
        return False
    return True


def unhex(text: Json, size: int | None = None) -> bytes:
    """Read lower-case hex, of exactly `size` bytes if given."""
    try:
        data = bytes.fromhex(text) if isinstance(text, str) else None
    except ValueError:
        data = None
    if data is None or data.hex() != text or size not in (None, len(data)):
        raise Refused("hex", "this is not lower-case hex of the right length ({size})", size=size)
    return data


def instant(at: datetime) -> str:
    """Write an aware datetime in UTC with milliseconds and Z (finer parts are cut off)."""
    if at.tzinfo is None:
        raise Refused("instant", "an instant needs a time zone")
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_instant(text: Json) -> datetime:
    """Read what `instant` writes, and nothing else; the result is in UTC."""
    try:
        at = datetime.fromisoformat(text).astimezone(UTC) if isinstance(text, str) else None
    except (ValueError, OverflowError):
        at = None
    if at is None or instant(at) != text:
        raise Refused("instant", "this is not an instant such as 2026-11-22T09:30:00.000Z")
    return at


def _refuse(data: bytes) -> NoReturn:
    """Read bytes that did not pass once more, slowly, to name the rule that broke."""
    if data.startswith(BOM_UTF8):
        raise NotCanonical("byte_order_mark", "the bytes begin with a byte order mark")
    try:
        dumps(json.loads(data.decode(), object_pairs_hook=_once))
    except UnicodeDecodeError:
        raise NotCanonical("encoding", "the bytes are not UTF-8") from None
    except json.JSONDecodeError as error:
        raise NotCanonical("syntax", "not JSON, at character {at}", at=error.pos) from None
    except RecursionError:
        raise _too_deep() from None
    except NotCanonical:
        raise
    except ValueError:  # the interpreter's own limit on the digits of an integer
        raise _too_large() from None
    raise NotCanonical("not_canonical", "the bytes are not the canonical form of their value")


def _once(pairs: list[tuple[str, Json]]) -> JsonObject:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotCanonical("duplicate_key", "a key stands twice in one object")
    return found


def _must_be_plain(value: Json, above: int) -> None:
    kind = type(value)
    if kind is dict:
        if not _known_keys.issuperset(value):
            _must_be_keys(value)
        members: Iterable[Json] = value.values()
    elif kind is list:
        members = value
    else:
        _must_be_scalar(value)
        return
    if above == DEEPEST:
        raise _too_deep()
    for item in members:
        kind = type(item)
        if (not item.isascii()) if kind is str else kind not in _FREE:  # most cost no call
            _must_be_plain(item, above + 1)


def _must_be_scalar(value: Json) -> None:
    kind = type(value)
    if kind is str:
        if not value.isascii() and not is_normalized("NFC", value):
            raise NotCanonical("nfc", "a text is not in Unicode normalisation form C")
    elif kind is int:
        if not -LARGEST <= value <= LARGEST:
            raise _too_large()
    elif isinstance(value, float):
        raise NotCanonical("float", "a number is not an integer")
    elif kind not in _FREE:
        raise NotCanonical("type", "{type} has no place in JSON", type=kind.__name__)


def _must_be_keys(value: JsonObject) -> None:
    for key in value:
        if type(key) is not str or not _is_key(key):
            raise _no_key()
    if len(_known_keys) < _KEYS_KEPT:
        _known_keys.update(value)


def _no_key() -> NotCanonical:
    return NotCanonical("key", "a key does not match [a-z][a-z0-9_]*")


def _too_deep() -> NotCanonical:
    return NotCanonical("nesting", "nested deeper than {limit}", limit=DEEPEST)


def _too_large() -> NotCanonical:
    return NotCanonical("integer", "an integer lies beyond 2^53-1")
