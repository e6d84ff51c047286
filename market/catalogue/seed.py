"""Loads the list of items and departments from ``fixtures/catalogue``.

What is there is left alone.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from market.audit import ledger
from market.catalogue import events
from market.catalogue.models import Department, ServiceItem
from market.catalogue.states import ItemState
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.seed import Seed
from market.web.data import data
from market.web.search import words

_PAIRS = ("name", "purpose", "qualification", "fee_basis", "result_document")
_PLAIN = ("code", "time_limit_days", "floor_fen", "ceiling_fen", "bases")


@cache
def listed(name: str) -> list[dict[str, Any]]:
    """The rows of ``departments`` or ``items``."""
    rows: list[dict[str, Any]] = json.loads(_file(name).read_bytes())
    return rows


def _file(name: str) -> Path:
    return data("fixtures") / "catalogue" / f"{name}.json"


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many were added."""

    count: int


@use_case
async def seed(call: Call) -> Loaded:
    """The list into an empty catalogue, with one ledger entry."""
    if await ServiceItem.exists():
        return Loaded(0)
    rows = listed("items")
    await Department.bulk_create(
        [Department(number=n, **row) for n, row in enumerate(listed("departments"), 1)]
    )
    await ServiceItem.bulk_create([_item(n, row) for n, row in enumerate(rows, 1)])
    digest = hashlib.sha256(_file("items").read_bytes()).hexdigest()
    told = events.Loaded(count=len(rows), sha256=digest)
    await ledger.record(call, told, about="catalogue:items")
    return Loaded(len(rows))


def _item(number: int, row: dict[str, Any]) -> ServiceItem:
    texts = {key: row[key] for pair in _PAIRS for key in (pair, f"{pair}_en")}
    return ServiceItem(
        number=number,
        department_id=row["department"],
        state=ItemState(row.get("state", "open")),
        words=words(row["name"], row["aliases"], row["name_en"], row["code"], short_forms=True),
        **{key: row[key] for key in _PLAIN},
        **texts,
    )


SEEDS: Final = (Seed(10, seed),)
