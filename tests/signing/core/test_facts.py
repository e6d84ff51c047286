"""Facts are written as their class says and read as strictly: no more, no less, nothing else."""

from dataclasses import dataclass
from typing import Any, ClassVar, TypedDict

import pytest

from signing.core.canonical import JsonObject
from signing.core.errors import Refused
from signing.core.facts import Digest, Facts, Instant, Natural, Positive, Text

HASH = "0f" * 32
AT = "2026-11-30T08:00:00.000Z"


class Part(TypedDict):
    name: Text
    key: Digest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Facts):
    tag: ClassVar[str] = "test:told"
    name: Text
    at: Instant
    count: Natural
    k: Positive
    holds: bool
    parts: list[Part]
    rules: JsonObject
    price_fen: Positive | None
    salt: Digest | None = None


GOOD: dict[str, Any] = {
    "name": "甲",
    "at": AT,
    "count": 0,
    "k": 1,
    "holds": False,
    "parts": [{"name": "a", "key": None}, {"name": "b", "key": HASH}],
    "rules": {"v": 1},
    "price_fen": None,
}


def test_what_may_be_left_out_is_left_out_and_what_may_be_null_stands_there() -> None:
    assert Told(**GOOD).written() == GOOD
    salted = GOOD | {"salt": HASH, "price_fen": 3}
    assert Told(**salted).written() == salted
    assert Told.read(GOOD) == Told(**GOOD)
    assert Told.read(salted) == Told(**salted)


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": 1},
        {"at": "2026-11-30"},
        {"count": -1},
        {"count": 2**53},
        {"count": True},
        {"k": 0},
        {"holds": 1},
        {"parts": [{"name": "a"}]},
        {"parts": [{"name": "a", "key": None, "more": 1}]},
        {"parts": {}},
        {"rules": []},
        {"price_fen": 0},
        {"price_fen": "3"},
        {"salt": HASH.upper()},
        {"stray": 1},
    ],
    ids=str,
)
def test_what_is_stray_or_otherwise_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        Told.read(GOOD | change)
    assert refused.value.code == "shape"


@pytest.mark.parametrize("name", [*GOOD])
def test_what_is_missing_is_refused(name: str) -> None:
    with pytest.raises(Refused, match=f"key {name} is missing"):
        Told.read({key: value for key, value in GOOD.items() if key != name})


@pytest.mark.parametrize("body", [None, [], "x", 1])
def test_what_is_no_object_is_refused(body: Any) -> None:
    with pytest.raises(Refused):
        Told.read(body)
