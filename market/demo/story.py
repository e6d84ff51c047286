"""The story of the demo city: four weeks of projects, lived in a few seconds at the founding.

Its clock starts in the past and goes forward from event to event, through the same use cases, jobs
and judges as any day later; what it leaves behind are true rounds in every state, dossiers
included.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from market.accounts.models import Organisation, Person
from market.accounts.regions import rules_of
from market.agencies.models import Agency
from market.agencies.queries import candidates
from market.demo.authority import Holding
from market.demo.players import (
    apply_sealed,
    ask_again,
    attach_list,
    greet,
    publish_need,
    trustees_turn,
)
from market.documents.jobs import sign_ordered
from market.infra.db import use_case
from market.kernel.actors import THE_CLOCK, Actor, Role
from market.kernel.calendar import Calendar, end_of_day
from market.kernel.call import Call, Tools
from market.kernel.clock import local, to_millisecond
from market.projects import actions as owners
from market.projects import steps as projects
from market.selection import progress
from market.selection.jobs import advance_due
from market.selection.machine import ON_TRUSTEES
from market.selection.models import Round
from market.selection.states import FINAL, State
from market.web.data import data
from signing.cms.signer import Signer
from signing.trustee.trustee import Trustee
from signing.ways.registry import WAYS

MOST_TURNS = 12
PRICES = (81, 91, 86, 94, 88, 96, 83)
FAR_BELOW = 38
OFFICE_ENDS = time(17, 0)
SEEN = timedelta(hours=12)  # a trustee is written down as there so often: half of what counts

Row: TypeAlias = dict[str, Any]
Begun: TypeAlias = tuple[str, Row]
"""A round, and the row of the story that it lives."""


@dataclass(slots=True)
class Stage:
    """The story's city: tools on the story's clock, trustees, and who can sign for an agency."""

    tools: Tools
    trustees: Sequence[Trustee]
    holdings: dict[str, Holding]
    issue: Callable[[Call, Agency | Organisation], Awaitable[Holding]]
    renew: Callable[[datetime], None]
    now: datetime
    sign: Callable[[Call], Awaitable[None]] = sign_ordered
    owners: dict[str, Holding] = field(default_factory=dict, init=False)
    given_up: list[tuple[Actor, str]] = field(default_factory=list, init=False)
    to_retry: list[tuple[Actor, str, dict[str, Any]]] = field(default_factory=list, init=False)
    seen: datetime | None = field(default=None, init=False)

    def clock(self) -> datetime:
        """The story's hour."""
        return self.now

    def call(self, actor: Actor) -> Call:
        """A call of the story."""
        return Call(actor, self.now, self.tools)

    async def pass_time(self) -> None:
        """Do what is due by now, papers included."""
        await advance_due(self.call(THE_CLOCK))
        await self.sign(self.call(THE_CLOCK))

    async def ask_trustees(self) -> bool:
        """One turn of every trustee; whether any of them had something to do."""
        await self.see_trustees()
        return await trustees_turn(self.call(THE_CLOCK), self.trustees, greeting=False)

    async def see_trustees(self) -> None:
        """Have them written down as there, unless they were not long ago."""
        if self.seen is None or self.now - self.seen >= SEEN:
            self.seen = self.now
            await greet(self.call(THE_CLOCK), self.trustees)


async def tell(stage: Stage, today: datetime) -> None:
    """Live through the story up to ``today``."""
    rows = json.loads((data("fixtures") / "demo" / "story.json").read_text("utf-8"))
    waiting = sorted(
        (planned(row, today, stage.tools.calendar) for row in rows), key=lambda plan: plan[0]
    )
    while True:
        nexts = [at for at, _ in waiting[:1]] + await _dates()
        due = [at for at in nexts if at <= today]
        if not due:
            break
        stage.now = to_millisecond(max(stage.now, min(due)))
        stage.renew(stage.now)
        await _settle(stage)
        await _begin_due(stage, waiting)
    stage.now = today
    for owner, code in stage.given_up:
        await owners.withdraw(stage.call(owner), code)
    await stage.ask_trustees()


