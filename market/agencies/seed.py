"""Loads the invented agencies of a demo city into an empty register, with their organisations."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any, Final

from market.accounts.models import Organisation
from market.accounts.regions import places
from market.accounts.states import OrganisationKind
from market.agencies import events, rules
from market.agencies.invent import HOW_MANY, Invented, World, invent
from market.agencies.models import Agency, Offer, Work
from market.audit import ledger
from market.catalogue.seed import Loaded, listed
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from market.kernel.names import name_key
from market.kernel.seed import Seed
from market.web.data import data
from market.web.search import spelling, words

_BATCH = 500


@use_case
async def seed(call: Call) -> Loaded:
    """634 agencies, one ledger entry. The catalogue comes first."""
    if not call.tools.city.demo:
        raise MarketError("agencies.demo_only", Kind.FORBIDDEN)
    if await Agency.exists():
        return Loaded(0)
    world = demo_world(call)
    made = [invent(number, world) for number in range(1, HOW_MANY + 1)]
    await store(made)
    digest = hashlib.sha256("\n".join(a.agency["credit_code"] for a in made).encode()).hexdigest()
    told = events.Loaded(count=len(made), sha256=digest)
    await ledger.record(call, told, about="agencies:register")
    return Loaded(len(made))


def demo_world(call: Call) -> World:
    """What the demo's agencies are made of, as of the day of ``call``."""
    path = data("fixtures") / "agencies" / "vocabulary.json"
    return World(
        vocabulary=json.loads(path.read_text("utf-8")),
        items={row["code"]: row for row in listed("items") if row.get("state") != "closed"},
        counties=[p.code for p in places()[1:]],
        today=rules.today(call.now),
    )


async def store(made: Iterable[Invented]) -> None:
    """Write invented agencies. Inside a unit."""
    rows = list(made)
    await Organisation.bulk_create(
        [_organisation(m.agency) for m in rows], batch_size=_BATCH, ignore_conflicts=True
    )
    await Agency.bulk_create([_agency(m.agency) for m in rows], batch_size=_BATCH)
    offers = [_offer(m, o) for m in rows for o in m.offers]
    await Offer.bulk_create(offers, batch_size=_BATCH)
    works = [Work(**_owned(m, w)) for m in rows for w in m.works]
    await Work.bulk_create(works, batch_size=_BATCH)


def _organisation(row: dict[str, Any]) -> Organisation:
    shared = {key: row[key] for key in ("code", "name", "credit_code", "region")}
    return Organisation(kind=OrganisationKind.AGENCY, **shared)


def _agency(row: dict[str, Any]) -> Agency:
    found_by = words(row["name"], row["name_en"], row["code"], row["credit_code"])
    return Agency(**row, **_ranks(row), words=found_by, name_key=name_key(row["name"]))


def _ranks(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "stars_rank": rules.stars_rank(row["stars"], row["ratings"], row["number"]),
        "name_rank": rules.name_rank(spelling(row["name"]), row["number"]),
    }


def _offer(made: Invented, row: dict[str, Any]) -> Offer:
    return Offer(**_owned(made, row), **_ranks(made.agency), number=made.agency["number"])


def _owned(made: Invented, row: dict[str, Any]) -> dict[str, Any]:
    rest = {key: value for key, value in row.items() if key != "item"}
    return {"agency_id": made.agency["code"], "item_id": row["item"], **rest}


SEEDS: Final = (Seed(20, seed),)
