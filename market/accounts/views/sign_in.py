"""The way in: login name and password, then step by step what the sign-in waits for."""

from collections.abc import Awaitable
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from market.accounts import cookies, totp, user_agent
from market.accounts.account_page import enrolment, recovery_codes
from market.accounts.actions import account, progress, sign_in
from market.accounts.actions.progress import Way
from market.accounts.forms import ChoiceForm, CodeForm, NewPasswordForm, SignInForm
from market.accounts.passwords import DEMO_PASSWORD
from market.accounts.queries import person_named
from market.accounts.sign_in_response import PAGES, location, on_the_way, with_cookie
from market.accounts.states import Step
from market.accounts.views.again import show_again
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from market.web import pages
from market.web.forms import form_values, read_form

TEMPLATES = {
    Step.SECOND_FACTOR: "accounts/second_factor.html",
    Step.ENROL: "accounts/enrol.html",
    Step.NEW_PASSWORD: "accounts/new_password.html",
    Step.ROLE: "accounts/role.html",
}


async def show(request: Request, call: Call) -> Response:
    """The sign-in page; whoever is signed in goes home."""
    if call.actor.signed_in:
        return RedirectResponse(pages.HOMES.get(call.actor.role, "/admin"), 303)
    values = {"next": request.query_params.get("next", "")[:200]}
    return pages.render(
        request, call, "accounts/sign_in.html", values=values, errors={}, demo_password=_demo(call)
    )


async def enter(request: Request, call: Call) -> Response:
    """Login name and password."""
    try:
        form = await read_form(request, SignInForm)
        way = await sign_in.by_password(
            call,
            form.login,
            form.password,
            next_path=form.next,
            device=user_agent.device_of(request.headers.get("user-agent", "")),
        )
    except MarketError as error:
        typed = await form_values(request)
        values = {name: str(typed.get(name, "")) for name in ("login", "next")}
        return await show_again(
            request,
            call,
            error,
            "accounts/sign_in.html",
            "password",
            whom=await person_named(values["login"]),
            values=values,
            demo_password=_demo(call),
        )
    return on_the_way(call, way)


async def show_step(request: Request, call: Call) -> Response:
    """The page of the step that the sign-in waits for; another step's address leads to it."""
    _, step = await progress.waiting(call, _token(request))
    if request.scope["path"] != PAGES[step]:
        return RedirectResponse(PAGES[step], 303)
    given = await _given(call, _token(request), step)
    return pages.render(request, call, TEMPLATES[step], errors={}, **given)


async def second_factor(request: Request, call: Call) -> Response:
    """A code of the authenticator or a recovery code."""

    async def act() -> Way:
        form = await read_form(request, CodeForm)
        return await sign_in.show_second_factor(call, _token(request), form.code)

    return await _step(request, call, Step.SECOND_FACTOR, "code", act())


async def enrol(request: Request, call: Call) -> Response:
    """The first code of a new authenticator; shows the recovery codes once."""
    token = _token(request)

    async def act() -> Way:
        form = await read_form(request, CodeForm)
        return await account.enrol_to_sign_in(call, token, form.code)

    try:
        way = await act()
    except MarketError as error:
        return await _again(request, call, Step.ENROL, "code", error)
    codes = await recovery_codes(call, way["person"])
    page = pages.render(
        request, call, "accounts/recovery_codes.html", codes=codes, onward=location(way)
    )
    page.headers["cache-control"] = "no-store"
    return with_cookie(page, call, way)


async def new_password(request: Request, call: Call) -> Response:
    """A new password in place of a first or an old one."""
    token = _token(request)

    async def act() -> Way:
        form = await read_form(request, NewPasswordForm)
        row, _ = await progress.waiting(call, token)
        chosen = await account.replacement(
            call, row.person_id or "", form.new_password, form.repeated
        )
        return await account.new_password_to_sign_in(call, token, chosen)

    return await _step(request, call, Step.NEW_PASSWORD, "new_password", act())


async def role(request: Request, call: Call) -> Response:
    """The grant to act in."""

    async def act() -> Way:
        form = await read_form(request, ChoiceForm)
        return await sign_in.choose_role(call, _token(request), form.grant)

    return await _step(request, call, Step.ROLE, "grant", act())


async def leave(_request: Request, call: Call) -> Response:
    """End this session, and forget the cookies whatever they were."""
    if call.actor.session:
        await account.end_session(call, call.actor.session)
    response = RedirectResponse("/", 303)
    cookies.forget(response)
    return response


async def _step(
    request: Request, call: Call, step: Step, field: str, act: Awaitable[Way]
) -> Response:
    try:
        return on_the_way(call, await act)
    except MarketError as error:
        return await _again(request, call, step, field, error)


async def _again(
    request: Request, call: Call, step: Step, field: str, error: MarketError
) -> Response:
    if error.kind in {Kind.SIGN_IN, Kind.CONFLICT, Kind.FORBIDDEN}:
        raise error
    given = await _given(call, _token(request), step)
    return await show_again(request, call, error, TEMPLATES[step], field, **given)


async def _given(call: Call, token: str, step: Step) -> dict[str, Any]:
    """What the page of a step shows."""
    row, waits_for = await progress.waiting(call, token)
    if waits_for is not step:
        raise MarketError("accounts.step_passed", Kind.CONFLICT)
    given: dict[str, Any] = {"values": {}, "action": PAGES[step]}
    if step is Step.ROLE:
        given["choices"] = await progress.choices_of(call, row)
    if step is Step.ENROL and row.person_id:
        salt = totp.salt_of(row.token_sha256)
        given["offer"] = await enrolment(call, row.person_id, salt)
    return given


def _token(request: Request) -> str:
    return request.cookies.get(cookies.SIGN_IN_COOKIE, "")


def _demo(call: Call) -> str:
    return DEMO_PASSWORD if call.tools.city.demo else ""