def planned(row: Row, today: datetime, calendar: Calendar) -> tuple[datetime, Row]:
    """When a row begins: its working days before ``today``, so that no holiday delays the story.

    Who is to be seen in the public notice was chosen yesterday, be that a holiday or not.
    """
    begins = calendar.add(today, row["day"])
    if row["goal"] != "revealed":
        return begins, row
    yesterday = local(today).date() - timedelta(days=1)
    return begins, row | {"closes": datetime.combine(yesterday, OFFICE_ENDS)}


async def _begin_due(stage: Stage, waiting: list[tuple[datetime, Row]]) -> None:
    """Publish what is due; trustees must have been seen before, and have looked into it after."""
    failed = [one for one in stage.to_retry if await _has_failed(one[1])]
    if not failed and not (waiting and waiting[0][0] <= stage.now):
        return
    await stage.see_trustees()
    begun = [await _try_again(stage, *one) for one in failed]
    stage.to_retry = [one for one in stage.to_retry if one not in failed]
    while waiting and waiting[0][0] <= stage.now:
        begun += await _begin(stage, waiting.pop(0)[1])
    if not begun:
        return
    await _settle(stage)
    for about, row in begun:
        await _apply(stage, about, row)
    await stage.ask_trustees()


async def _settle(stage: Stage) -> None:
    """Turns as long as a round waits for a trustee's word: nothing else in the story does."""
    await stage.pass_time()
    for _ in range(MOST_TURNS):
        if not await Round.exists(state__in=ON_TRUSTEES):
            return
        await stage.ask_trustees()
        await stage.pass_time()


async def _dates() -> list[datetime]:
    """The next hour at which each round that is not over moves by itself."""
    found = []
    for one in await progress.of_each(await Round.filter(state__not_in=list(FINAL))):
        row = one.round
        if row.state is State.ACCEPTING:
            grace = timedelta(minutes=6) if row.closing_at else timedelta(0)
            found.append(row.deadline_at + grace)
        elif row.state is State.REVEALED and not one.is_flagged and one.result:
            found.append(one.result.publicity_until)
    return found


async def _begin(stage: Stage, row: Row) -> list[Begun]:
    owner = await _owner(row["owner"])
    ready = row["goal"] not in {"draft", "discarded"}
    files = row.get("files", ())
    code = (await _prepare(stage.call(owner), _typed(stage, row), ready=ready and not files)).code
    for name in files:
        await attach_list(stage.call(owner), code, name)
    if ready and files:
        await owners.check(stage.call(owner), code)
    if row["goal"] == "discarded":
        await owners.discard(stage.call(owner), code)
    if row["goal"] in {"draft", "ready", "discarded"}:
        return []
    if row["goal"] == "withdrawn":
        stage.given_up.append((owner, code))
    if row["goal"] == "again":
        stage.to_retry.append((owner, code, row))
        row = row | {"applicants": 0}
    return [(await _publish(stage, owner, code), row)]


async def _has_failed(code: str) -> bool:
    return await Round.exists(project=code, state=State.FAILED)


async def _try_again(stage: Stage, owner: Actor, code: str, row: Row) -> Begun:
    """What failed is signed for and published anew."""
    await ask_again(stage.call(owner), code, await _signer(stage, owner), "TOO_FEW")
    typed = {"deadline_at": _typed(stage, row)["deadline_at"]}
    await owners.save(stage.call(owner), code, 5, typed)
    await owners.check(stage.call(owner), code)
    return await _publish(stage, owner, code), row


async def _publish(stage: Stage, owner: Actor, code: str) -> str:
    """Signed with the owner's certificate; gives the round's name."""
    return await publish_need(stage.call(owner), code, await _signer(stage, owner))


async def _signer(stage: Stage, owner: Actor) -> Signer:
    """What an owner's organisation signs with, issued when it first does."""
    code = str(owner.organisation)
    if code not in stage.owners:
        body = await Organisation.get(code=code)
        stage.owners[code] = await stage.issue(stage.call(THE_CLOCK), body)
    return stage.owners[code].signer


