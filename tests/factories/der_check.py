"""Is this DER at all? A small walk for the second opinion, whose parser would let BER pass.

ITU-T X.690 §10 and §11 as far as tags tell: definite and shortest lengths, primitive strings,
shortest integers, FF for true, sets in order, nothing left over. Independent of `der`, on purpose.
"""

from signing.core.errors import Refused

DEEPEST = 24
_CONSTRUCTED = 0x20
_INTEGER, _BOOLEAN, _SET = 0x02, 0x01, 0x31
_STRINGS = {3, 4, 12, 18, 19, 20, 22, 23, 24, 26, 28, 30}


def must_be_der(data: bytes, depth: int = 0) -> list[bytes]:
    """Give the elements of a series of DER elements, each whole; refuses with `malformed`."""
    if depth > DEEPEST:
        raise _malformed()
    elements = []
    while data:
        head, size = _header(data)
        if len(data) < head + size:
            raise _malformed()
        _must_fit(data[0], data[head : head + size], depth)
        elements.append(data[: head + size])
        data = data[head + size :]
    return elements


def _header(data: bytes) -> tuple[int, int]:
    if len(data) < 2 or data[0] & 0x1F == 0x1F:
        raise _malformed()
    first = data[1]
    if first < 128:
        return 2, first
    count = first & 0x7F
    octets = data[2 : 2 + count]
    size = int.from_bytes(octets)
    if not 0 < count < 5 or len(octets) < count or size < 128 or octets[0] == 0:
        raise _malformed()
    return 2 + count, size


def _must_fit(tag: int, content: bytes, depth: int) -> None:
    if tag & _CONSTRUCTED:
        inner = must_be_der(content, depth + 1)
        if (tag < 64 and tag & 0x1F in _STRINGS) or (tag == _SET and inner != sorted(inner)):
            raise _malformed()
    elif tag == _INTEGER:
        padded = len(content) > 1 and content[0] == (0xFF if content[1] & 0x80 else 0)
        if not content or padded:
            raise _malformed()
    elif tag == _BOOLEAN and content not in {b"\x00", b"\xff"}:
        raise _malformed()


def _malformed() -> Refused:
    return Refused("malformed", "these bytes are not DER")
