"""Strict DER: reading declared shapes, writing single elements (ITU-T X.690).

The decoder refuses whatever is not the one encoding of a value: lengths, order of sets, padded
integers, bytes left over. Shapes are declared in `cms.shapes` and `time.shapes`; what the
values must be is decided by their readers.
"""

from collections.abc import Iterable
from typing import TypeVar

from cryptography.hazmat import asn1

from signing.core.errors import Refused

_Shape = TypeVar("_Shape")


def read(shape: type[_Shape], der: bytes) -> _Shape:
    """Read `der` as a shape of this module; refuses with `malformed`."""
    try:
        return asn1.decode_der(shape, der)
    except ValueError:
        raise _malformed() from None


def tlv(tag: bytes, content: bytes) -> bytes:
    """Write one DER element."""
    size = len(content)
    if size < 128:
        return tag + bytes((size,)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return tag + bytes((128 | len(length),)) + length + content


def whole(element: asn1.TLV) -> bytes:
    """Write an element that was left unread, as it was."""
    return tlv(element.tag_bytes, bytes(element.data))


def first_element(data: bytes) -> bytes:
    """Cut the first DER element off `data`, which may go on; refuses with `malformed`."""
    _, ends = _content(data)
    if len(data) < ends:
        raise _malformed()
    return data[:ends]


def elements(element: bytes) -> list[bytes]:
    """Cut the content of a constructed element into its elements; refuses with `malformed`."""
    begins, ends = _content(element)
    if len(element) != ends:
        raise _malformed()
    rest, found = element[begins:], []
    while rest:
        found.append(first_element(rest))
        rest = rest[len(found[-1]) :]
    return found


def value(element: asn1.TLV, kind: type[_Shape]) -> _Shape:
    """Read an element that was left unread as a plain value; refuses with `malformed`."""
    try:
        found: _Shape = element.parse(kind)
    except ValueError:
        raise _malformed() from None
    return found


def sequence(*parts: bytes) -> bytes:
    """Write a SEQUENCE of elements that are DER already."""
    return tlv(b"\x30", b"".join(parts))


def set_of(parts: Iterable[bytes], tag: bytes = b"\x31") -> bytes:
    """Write a SET OF, in DER order, of elements that are DER already."""
    return tlv(tag, b"".join(sorted(parts)))


def left_unread(element: bytes) -> asn1.TLV:
    """Give an element that is DER already the type of elements that were left unread."""
    return read(_One, sequence(element)).element


@asn1.sequence
class _One:
    element: asn1.TLV


def _content(element: bytes) -> tuple[int, int]:
    """Where the content begins, and where it ought to end."""
    count = element[1] & 0x7F if len(element) > 1 and element[1] & 0x80 else 0
    size = int.from_bytes(element[2 : 2 + count]) if count else int.from_bytes(element[1:2])
    if len(element) < 2 + count or element[1:2] == b"\x80":
        raise _malformed()
    return 2 + count, 2 + count + size


def _malformed() -> Refused:
    return Refused("malformed", "these bytes are not the DER that is expected here")