async def _apply(stage: Stage, about: str, row: Row) -> None:
    """Let agencies apply, one after the other."""
    everybody = [c for c in await candidates(row["item"], stage.now) if c.qualified]
    for number, one in enumerate(everybody[3 : 3 + row["applicants"]]):
        stage.now += timedelta(minutes=7)
        price = _price(row, number) if WAYS[row["way"]].priced else None
        card = await Agency.get(code=one.code)
        if one.code not in stage.holdings:
            stage.holdings[one.code] = await stage.issue(stage.call(THE_CLOCK), card)
        actor = Actor(Role.AGENCY, f"{one.code}-clerk", card.name, one.code, card.name, (), "story")
        signs = one.code
        if row.get("borrowed") and number == 0:
            signs = next(code for code in stage.holdings if code != one.code)
        await apply_sealed(stage.call(actor), about, stage.holdings[signs].signer, price)


@use_case
async def _prepare(call: Call, typed: dict[str, str], *, ready: bool) -> owners.Begun:
    if ready:
        return owners.Begun(await projects.create_ready(call, typed))
    return owners.Begun((await projects.create(call, typed)).code)


async def _owner(number: int) -> Actor:
    """The first of an owner's people."""
    body = await Organisation.filter(kind="owner").order_by("code").offset(number).first()
    assert body is not None  # noqa: S101 - seeded before
    one = await Person.filter(organisation_id=body.code).order_by("code").first()
    assert one is not None  # noqa: S101 - as above
    return Actor(Role.OWNER, one.code, one.name, body.code, body.name, (body.region,), "story")


def _fee(row: Row) -> dict[str, str]:
    """What is announced of the fee where nobody seals a price: the standard, or nine tenths."""
    if WAYS[row["way"]].priced:
        return {}
    standard: dict[str, str] | None = row.get("standard")
    if standard:
        return {"fee_kind": "standard"} | {f"fee_{name}": text for name, text in standard.items()}
    return {"fee_kind": "fixed", "fee": str(Decimal(row["wan"]) * 9_000)}


def _price(row: dict[str, Any], number: int) -> int:
    control = int(float(row["wan"]) * 100) * 10_000
    percent = FAR_BELOW if row.get("far_below") and number == 1 else PRICES[number % len(PRICES)]
    return control * percent // 100


def closes(row: Row, now: datetime, calendar: Calendar) -> datetime:
    """When sign-up for a row that is published now ends, on the city's clock."""
    fixed: datetime | None = row.get("closes")
    if fixed is not None:
        return fixed
    least = rules_of(row["region"], now).sign_up_working_days
    if row["goal"] in {"accepting", "ready", "draft"}:
        return datetime.combine(calendar.add(now, least + 5).date(), OFFICE_ENDS)
    return local(end_of_day(calendar.add(now, least + 1).date())).replace(tzinfo=None)


def _typed(stage: Stage, row: Row) -> dict[str, str]:
    return {
        "title": row["title"],
        "item": row["item"],
        "summary": f"为{row['title']}提供专业服务，成果须通过主管部门审查。",
        "scale": "以批复的建设内容为准",
        "requirements": "符合该事项现行管理规定，成果质量由机构负责。",
        "staff": "项目负责人一名，具有相应专业执业资格。",
        "service_days": "45",
        "region": row["region"],
        "address": "项目所在地",
        "contact_name": "李经办",
        "contact_phone": "0818-2100000",
        "complaint_phone": "0818-2100001",
        "funding": "fiscal",
        "control_price": row["wan"],
        "control_unit": "wan",
        "way": row["way"],
        **_fee(row),
        "pool": row["pool"] if len(WAYS[row["way"]].pools) > 1 else "",
        "deadline_at": closes(row, stage.now, stage.tools.calendar).strftime("%Y-%m-%dT%H:%M"),
    }
