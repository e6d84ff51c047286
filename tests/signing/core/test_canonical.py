import base64
import json
import sys
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum, IntEnum, StrEnum
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from signing.core import canonical
from signing.core.errors import NotCanonical, Refused

KEYS = st.from_regex(r"\A[a-z][a-z0-9_]{0,6}\Z")
TEXTS = st.text().map(lambda text: unicodedata.normalize("NFC", text))
NUMBERS = st.integers(-canonical.LARGEST, canonical.LARGEST)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def code_of(call: Any, *args: Any) -> Any:
    with pytest.raises(Refused) as refusal:
        call(*args)
    assert str(refusal.value)
    return refusal.value.code


class Name(StrEnum):
    KNOWN = "known"


def test_a_key_that_only_equals_a_text_is_refused() -> None:
    assert canonical.dumps({"known": 1}) == b'{"known":1}'
    assert code_of(canonical.dumps, {Name.KNOWN: 1}) == "key"
    assert code_of(canonical.dumps, [{"known": 1, "Known": 1}]) == "key"


@given(VALUES)
def test_every_value_comes_back_and_agrees_with_jcs(value: Any) -> None:
    data = canonical.dumps(value)
    assert canonical.loads(data) == value
    assert data == rfc8785.dumps(value)
    plain = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert data == plain.encode()


def test_every_character_is_written_as_the_standard_writes_it() -> None:
    text = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x11000))))
    text = unicodedata.normalize("NFC", text)
    assert canonical.dumps(text) == rfc8785.dumps(text)


@given(VALUES, st.data())
def test_any_other_spelling_is_refused(value: Any, data: Any) -> None:
    plain = canonical.dumps(value)
    other = data.draw(
        st.sampled_from(
            [
                json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode(),
                plain + b"\n",
                b" " + plain,
                plain + b"\0",
                b"\xef\xbb\xbf" + plain,
            ]
        )
    )
    if other != plain:
        assert issubclass(NotCanonical, Refused)
        with pytest.raises(NotCanonical):
            canonical.loads(other)


@given(st.binary(max_size=40))
def test_arbitrary_bytes_are_canonical_or_refused(data: Any) -> None:
    try:
        value = canonical.loads(data)
    except NotCanonical:
        return
    assert canonical.dumps(value) == data


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "syntax"),
        (b"{", "syntax"),
        (b"{'a':1}", "syntax"),
        (b'{"a":01}', "syntax"),
        (b'{"a":1,}', "syntax"),
        (b"truefalse", "syntax"),
        (b"\xff\xfe", "encoding"),
        (b'"\xc0\x80"', "encoding"),
        (b"\xef\xbb\xbf{}", "byte_order_mark"),
        (b'{"a":1,"a":1}', "duplicate_key"),
        (b'{"x":{"a":1.0,"a":1}}', "duplicate_key"),
        (b"1.0", "float"),
        (b"1e2", "float"),
        (b"1e400", "float"),
        (b"NaN", "float"),
        (b"-Infinity", "float"),
        (b"-0", "not_canonical"),
        (b"-0.0", "float"),
        (b"9007199254740992", "integer"),
        (b"-9007199254740992", "integer"),
        (b"9" * 30, "integer"),
        (b"9" * 5000, "integer"),
        (b'{"a":' + b"9" * 5000 + b"}", "integer"),
        (b'"e\xcc\x81"', "nfc"),
        (b'"\\ud800"', "surrogate"),
        (b'"\\udc00\\ud800"', "surrogate"),
        (b'"\\u00e9"', "not_canonical"),
        (b'"\\/"', "not_canonical"),
        (b'"\\u001F"', "not_canonical"),
        (b'{"b":1,"a":2}', "not_canonical"),
        (b'{"a": 1}', "not_canonical"),
        (b'{"A":1}', "key"),
        (b'{"":1}', "key"),
        (b'{"a-b":1}', "key"),
        (b'{"1a":1}', "key"),
        (b'{"a\\n":1}', "key"),
        ('{"é":1}'.encode(), "key"),
        (b"[" * 33 + b"]" * 33, "nesting"),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "nesting"),
        (b"[" * 100_000, "nesting"),
        (b"[" * 900 + b"]" * 900, "nesting"),
    ],
    ids=lambda one: one if isinstance(one, str) else repr(one[:24]),
)
def test_each_rule_is_named(data: Any, code: Any) -> None:
    with pytest.raises(NotCanonical) as refusal:
        canonical.loads(data)
    assert refusal.value.code == code


def test_limits_are_reached() -> None:
    for data in (b"[" * 32 + b"]" * 32, b"9007199254740991", b"-9007199254740991", b'"\\u0000"'):
        assert canonical.dumps(canonical.loads(data)) == data


