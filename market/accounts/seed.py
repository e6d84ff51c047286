"""Loads the invented people of a demo city into empty tables (fixtures/demo/people.json).

Organisations that other rooms have entered already (the agencies') are left as they are.
Everybody's password is the demo's.
"""

import json
from typing import Any, Final

from market.accounts import passwords, steps
from market.accounts.actions.people import add_person
from market.accounts.actions.wishes import NewPerson
from market.accounts.models import Organisation, Person
from market.accounts.queries import OrganisationCard
from market.accounts.states import OrganisationKind
from market.infra.db import use_case
from market.kernel.actors import Role
from market.kernel.call import Call
from market.kernel.seed import Seed
from market.web.data import data


def read() -> dict[str, Any]:
    """The demo's organisations and people; each person may carry ``persona``, its switch's key."""
    text = (data("fixtures") / "demo" / "people.json").read_text("utf-8")
    return dict(json.loads(text))


def personas() -> dict[str, str]:
    """The person's code of each door of the persona switch, in the switch's order."""
    return {p["persona"]: p["code"] for p in read()["people"] if "persona" in p}


async def everybody(call: Call) -> None:
    """The demo's people, after the organisations of other rooms."""
    await seed(call, read())


async def seed(call: Call, given: dict[str, Any]) -> None:
    """Enter organisations, people and their roles, unless they are there. One unit."""
    one = await passwords.hashed(passwords.DEMO_PASSWORD)  # it is public: one salt will do
    await _seed(call, given, dict.fromkeys((person["code"] for person in given["people"]), one))


@use_case
async def _seed(call: Call, given: dict[str, Any], hashes: dict[str, str]) -> None:
    known = set(await Organisation.all().values_list("code", flat=True))
    await steps.add_organisations(
        call,
        [
            OrganisationCard(**row | {"kind": OrganisationKind(row["kind"])})
            for row in given["organisations"]
            if row["code"] not in known
        ],
    )
    entered = set(await Person.all().values_list("code", flat=True))
    for row in given["people"]:
        if row["code"] in entered:
            continue
        new = NewPerson(
            row["login"],
            row["name"],
            row["organisation"],
            row.get("phone", ""),
            row.get("identity_number", ""),
            row["code"],
            must_change_password=False,
        )
        person = await add_person(call, new, hashes[row["code"]])
        for held in row["grants"]:
            await steps.grant_role(call, person, Role(held["role"]), held["regions"], None)


SEEDS: Final = (Seed(30, everybody),)
