"""Forms and JSON: any bytes whatever become a command or a sentence that names the field."""

import json
from types import SimpleNamespace
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, field_validator
from starlette.requests import Request

from market.kernel.errors import Kind, MarketError
from market.web.forms import MAX_DEPTH, Command, form_values, json_body, read_form, read_json

FORM = "application/x-www-form-urlencoded"
CITY = SimpleNamespace(state=SimpleNamespace(settings=SimpleNamespace(patience=60.0)))


class Order(Command):
    name: Annotated[str, Field(min_length=2, max_length=10)]
    count: Annotated[int, Field(ge=1, le=9)] = 1
    tags: tuple[str, ...] = ()


class Promise(Command):
    text: str

    @field_validator("text")
    @classmethod
    def holds(cls, text: str) -> str:
        if text == "known":
            raise ValueError("form.missing")
        if text == "unknown":
            raise ValueError("what the library says is for the log")
        return text


def request(body: bytes, kind: str = "application/json") -> Request:
    """A POST with that body, in two pieces."""
    pieces = [
        {"type": "http.request", "body": body[:3], "more_body": True},
        {"type": "http.request", "body": body[3:], "more_body": False},
    ]

    async def receive() -> dict[str, Any]:
        return pieces.pop(0)

    headers = [(b"content-type", kind.encode())]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers, "app": CITY}
    return Request(scope, receive)


async def refusal(body: bytes) -> MarketError:
    with pytest.raises(MarketError) as refused:
        await read_json(request(body), Order)
    return refused.value


async def test_a_command_is_read_trimmed_and_typed() -> None:
    given_ = {"name": "  报告书 ", "count": 3, "tags": ["a"]}
    order = await read_json(request(json.dumps(given_).encode()), Order)
    assert order == Order(name="报告书", count=3, tags=("a",))


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (b"", "body.not_json"),
        (b"{", "body.not_json"),
        (b"\xff\xfe", "body.not_json"),
        (b'{"name":"ab","name":"cd"}', "body.not_json"),
        (b'{"tags":[{"a":1,"a":2}]}', "body.not_json"),
        (b'{"count":NaN}', "body.not_json"),
        (b'{"count":-Infinity}', "body.not_json"),
        (b'{"name":"a\\u0000b"}', "body.not_json"),
        (b'{"name":"\\ud800"}', "body.not_json"),
        (b'{"\\udfff":1}', "body.not_json"),
        (b'{"a\\u0000":1}', "body.not_json"),
        (b'{"count":' + b"9" * 5000 + b"}", "body.not_json"),
        (b'{"tags":' + b"[" * 60 + b"]" * 60 + b"}", "body.not_json"),
        (b"[" * 100_000, "body.not_json"),
        (b"[]", "body.not_an_object"),
        (b"null", "body.not_an_object"),
        (b'"text"', "body.not_an_object"),
        (b"1e999", "body.not_json"),
        (b'{"count":1e999}', "body.not_json"),
    ],
)
async def test_hostile_json_is_refused_by_name(body: bytes, key: str) -> None:
    error = await refusal(body)
    assert (error.key, error.kind, error.fields) == (key, Kind.INVALID, {})


@pytest.mark.parametrize(
    ("body", "field", "key"),
    [
        ({"name": "a"}, "name", "form.string_too_short"),
        ({"name": "x" * 11}, "name", "form.string_too_long"),
        ({"name": 5}, "name", "form.string_type"),
        ({}, "name", "form.missing"),
        ({"name": "ab", "count": 10}, "count", "form.less_than_equal"),
        ({"name": "ab", "count": "x"}, "count", "form.int_parsing"),
        ({"name": "ab", "count": 1.5}, "count", "form.int_from_float"),
        ({"name": "ab", "tags": "x"}, "tags", "form.tuple_type"),
        ({"name": "ab", "tags": [1]}, "tags", "form.string_type"),
        ({"name": "ab", "more": 1}, "more", "form.extra_forbidden"),
    ],
)
async def test_a_wrong_field_is_named_with_its_reason(
    body: dict[str, Any], field: str, key: str
) -> None:
    error = await refusal(json.dumps(body).encode())
    assert (error.key, error.kind) == ("form.invalid", Kind.UNPROCESSABLE)
    assert {name: reason for name, (reason, _) in error.fields.items()} == {field: key}


@pytest.mark.parametrize(
    ("text", "key"), [("known", "form.missing"), ("unknown", "form.value_error")]
)
async def test_a_rule_of_our_own_names_its_sentence(text: str, key: str) -> None:
    with pytest.raises(MarketError) as refused:
        await read_json(request(json.dumps({"text": text}).encode()), Promise)
    assert refused.value.fields == {"text": (key, {})}


def nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


async def test_the_deepest_nest_is_counted() -> None:
    assert await json_body(request(nested(MAX_DEPTH)))
    with pytest.raises(MarketError):
        await json_body(request(nested(MAX_DEPTH + 1)))


@given(st.binary(max_size=200))
async def test_no_bytes_crash_the_json_reader(body: bytes) -> None:
    try:
        value = await json_body(request(body))
    except MarketError:
        return
    assert isinstance(value, dict)


@given(st.binary(max_size=200))
async def test_no_bytes_crash_the_form_reader(body: bytes) -> None:
    try:
        values = await form_values(request(body, FORM))
    except MarketError:
        return
    assert all("\0" not in str(value) for value in values.values())


async def test_a_form_ignores_what_it_does_not_know_and_empty_fields_are_absent() -> None:
    order = await read_form(request(b"name=ab&count=&submit=1", FORM), Order)
    assert order == Order(name="ab", count=1)


async def test_a_field_that_came_several_times_is_a_list() -> None:
    assert await form_values(request(b"a=1&a=2&b=3", FORM)) == {"a": ["1", "2"], "b": "3"}
    order = await read_form(request(b"name=ab&tags=x&tags=y", FORM), Order)
    assert order.tags == ("x", "y")


@pytest.mark.parametrize("body", [b"name=a%00b", b"a=1&a=%00"])
async def test_a_form_with_what_is_no_text_is_refused(body: bytes) -> None:
    with pytest.raises(MarketError, match=r"body\.not_text"):
        await form_values(request(body, FORM))
