"""Looks up what the rules must know: the item, the agencies typed or named, what was spent.

The rules stay pure; this is the only place where they meet the directories.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from tortoise.functions import Sum

from market.accounts.regions import places, rules_of
from market.agencies.models import Agency
from market.catalogue import queries as catalogue
from market.kernel import typed_numbers
from market.kernel.call import Call
from market.kernel.clock import CITY_ZONE, local
from market.kernel.names import name_key
from market.projects.models import Project
from market.projects.rules import Draft, ItemFacts, Setting, names_in
from market.projects.rules.setting import SEVERAL
from market.projects.states import State

_CODE_LENGTH: Final = 18  # of a credit code; an agency's own code is shorter
_AT_ONCE: Final = 5000
_SPENT: Final = (State.PUBLISHED, State.DECIDED, State.CONCLUDED)


async def setting(call: Call, draft: Draft, owner: str, code: str, region: str = "") -> Setting:
    """The setting of a draft of ``owner``; ``region`` is the city's unless it has one."""
    known = frozenset(place.code for place in places())
    typed = draft.region if draft.region in known else ""
    rules = rules_of(typed or region or call.tools.city.region, call.now)
    return Setting(
        rules=rules,
        calendar=call.tools.calendar.closing(rules.closed_days),
        now=call.now,
        item=await item_facts(draft.item),
        regions=known,
        agencies=await agencies({row.asked for row in draft.avoid if row.asked}),
        named=await _named(names_in(draft)),
        spent_fen=await _spent(owner, draft.item, call.now, code),
    )


async def item_facts(code: str) -> ItemFacts | None:
    """The item of that code as the rules see it; None when the catalogue has none."""
    item = next((i for i in await catalogue.items() if i.code == code), None)
    if item is None:
        return None
    return ItemFacts(
        code=item.code,
        name=item.name,
        name_en=item.name_en,
        floor_fen=item.floor_fen,
        ceiling_fen=item.ceiling_fen,
        time_limit_days=item.time_limit_days,
        is_open=item.is_open,
    )


async def agencies(asked: Iterable[str]) -> dict[str, str]:
    """Code, credit code or full name as typed → the agency's code; unknown ones are left out.

    A name that more than one agency has gives ``SEVERAL``: only a code tells them apart.
    """
    found: dict[str, str] = {}
    for text in asked:
        codes: list[str] = []
        for which in _readings(text):
            codes = codes or await _codes(**which)
        if codes:
            found[text] = codes[0] if len(codes) == 1 else SEVERAL
    return found


def _readings(text: str) -> Iterator[dict[str, str]]:
    """As which column of an agency it may be meant, codes first."""
    own, credit = text.strip().lower(), typed_numbers.code(text)
    if len(credit) == _CODE_LENGTH:
        yield {"credit_code": credit}
    if len(own) <= _CODE_LENGTH:
        yield {"code": own}
    yield {"name_key": name_key(text)}


async def _codes(**which: str) -> list[str]:
    """Of the agencies that fit, two at most."""
    rows = await Agency.filter(**which).limit(2).values_list("code", flat=True)
    return [str(row) for row in rows]


async def _named(pieces: frozenset[str]) -> tuple[str, ...]:
    names: set[str] = set()
    listed = sorted(pieces)
    for start in range(0, len(listed), _AT_ONCE):
        some = listed[start : start + _AT_ONCE]
        rows = Agency.filter(name_key__in=some).distinct().values_list("name", flat=True)
        names |= {str(name) for name in await rows}
    return tuple(sorted(names))


async def _spent(owner: str, item: str, now: datetime, code: str) -> int:
    """Fiscal money that ``owner`` has published for ``item`` since New Year (城市时间), in fen."""
    if not item:
        return 0
    new_year = datetime(local(now).year, 1, 1, tzinfo=CITY_ZONE)
    rows = (
        await Project.filter(
            owner=owner, item=item, fiscal=True, state__in=_SPENT, published_at__gte=new_year
        )
        .exclude(code=code)
        .annotate(total=Sum("control_price_fen"))
        .values("total")
    )
    return int(rows[0]["total"] or 0) if rows else 0
