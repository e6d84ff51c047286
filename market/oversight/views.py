"""The pages: public figures with the desk, alarms, the index of a round, system status."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from market.kernel.call import Call
from market.kernel.errors import not_found
from market.oversight import drawings, exports, policy
from market.oversight.queries import (
    alarms,
    figures,
    orders,
    regulator_page,
    rounds,
    system,
    tree,
)
from market.projects import queries as projects
from market.selection.address import about
from market.selection.blind_audit.audits import finding_of
from market.selection.escrow.unnamed import unnamed
from market.selection.pages.round_page import round_page
from market.web import pages, panels
from market.web.exports import KINDS
from market.web.i18n import negotiate
from market.web.panels import Figure, Scope


async def overview(request: Request, call: Call) -> Response:
    """The figures for everyone; below them the desk of who oversees."""
    locale = negotiate(request)
    found = await figures.figures(call.now)
    given: dict[str, Any] = {"desk": None, "alarms": (), "tree": None}
    if policy.is_overseer(call.actor):
        given = {
            "desk": await regulator_page.desk(call),
            "alarms": await alarms.alarms(call.actor),
            "tree": await _tree(request, call),
        }
    return pages.render(
        request,
        call,
        "oversight/overview.html",
        figures=found,
        strip=_strip(found, await panels.figures(Scope.OVERSIGHT, call.now), given),
        months=drawings.months_drawing(found, locale),
        counties=drawings.county_drawing(found, locale),
        month_name=lambda at: drawings.month_name(at, locale, year=True),
        **given,
    )


def _strip(found: figures.Figures, of_rooms: list[Figure], given: dict[str, Any]) -> list[Figure]:
    """This room's own figures among those of the others."""
    last, year = {"n": found.last_month}, {"n": found.year}
    own = [
        Figure(10, "本月选取", f"{found.this_month:,}", "次", "上月全月 %(n)s 次", last),
        Figure(30, "未选出结果", f"{found.failed:,}", "次", "近 12 个月选出 %(n)s 次", year),
    ]
    if given["desk"]:
        grave = sum(alarm.grave for alarm in given["alarms"])
        open_ = sum(row.note == "open" for row in given["desk"].unnamed)
        tone, note = "bad" if grave + open_ else "good", "严重预警和未查明的代号"
        own.append(
            Figure(50, "需要过问", str(grave + open_), "件", note, tone=tone, href="#alarms")
        )
    return sorted([*own, *of_rooms], key=lambda figure: figure.place)


async def _tree(request: Request, call: Call) -> tree.Tree:
    asked = request.query_params
    return await tree.tree(call.actor, asked.get("by", ""), asked.get("open", ""))


async def open_data(request: Request, _call: Call) -> Response:
    """Every selection as a table to take away."""
    kind = request.path_params["kind"]
    if kind not in KINDS:
        raise not_found()
    return await exports.take_away(kind, negotiate(request))


async def show_alarm(request: Request, call: Call) -> Response:
    """What one trustee refused, with both sides."""
    found = await alarms.alarm(str(request.path_params["alarm"]), call.actor)
    return pages.render(request, call, "oversight/alarm.html", alarm=found)


async def show_round(request: Request, call: Call) -> Response:
    """One round as the index of its dossier."""
    name = about(request)
    index = await rounds.round_index(name, call.actor)
    found = await round_page(name, call.actor, call.now)
    row = await rounds.overseen(name, call.actor)
    return pages.render(
        request,
        call,
        "oversight/round.html",
        index=index,
        round=found,
        wait=await rounds.wait_of(name, call.now),
        project=await projects.card(found.project, call.actor, call.now),
        unnamed=await unnamed(row),
        finding=await finding_of(row),
        alarms=await alarms.alarms(call.actor, about=name),
    )


async def show_redo(request: Request, call: Call) -> Response:
    """What an owner signed to try a project again, and the certificate to sign it as well."""
    code, attempt = request.path_params["code"], request.path_params["attempt"]
    return pages.render(
        request,
        call,
        "oversight/redo.html",
        redo=await projects.waiting_redo(code, attempt, call.actor),
        project=await projects.card(code, call.actor, call.now),
        demo_key=f"/demo/keys/{call.actor.code}.p12" if call.tools.city.demo else None,
    )


async def show_orders(request: Request, call: Call) -> Response:
    """Of which rounds something may be ordered, or was."""
    found = await orders.orders(call.actor)
    return pages.render(
        request, call, "oversight/orders.html", unnamed=found.unnamed, audits=found.audits
    )


async def show_system(request: Request, call: Call) -> Response:
    """Whether everything runs."""
    return pages.render(request, call, "oversight/system.html", page=await system.system(call))
