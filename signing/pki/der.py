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
    _, ends = _content(data, 0)
    if len(data) < ends:
        raise _malformed()
    return data[:ends]


def elements(element: bytes) -> list[bytes]:
    """Cut the content of a constructed element into its elements; refuses with `malformed`."""
    at, ends = _content(element, 0)
    if len(element) != ends:
        raise _malformed()
    found = []
    while at < ends:
        _, behind = _content(element, at)
        if behind > ends:
            raise _malformed()
        found.append(element[at:behind])
        at = behind
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


def _content(data: bytes, at: int) -> tuple[int, int]:
    """Where the content of the element at a place begins, and where it ought to end."""
    length = data[at + 1 : at + 2]
    count = length[0] & 0x7F if length and length[0] & 0x80 else 0
    begins = at + 2 + count
    if len(data) < begins or not length or length == b"\x80":
        raise _malformed()
    size = int.from_bytes(data[at + 2 : begins]) if count else length[0]
    return begins, begins + size


def _malformed() -> Refused:
    return Refused("malformed", "these bytes are not the DER that is expected here")
