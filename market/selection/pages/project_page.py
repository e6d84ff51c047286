"""A project and its round as pages: what it is, how far it is, what one can do, who sees what."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from market.agencies.queries import cards
from market.infra import live
from market.kernel.call import Call
from market.kernel.errors import must, not_found
from market.projects import queries as projects
from market.projects.events import about as project_about
from market.selection import policy
from market.selection.address import about
from market.selection.deciding import explanation
from market.selection.forms import Explanation, Verdict
from market.selection.intake.taking_part import why_not_take_part
from market.selection.pages.next_step import next_steps
from market.selection.pages.project_steps import project_steps
from market.selection.pages.round_page import Attempt, RoundPage, attempts_of, round_of, round_page
from market.selection.publishing.owner_signature import statement_to_sign
from market.selection.publishing.publication import about_of, alive, why_not_suffice
from market.selection.states import BEFORE_FREEZE
from market.web import pages, panels
from market.web.answers import see_other
from market.web.forms import read_form
from market.web.i18n import negotiate, say
from market.web.panels import Shown
from market.web.refused_form import Filled, comes_back

HEARTBEAT = 15.0
OWN_TABS = ("announcement", "selection")  # what this page shows itself; rooms add to them


async def show_project(request: Request, call: Call) -> Response:
    """The project with its newest round, or the one of ``?attempt=``: how far it is, what to do."""
    return await _project_page(request, call, Filled())


async def _project_page(request: Request, call: Call, filled: Filled) -> Response:
    code = request.path_params["code"]
    card = await projects.card(code, call.actor, call.now)
    attempts = await attempts_of(code)
    about = _wished(attempts, request.query_params.get("attempt"))
    shown = await round_page(about, call.actor, call.now) if about else None
    waiting = await panels.duties(call, {code})
    on_page = await panels.project_cards(_shown(code, shown, call))
    return pages.render(
        request,
        call,
        "selection/project.html",
        status=filled.status,
        values=filled.values,
        errors=filled.errors,
        project=card,
        round=shown,
        attempts=attempts,
        next_steps=await next_steps(call.actor, call.now, card, shown, attempts, waiting),
        steps=project_steps(card, shown),
        tabs=[tab for tab in panels.tabs() if tab.name in OWN_TABS or tab.name in on_page],
        tab=_tab(request, shown, on_page),
        cards=on_page,
        first=_first(request),
        avoided={one.code: one for one in await cards.named(_codes(card.need["avoid"]))},
    )


def _first(request: Request) -> int:
    """Which of the codes the list begins with; the first, where the address makes no sense."""
    wished = request.query_params.get("first", "")[:7]
    return int(wished) if wished.isascii() and wished.isdecimal() else 0


def _tab(request: Request, round_: RoundPage | None, on_page: Mapping[str, object]) -> str:
    """The tab of ``?tab=``; without one the announcement while it is open, then the result."""
    wished = request.query_params.get("tab", "")
    if wished in OWN_TABS or wished in on_page:
        return wished
    is_open = round_ is None or round_.state in BEFORE_FREEZE
    return OWN_TABS[0] if is_open else OWN_TABS[1]


def _shown(code: str, round_: RoundPage | None, call: Call) -> Shown:
    abouts = (project_about(code), *([round_.about] if round_ else []))
    return Shown(code, round_.attempt if round_ else 0, abouts, call.actor, call.now)


def _codes(avoid: list[dict[str, str]]) -> list[str]:
    return [row["agency"] for row in avoid]


def _wished(attempts: tuple[Attempt, ...], number: str | None) -> str | None:
    """Which round to show; raises NOT_FOUND for an attempt that there never was."""
    if number is None:
        return attempts[0].about if attempts else None
    for one in attempts:
        if str(one.number) == number:
            return one.about
    raise not_found("round")


async def publishing(request: Request, call: Call) -> Response:
    """The owner's last page before publication: what will be fixed, signature, part of the seed.

    What the rules refuse by now, such as a date that has passed, is changed first: it leads there.
    """
    code = request.path_params["code"]
    card = await projects.card(code, call.actor, call.now)
    must(card.why_not_publish)
    if to_change := await projects.first_to_change(call, code):
        return see_other(to_change)
    seen = await alive(call.tools.anchors, call.now)
    enough = why_not_suffice(call.tools.anchors, seen) is None
    return pages.render(
        request,
        call,
        "selection/publish.html",
        project=card,
        about=about_of(card.code, card.attempt),
        trustees=[(f"trustee.{t.id}", t.id in seen) for t in call.tools.anchors.trustees],
        enough=enough,
        statement=await statement_to_sign(call, code) if enough else None,
        demo_key=f"/demo/keys/{call.actor.code}.p12" if call.tools.city.demo else None,
    )


async def applying(request: Request, call: Call) -> Response:
    """The page on which an agency seals its application in its own browser."""
    found = await round_page(about(request), call.actor, call.now)
    must(policy.why_not_ask_admission(call.actor, found.state, found.pool))
    agency = call.actor.organisation or ""
    must(await why_not_take_part(agency, found.item, found.project, call.now))
    card = await projects.card(found.project, call.actor, call.now)
    locale = negotiate(request)
    form = {
        "code": found.project,
        "attempt": found.attempt,
        "way": found.way,
        "agency_code": call.actor.organisation,
        "control_price_fen": found.control_price_fen,
        "trustees": [{"id": t.id, "name": say(locale, t.name)} for t in found.trustees],
        "demo_key": f"/demo/keys/{call.actor.code}.p12" if call.tools.city.demo else None,
    }
    return pages.render(
        request,
        call,
        "selection/apply.html",
        project=card,
        round=found,
        form=form,
        avoided={one.code: one for one in await cards.named(_codes(card.need["avoid"]))},
    )


async def checking(request: Request, call: Call) -> Response:
    """核验: the draw computed again in the visitor's own browser."""
    found = await round_page(about(request), call.actor, call.now)
    card = await projects.card(found.project, call.actor, call.now)
    return pages.render(request, call, "selection/check.html", project=card, round=found)


@comes_back(_project_page, "text")
async def explain(request: Request, call: Call) -> Response:
    """The winner's explanation of a price far below the others."""
    await explanation.explain(call, about(request), await read_form(request, Explanation))
    return _to_project(request)


@comes_back(_project_page, "reason")
async def judge(request: Request, call: Call) -> Response:
    """The owner's word on it."""
    await explanation.judge_explanation(call, about(request), await read_form(request, Verdict))
    return _to_project(request)


def _to_project(request: Request) -> Response:
    return see_other(f"/projects/{request.path_params['code']}")


async def events(request: Request, call: Call) -> Response:
    """Live: the round's state whenever it changes, the city's time in between, nothing else."""
    code, attempt = request.path_params["code"], request.path_params["attempt"]
    await round_of(about(request))

    async def stream() -> AsyncIterator[str]:
        async with live.listening(f"round:{code}/{attempt}") as queue:
            # Whoever comes (again) hears where it stands: what moved in between is not missed.
            now = {"state": str((await round_of(about(request))).state)}
            yield f"retry: 2000\nevent: state\ndata: {json.dumps(now)}\n\n"
            while True:
                try:
                    event = await asyncio.wait_for(queue.get(), HEARTBEAT)
                except TimeoutError:
                    at = int(call.tools.clock().timestamp() * 1000)
                    yield f"event: time\ndata: {at}\n\n"
                else:
                    yield f"event: state\ndata: {json.dumps(event)}\n\n"

    return StreamingResponse(
        stream(), media_type="text/event-stream", headers={"cache-control": "no-store"}
    )
