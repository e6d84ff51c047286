"""The form in steps. Every answer is kept first and judged then, so that nothing typed is lost.

A page that is refused comes back with status 422, with what was typed and with the rule and its
source at each field.
"""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from market.accounts.regions import places
from market.agencies.queries import cards as agencies
from market.kernel.call import Call
from market.kernel.clock import local
from market.kernel.errors import Kind, MarketError
from market.projects import actions
from market.projects.forms import Remark
from market.projects.queries import Filling, filling
from market.projects.queries.duties import step_address
from market.projects.rules import Breach
from market.projects.rules.draft import Tie
from market.projects.rules.steps import AVOID_ROWS, LAST, STEP_OF, STEPS, WITNESS_ROWS, Step
from market.projects.rules.ways.registry import WAYS
from market.projects.states import Funding, Pool, State, Way
from market.web import pages
from market.web.answers import see_other
from market.web.forms import form_values, read_form
from market.web.i18n import negotiate, say
from market.web.refused_form import Filled, again, comes_back

FIRST_CHOICES = {"control_unit": "wan", "needs_approval": "no"}


async def show(request: Request, call: Call) -> Response:
    """One step with what is kept; coming from the check it shows what is wrong in it."""
    number, project = _number(request), await _filling(request, call)
    if not project.may_edit or number == LAST:
        return see_other(f"/my/projects/{project.code}/check")
    judged = request.query_params.get("from") == "check"
    locale, wrong = negotiate(request), _wrong(request, project.breaches) if judged else {}
    errors = {name: say(locale, key, **facts) for name, (key, facts) in wrong.items()}
    return await _step_page(request, call, Filled(project.typed, errors))


async def _step_page(request: Request, call: Call, filled: Filled) -> Response:
    number, project = _number(request), await _filling(request, call)
    locale = negotiate(request)
    values = {name: _last(filled.values.get(name)) for name in STEPS[number - 1].fields}
    back = request.query_params.get("from") == "check" or filled.values.get("back") == "check"
    return pages.render(
        request,
        call,
        "projects/step.html",
        status=filled.status,
        filled=project,
        number=number,
        title=say(locale, STEPS[number - 1].key),
        steps=_progress(locale, project, number),
        values=_first_choices(project) | {name: value for name, value in values.items() if value},
        errors=filled.errors,
        options=_options(locale, project),
        rows={"avoid": AVOID_ROWS, "witness": WITNESS_ROWS},
        back="check" if back else "",
    )


@comes_back(_step_page)
async def save(request: Request, call: Call) -> Response:
    """Keep the step; go on when nothing in it is wrong or when the owner wants to finish later.

    What is kept although something in it is wrong was not refused, so it leaves no security event.
    """
    number, code = _number(request), request.path_params["code"]
    typed = await form_values(request)
    await actions.save(call, code, number, typed)
    if "attachments" in typed:
        return see_other(f"/my/projects/{code}/attachments{_suffix(typed)}")
    if "later" in typed:
        return see_other(f"/my/projects?saved={code}")
    wrong = _wrong(request, (await _filling(request, call)).breaches)
    if wrong:
        unfit = MarketError("project.breaches", Kind.UNPROCESSABLE, fields=wrong, count=len(wrong))
        return await again(request, call, unfit, _step_page)
    on = LAST if typed.get("back") == "check" else number + 1
    goal = "check" if on == LAST else f"step/{on}"
    return see_other(f"/my/projects/{code}/{goal}")


async def draft(request: Request, call: Call) -> Response:
    """Keep the step while it is being filled; nothing is judged."""
    await actions.save(
        call, request.path_params["code"], _number(request), await form_values(request)
    )
    return JSONResponse({"saved": True})


async def check(request: Request, call: Call) -> Response:
    """All answers, each breach with its source, and the way on to publication."""
    return await _check_page(request, call, Filled())


async def _check_page(request: Request, call: Call, filled: Filled) -> Response:
    locale, project = negotiate(request), await _filling(request, call)
    return pages.render(
        request,
        call,
        "projects/check.html",
        status=filled.status,
        errors=filled.errors,
        values=filled.values,
        filled=project,
        draft=project.draft,
        ready=project.state is State.READY,
        avoided=await _avoided(project),
        steps=_progress(locale, project, LAST),
        breaches=[_said(locale, project.code, b) for b in project.breaches],
        warnings=[_said(locale, project.code, b) for b in project.warnings],
        places={p.code: p.label(locale) for p in places()},
        items={i.code: i.text("name", locale) for i in project.items},
    )


