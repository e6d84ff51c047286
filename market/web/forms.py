"""Forms and JSON: one pydantic model for both; what was typed is never lost.

A refusal names the field, keeps the values and comes back as the same page with an error summary,
or as problem+json.
"""

import json
import math
import unicodedata
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from market.kernel.errors import Kind, MarketError
from market.web.door import is_text, limited_body

MAX_DEPTH = 40


class Command(BaseModel):
    """What a person sends: unknown fields are refused in JSON, ignored in forms."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


def composed(text: Any) -> Any:
    """A text in Unicode normalisation form C: a keyboard may send the same letters in another."""
    return unicodedata.normalize("NFC", text) if isinstance(text, str) else text


C = TypeVar("C", bound=Command)


async def read_json(request: Request, model: type[C]) -> C:
    """The JSON body as ``model``; raises INVALID with the fields, for any bytes whatever."""
    return _validated(model, await json_body(request))


async def json_body(request: Request) -> dict[str, Any]:
    """The JSON body as an object; doubled keys, senseless floats and deep nests are refused."""
    body = await limited_body(request)
    try:
        value = json.loads(
            body.decode(),
            object_pairs_hook=_no_doubles,
            parse_constant=_refuse,
            parse_float=_finite,
        )
    except (ValueError, RecursionError) as error:
        raise MarketError("body.not_json") from error
    if not isinstance(value, dict):
        raise MarketError("body.not_an_object")
    if not _clean(value, 0):
        raise MarketError("body.not_json")
    return value


async def form_values(request: Request) -> dict[str, Any]:
    """The form's fields; one that came several times is a list. NUL and surrogates are refused."""
    await limited_body(request)
    form: FormData = await request.form(max_files=10, max_fields=2000)
    values: dict[str, Any] = {}
    for name in form:
        items = [v for v in form.getlist(name) if isinstance(v, str)]
        if not is_text(name) or not all(map(is_text, items)):
            raise MarketError("body.not_text")
        values[name] = items[0] if len(items) == 1 else items
    return values


async def form_file(request: Request, field: str) -> bytes:
    """The file in that field, whole, for the body is limited; empty where there is none."""
    form = await request.form(max_files=10, max_fields=2000)
    sent = form.get(field)
    if not isinstance(sent, UploadFile):
        return b""
    data = await sent.read()
    await sent.close()
    return data


async def read_form(request: Request, model: type[C]) -> C:
    """The form as ``model``: fields it does not know are ignored, empty ones are absent."""
    values = await form_values(request)
    known = {n: v for n, v in values.items() if n in model.model_fields and v != ""}
    return _validated(model, known)


def _validated(model: type[C], values: dict[str, Any]) -> C:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        fields: dict[str, tuple[str, dict[str, Any]]] = {}
        for item in error.errors(include_url=False, include_input=False):
            name = str(item["loc"][0]) if item["loc"] else "form"
            context = {k: str(v) for k, v in (item.get("ctx") or {}).items()}
            cause = (item.get("ctx") or {}).get("error")
            if isinstance(cause, ValueError):
                key = str(cause)
                fields[name] = (key if key.startswith("form.") else "form.value_error", {})
            else:
                fields[name] = (f"form.{item['type']}", context)
        raise MarketError("form.invalid", Kind.UNPROCESSABLE, fields=fields) from error


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _refuse(text: str) -> None:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _clean(value: Any, depth: int) -> bool:
    if depth > MAX_DEPTH:
        return False
    if isinstance(value, str):
        return is_text(value)
    if isinstance(value, dict):
        return all(is_text(k) and _clean(v, depth + 1) for k, v in value.items())
    if isinstance(value, list):
        return all(_clean(v, depth + 1) for v in value)
    return True