def test_a_reader_deep_in_the_stack_still_answers() -> None:
    def sink(depth: Any) -> Any:
        return code_of(canonical.loads, b"[" * 5000) if depth == 0 else sink(depth - 1)

    assert sink(sys.getrecursionlimit() // 4) == "nesting"


class Suit(Enum):
    RED = "red"


class Number(IntEnum):
    ONE = 1


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.5, "float"),
        ({"a": float("nan")}, "float"),
        ((1, 2), "type"),
        (b"bytes", "type"),
        ({"a": Suit.RED}, "type"),
        ([Number.ONE], "type"),
        ({1: 2}, "key"),
        ({None: 2}, "key"),
        ({"A": 2}, "key"),
        (2**53, "integer"),
        (10**6000, "integer"),
        ("\ud800", "surrogate"),
        ("e\u0301", "nfc"),
    ],
    ids=["float", "nan", "tuple", "bytes", "enum", "int_enum", *"abcdefg"],
)
def test_values_without_canonical_bytes_are_refused(value: Any, code: Any) -> None:
    assert code_of(canonical.dumps, value) == code


@given(st.dictionaries(KEYS, SCALARS, max_size=5), KEYS, st.lists(SCALARS, max_size=5))
def test_a_streamed_array_gives_the_same_bytes(body: Any, key: Any, items: Any) -> None:
    body.pop(key, None)
    pieces = canonical.dumps_with(body, key, map(canonical.dumps, items))
    assert b"".join(pieces) == canonical.dumps({**body, key: items})


@pytest.mark.parametrize("size", [0, 1, 1023, 1024, 1025, 4096])
def test_a_streamed_array_of_any_length(size: Any) -> None:
    body = {"a": 1, "z": 2}
    pieces = canonical.dumps_with(body, "m", (str(n).encode() for n in range(size)))
    assert b"".join(pieces) == canonical.dumps({**body, "m": list(range(size))})


@given(st.binary(max_size=40))
def test_base64_and_hex_come_back(data: Any) -> None:
    assert canonical.unb64(canonical.b64(data)) == data
    assert canonical.unhex(data.hex(), len(data)) == data


@pytest.mark.parametrize(
    "text",
    ["QQ", "QQ=", "QR==", "Q Q=", "QQ==\n", "QQ-_", "é===", "\ud800", "QQ==QQ==", 5, None, b"QQ=="],
)
def test_base64_is_strict(text: Any) -> None:
    assert code_of(canonical.unb64, text) == "base64"
    assert not canonical.is_b64(text)


@given(st.text("AQRgw+/=-é\n ", max_size=12) | st.binary(max_size=40).map(canonical.b64))
def test_base64_is_read_as_the_standard_library_writes_it(text: Any) -> None:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = None
    strict = data is not None and base64.b64encode(data).decode() == text
    assert canonical.is_b64(text) is strict
    if strict:
        assert canonical.unb64(text) == data


@pytest.mark.parametrize("text", ["AB", "a", "0 1", "zz", "0x", "００", 5, None, b"00"])
def test_hex_is_strict(text: Any) -> None:
    assert code_of(canonical.unhex, text) == "hex"
    assert code_of(canonical.unhex, "00", 2) == "hex"


@given(st.datetimes(timezones=st.timezones()))
def test_instants_come_back_in_milliseconds(at: Any) -> None:
    try:
        text = canonical.instant(at)
    except OverflowError:  # the first or last hours of the calendar in another zone
        return
    back = canonical.read_instant(text)
    assert canonical.instant(back) == text
    assert timedelta(0) <= at - back < timedelta(milliseconds=1)


def test_an_instant_is_written_in_utc() -> None:
    china = timezone(timedelta(hours=8))
    at = datetime(2026, 11, 22, 17, 30, 0, 999_999, tzinfo=china)
    assert canonical.instant(at) == "2026-11-22T09:30:00.999Z"
    assert canonical.read_instant("2026-11-22T09:30:00.000Z") == datetime(
        2026, 11, 22, 9, 30, tzinfo=UTC
    )


def test_an_instant_needs_a_zone() -> None:
    naive = datetime(2026, 11, 22)  # noqa: DTZ001 - the case itself
    assert code_of(canonical.instant, naive) == "instant"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T09:30:00Z",
        "2026-11-22T09:30:00.000+00:00",
        "2026-11-22 09:30:00.000Z",
        "2026-11-22T09:30:00.000000Z",
        "2026-11-22T09:30:00.000z",
        "2026-11-22T09:30:00.000",
        "2026-13-22T09:30:00.000Z",
        "2026-11-22T24:00:00.000Z",
        "20261122T093000.000Z",
        "0001-01-01T00:00:00.000+14:00",
        "٢٠٢٦-11-22T09:30:00.000Z",
        "",
        None,
        0,
    ],
)
def test_other_spellings_of_an_instant_are_refused(text: Any) -> None:
    assert code_of(canonical.read_instant, text) == "instant"