@comes_back(_check_page)
async def finish(request: Request, call: Call) -> Response:
    """Make it ready; what is wrong comes back on the same page."""
    code = request.path_params["code"]
    await actions.check(call, code)
    return see_other(f"/my/projects/{code}/check")


@comes_back(_check_page, "remark")
async def send_back(request: Request, call: Call) -> Response:
    """Not published by the second person, but handed back to who drafted it."""
    code = request.path_params["code"]
    form = await read_form(request, Remark)
    await actions.send_back(call, code, form.remark)
    return see_other(f"/my/projects/{code}/check")


async def _avoided(project: Filling) -> dict[str, Any]:
    rows = project.preview.need["avoid"] if project.preview else []
    return {one.code: one for one in await agencies.named([row["agency"] for row in rows])}


def _said(locale: str, code: str, found: Breach) -> dict[str, str]:
    return {
        "text": say(locale, found.key, **found.facts),
        "source": say(locale, str(found.source)),
        "href": step_address(code, found.field),
    }


def _wrong(request: Request, found: list[Breach]) -> dict[str, tuple[str, dict[str, Any]]]:
    """The sentence and the source of each breach that belongs to the step of the address."""
    locale, number = negotiate(request), _number(request)
    return {
        b.field: (
            "project.breach",
            {
                "sentence": say(locale, b.key, **b.facts),
                "source": say(locale, str(b.source)),
            },
        )
        for b in found
        if STEP_OF.get(b.field) == number
    }


def _progress(locale: str, filled: Filling, number: int) -> list[dict[str, str]]:
    """The steps with a tick at those in which nothing is missing or wrong."""
    open_steps = {STEP_OF.get(b.field) for b in filled.breaches} | {LAST}

    def state(step: Step) -> str:
        if step.number == number:
            return "now"
        return "next" if step.number in open_steps else "done"

    return [{"label": say(locale, step.key), "state": state(step)} for step in STEPS]


def _first_choices(filled: Filling) -> dict[str, str]:
    """What a question that was never answered begins with."""
    dates = {} if "deadline_at" in filled.typed else {"deadline_at": _deadlines(filled)[0]}
    return FIRST_CHOICES | dates


def _deadlines(filled: Filling) -> list[str]:
    return [f"{local(at):%Y-%m-%dT%H:%M}" for at in filled.window.suggested_at]


def _options(locale: str, filled: Filling) -> dict[str, Any]:
    def named(prefix: str, values: Any) -> list[dict[str, str]]:
        return [
            {
                "value": str(v),
                "label": say(locale, f"project.{prefix}.{v}"),
                "hint": say(locale, f"project.{prefix}.{v}.hint"),
            }
            for v in values
        ]

    return {
        "item": [
            {"value": i.code, "label": i.text("name", locale)}
            if i.is_open
            else {
                "value": i.code,
                "label": say(locale, "project.item.is_retired", name=i.text("name", locale)),
            }
            for i in filled.items
            if i.is_open or i.code == filled.typed.get("item")
        ],
        "region": [{"value": p.code, "label": p.label(locale)} for p in places()],
        "way": named("way", Way),
        "pooled": ",".join(way.name for way in WAYS.values() if len(way.rules.pools) > 1),
        "pool": named("pool", Pool),
        "funding": named("funding", Funding),
        "deadlines": _deadlines(filled),
        "tie": [{"value": str(t), "label": say(locale, f"project.tie.{t}")} for t in Tie],
    }


async def _filling(request: Request, call: Call) -> Filling:
    return await filling(call, request.path_params["code"])


def _suffix(typed: Mapping[str, Any]) -> str:
    return "?from=check" if typed.get("back") == "check" else ""


def _number(request: Request) -> int:
    return actions.step(int(request.path_params["number"])).number


def _last(value: Any) -> str:
    return str((value or [""])[-1]) if isinstance(value, list) else str(value or "")
