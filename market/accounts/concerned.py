"""Whose rights an act touches, read for the table of ``second_person``."""

from collections import defaultdict
from collections.abc import Collection

from market.accounts.models import Grant, Organisation, Person, RightsRequest
from market.accounts.second_person import WATCHED, Concerned
from market.accounts.states import OrganisationKind
from market.kernel.actors import Role


async def concerned(person: Person, granted: Role | None = None) -> Concerned:
    """Somebody who is there, with the role that is to be ``granted``; suspended ones count too."""
    body = await Organisation.get(code=person.organisation_id)
    held = {row.role for row in await Grant.filter(person_id=person.code, ended_at=None)}
    return Concerned(person.code, _with(held, granted), body.kind in WATCHED)


async def newcomer(person: str, credit_code: str, kind: OrganisationKind) -> Concerned:
    """Somebody who is to come: of the organisation of that code, or of a new one of ``kind``."""
    known = await Organisation.get_or_none(credit_code=credit_code)
    return Concerned(person, frozenset(), (known.kind if known else kind) in WATCHED)


async def of_requests(rows: Collection[RightsRequest]) -> list[Concerned]:
    """Whose rights these requests touch, by offices as they are now."""
    held: dict[str, set[Role]] = defaultdict(set)
    for grant in await Grant.filter(person_id__in={row.person for row in rows}, ended_at=None):
        held[grant.person_id].add(grant.role)
    return [Concerned(row.person, _with(held[row.person], row.role)) for row in rows]


def _with(held: set[Role], granted: Role | None) -> frozenset[Role]:
    return frozenset(held | {granted} if granted else held)
