"""Invents the agencies of a demo city: the same number gives the same agency, for ever.

Names are put together from rare syllables (``fixtures/agencies/vocabulary.json``), so that none is
a real company's; credit codes lie in region 511799, which is nobody's. Every choice is a SHA-256 of
the number and the question: this invents a world to look at and decides nothing. Each 23rd agency
is a near double of the one before it (one syllable that sounds alike), as real registers have them.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from market.agencies.states import SizeClass, Standing
from market.kernel.ids import DEMO_REGION
from signing.core.credit_codes import check_digit, organisation_check_digit

T = TypeVar("T")
Row = Mapping[str, Any]

HOW_MANY: Final = 634
STEADY: Final = 40
_DIGITS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ROUND_FEN: Final = 100_000


@dataclass(frozen=True, slots=True)
class World:
    """What agencies are made of: the vocabulary, the open items by code, the counties, the day."""

    vocabulary: Row
    items: Mapping[str, Row]
    counties: Sequence[str]
    today: date


@dataclass(frozen=True, slots=True)
class Invented:
    """One agency: the columns of its row, of its offers and of its past work."""

    agency: dict[str, Any]
    offers: tuple[dict[str, Any], ...]
    works: tuple[dict[str, Any], ...]


def invent(number: int, world: World) -> Invented:
    """Agency ``number`` (from 1).

    The first ``STEADY`` are in good standing and hold what they need.
    """
    trade = _trade(number, world)
    name, name_en = _name(number, world)
    codes = [
        code
        for place, code in enumerate(trade["items"])
        if place == 0 or number <= STEADY or _below(number, f"item {code}", 10) < 6
    ]
    items = [world.items[code] for code in codes]
    standing = Standing.GOOD if number <= STEADY else _standing(number)
    ratings = _below(number, "ratings", 42)
    stars = _stars(number, standing) if ratings else 0
    # A fifth of the good and busy ones is on the red list.
    merit = stars >= 42 and ratings >= 2 and standing is Standing.GOOD
    size = _of(number, "size", [*SizeClass, SizeClass.SMALL, SizeClass.SMALL, SizeClass.MICRO])
    agency = {
        "number": number,
        "code": code_of(number),
        "name": name,
        "name_en": name_en,
        "credit_code": credit_code(number),
        "region": _of(number, "region", world.counties),
        "size_class": size,
        "founded_on": world.today - timedelta(days=700 + _below(number, "founded", 7000)),
        "headcount": {SizeClass.MICRO: 6, SizeClass.SMALL: 14, SizeClass.MEDIUM: 105}.get(size, 310)
        + _below(number, "heads", 60) // (10 if size is SizeClass.MICRO else 1),
        "stars": stars,
        "ratings": ratings,
        "standing": standing,
        "red": merit and _below(number, "red", 5) == 0,
        "employer": _employer(number),
        "staff": [_person(number, n, items, world) for n in range(3 + _below(number, "staff", 5))],
    }
    offers = tuple(_offer(number, item, world) for item in items)
    works = tuple(_work(number, n, items, world) for n in range(3 + _below(number, "works", 6)))
    return Invented(agency, offers, works)


def code_of(number: int) -> str:
    """``ag-0001`` upward."""
    return f"ag-{number:04d}"


def credit_code(number: int) -> str:
    """A valid 统一社会信用代码 that nobody can hold.

    Another one for each number below 887 million.
    """
    left, body = number * 7_654_321 % 31**6, ""
    for _ in range(6):
        left, digit = divmod(left, 31)
        body = _DIGITS[digit] + body
    subject = f"MA{body}"
    first17 = f"91{DEMO_REGION}{subject}{organisation_check_digit(subject)}"
    return first17 + check_digit(first17)


def _name(number: int, world: World) -> tuple[str, str]:
    words = world.vocabulary
    origin = _origin(number)
    syllables = words["syllables"]
    size = len(syllables)
    mixed = origin * 7919 % size**3
    three = [syllables[mixed // size**2], syllables[mixed // size % size], syllables[mixed % size]]
    brand = "".join(s for s, _ in three)
    if origin != number:
        brand = brand[:2] + words["twins"][three[2][0]]
    brand_en = "".join(p for _, p in three).capitalize()
    place, place_en = _of(origin, "place", words["places"])
    suffix, suffix_en = _of(origin, "form", _trade(number, world)["names"])
    return f"{place}{brand}{suffix}", f"{place_en}{brand_en} {suffix_en}"


def _origin(number: int) -> int:
    return number - 1 if number % 23 == 0 else number


def _trade(number: int, world: World) -> Row:
    trades: Sequence[Row] = world.vocabulary["trades"]
    origin = _origin(number)
    if origin <= STEADY:
        return trades[max(0, origin - 6) % len(trades)]
    left = _below(origin, "trade", sum(t["weight"] for t in trades))
    for trade in trades:
        left -= trade["weight"]
        if left < 0:
            return trade
    raise AssertionError("the weights add up")


def _standing(number: int) -> Standing:
    chance = _below(number, "standing", 200)
    if chance < 3:
        return Standing.REMOVED
    if chance < 10:
        return Standing.SUSPENDED
    return Standing.WATCH if chance < 20 else Standing.GOOD


def _stars(number: int, standing: Standing) -> int:
    # Around four, the best rare; who is barred was not among the best.
    most = {Standing.GOOD: 12, Standing.WATCH: 9}.get(standing, 5)
    return 27 + _below(number, "one judge", 12) + _below(number, "another", most + 1)


def _employer(number: int) -> str:
    # Every 29th is held by the same people as its neighbour: 招标投标法实施条例 art. 34.
    return code_of(number - 1 if number % 29 == 0 else number)


def _offer(number: int, item: Row, world: World) -> dict[str, Any]:
    code = item["code"]
    paper = item["certificate"]
    span = item["ceiling_fen"] - item["floor_fen"]
    low = item["floor_fen"] + span * _below(number, f"low {code}", 25) // 100
    high = min(low * (15 + _below(number, f"high {code}", 16)) // 10, item["ceiling_fen"])
    promise, promise_en = _of(number, f"promise {code}", world.vocabulary["promises"])
    level, level_en = (
        _of(number, f"level {paper['letter']}", paper["levels"]) if paper else ("", "")
    )
    return {
        "item": code,
        "certificate": paper["name"] if paper else "",
        "certificate_en": paper["name_en"] if paper else "",
        "certificate_number": f"{paper['letter']}{DEMO_REGION}{number:06d}" if paper else "",
        "level": level,
        "level_en": level_en,
        "issuer": paper["issuer"] if paper else "",
        "issuer_en": paper["issuer_en"] if paper else "",
        "valid_until": _valid_until(number, paper["letter"], world.today) if paper else None,
        "promise": promise,
        "promise_en": promise_en,
        "low_fen": low // _ROUND_FEN * _ROUND_FEN,
        "high_fen": high // _ROUND_FEN * _ROUND_FEN,
        "days": max(3, item["time_limit_days"] * (70 + _below(number, f"days {code}", 31)) // 100),
    }


def _valid_until(number: int, paper: str, today: date) -> date:
    chance = 99 if number <= STEADY else _below(number, f"valid {paper}", 100)
    if chance < 8:
        return today - timedelta(days=1 + _below(number, f"over {paper}", 400))
    if chance < 15:
        return today + timedelta(days=_below(number, f"soon {paper}", 30))
    return today + timedelta(days=60 + _below(number, f"long {paper}", 1700))


def _person(number: int, place: int, items: Sequence[Row], world: World) -> dict[str, Any]:
    which = f"person {place}"
    profession = items[place % len(items)]["profession"]
    given = "*" * (1 + _below(number, f"{which} length", 2))
    tail = _below(number, f"{which} id", 10_000)
    return {
        "name": _of(number, f"{which} surname", world.vocabulary["surnames"]) + given,
        "identity_number": f"511{'*' * 11}{tail:04d}",
        "profession": profession["name"],
        "profession_en": profession["name_en"],
        "registration": f"{DEMO_REGION}****{_below(number, f'{which} seal', 1000):03d}",
    }


def _work(number: int, place: int, items: Sequence[Row], world: World) -> dict[str, Any]:
    which = f"work {place}"
    item = _of(number, f"{which} item", items)
    site, site_en = _of(number, f"{which} site", world.vocabulary["sites"])
    client, client_en = _of(number, f"{which} client", world.vocabulary["clients"])
    span = item["ceiling_fen"] - item["floor_fen"]
    amount = item["floor_fen"] + span * _below(number, f"{which} amount", 60) // 100
    return {
        "item": item["code"],
        "title": f"{site}{item['work']}",
        "title_en": f"{site_en}: {item['work_en']}",
        "client": client,
        "client_en": client_en,
        "amount_fen": amount // _ROUND_FEN * _ROUND_FEN,
        "finished_on": world.today - timedelta(days=30 + _below(number, f"{which} day", 1400)),
    }


def _below(number: int, question: str, end: int) -> int:
    digest = hashlib.sha256(f"{question}/{number}".encode()).digest()
    return int.from_bytes(digest[:8]) % end


def _of(number: int, question: str, options: Sequence[T]) -> T:
    return options[_below(number, question, len(options))]
