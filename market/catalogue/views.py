"""The list of service items. One item's page shows agencies too and lives on their floor."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from market.catalogue import queries
from market.catalogue.queries import DepartmentCard, ItemCard
from market.catalogue.states import ItemState
from market.kernel.call import Call
from market.web import pages


@dataclass(frozen=True, slots=True)
class Group:
    """A department and those of its items that fit the filters."""

    department: DepartmentCard
    items: tuple[ItemCard, ...]


async def show_list(request: Request, call: Call) -> Response:
    """All items by department; search, department and state stand in the address."""
    given = request.query_params
    departments = await queries.departments()
    department = _known(given.get("department"), [d.code for d in departments])
    state = _known(given.get("state"), list(ItemState))
    understood = {"department": department, "state": state}
    query = (given.get("q") or "").replace("\0", " ")
    found = queries.chosen(await queries.items(), query, department, state)
    groups = [Group(d, tuple(i for i in found if i.department == d.code)) for d in departments]
    return pages.render(
        request,
        call,
        "catalogue/list.html",
        groups=[g for g in groups if g.items],
        departments=departments,
        states=list(ItemState),
        department=department,
        state=state,
        query=query,
        count=len(found),
        ignored=[name for name, value in understood.items() if given.get(name) and not value],
    )


def _known(value: str | None, options: Sequence[str]) -> str:
    return value if value and value in options else ""
