"""The way in: login name and password, then step by step what the sign-in waits for."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from market.accounts import cookies, known_browsers, totp, user_agent
from market.accounts.account_page import enrolment, recovery_codes
from market.accounts.actions import account, kept_forms, progress, sign_in
from market.accounts.counters import Place, network
from market.accounts.forms import ChoiceForm, CodeForm, NewPasswordForm, SignInForm
from market.accounts.passwords import DEMO_PASSWORD
from market.accounts.queries import login_name, person_named
from market.accounts.sign_in_response import PAGES, location, on_the_way, with_cookie
from market.accounts.states import Step
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from market.web import pages
from market.web.answers import see_other
from market.web.door import SESSION_COOKIE
from market.web.forms import form_values, read_form
from market.web.panels import desk_of
from market.web.refused_form import Filled, comes_back

TEMPLATES = {
    Step.SECOND_FACTOR: "accounts/second_factor.html",
    Step.ENROL: "accounts/enrol.html",
    Step.NEW_PASSWORD: "accounts/new_password.html",
    Step.ROLE: "accounts/role.html",
}


async def show(request: Request, call: Call) -> Response:
    """The sign-in page; whoever is signed in goes home."""
    if call.actor.signed_in:
        return see_other(desk_of(call.actor.role))
    next_path = request.query_params.get("next", "")
    return await _sign_in_page(request, call, Filled({"next": next_path}))


async def _sign_in_page(request: Request, call: Call, filled: Filled) -> Response:
    return pages.render(
        request,
        call,
        "accounts/sign_in.html",
        status=filled.status,
        values=filled.values,
        errors=filled.errors,
        ended=await _why_ended(request, call),
        demo_password=DEMO_PASSWORD if call.tools.city.demo else "",
    )


async def _why_ended(request: Request, call: Call) -> str:
    token = request.cookies.get(SESSION_COOKIE, "")
    over = await kept_forms.ended(token, call.now) if 0 < len(token) <= 200 else None
    return over.why if over else ""


@comes_back(_sign_in_page, "password")
async def enter(request: Request, call: Call) -> Response:
    """Login name and password. Whose account was tried stands in the event of a refusal."""
    login = str((await form_values(request)).get("login", ""))
    request.state.tried = {"person": await person_named(login)}
    form = await read_form(request, SignInForm)
    device = user_agent.device_of(request.headers.get("user-agent", ""))
    way = await sign_in.by_password(
        call,
        form.login,
        form.password,
        _place(request, call, form.login),
        next_path=form.next,
        device=device,
    )
    return on_the_way(request, call, way)


async def show_step(request: Request, call: Call) -> Response:
    """The page of the step that the sign-in waits for; another step's address leads to it."""
    _, step = await progress.waiting(call, _token(request))
    if request.scope["path"] != PAGES[step]:
        return see_other(PAGES[step])
    return await _step_page(request, call, Filled())


async def _step_page(request: Request, call: Call, filled: Filled) -> Response:
    """The page of the step at this address; what was typed is secret and does not come back."""
    row, step = await progress.waiting(call, _token(request))
    if request.scope["path"] != PAGES[step]:
        raise MarketError("accounts.step_passed", Kind.CONFLICT)
    given: dict[str, Any] = {"action": PAGES[step]}
    if step is Step.ROLE:
        given["choices"] = await progress.choices_of(call, row)
    if step is Step.ENROL and row.person_id:
        salt = totp.salt_of(row.token_sha256)
        given["offer"] = await enrolment(call, row.person_id, salt)
    return pages.render(
        request, call, TEMPLATES[step], status=filled.status, errors=filled.errors, **given
    )


@comes_back(_step_page, "code")
async def second_factor(request: Request, call: Call) -> Response:
    """A code of the authenticator or a recovery code."""
    form = await read_form(request, CodeForm)
    cookie = request.cookies.get(cookies.BROWSER_COOKIE, "")
    way = await sign_in.show_second_factor(call, _token(request), form.code, cookie)
    return on_the_way(request, call, way)


@comes_back(_step_page, "code")
async def enrol(request: Request, call: Call) -> Response:
    """The first code of a new authenticator; shows the recovery codes once."""
    form = await read_form(request, CodeForm)
    enrolled = await account.enrol_to_sign_in(call, _token(request), form.code)
    codes, way = await recovery_codes(call, enrolled.person), enrolled.way
    page = pages.render(
        request, call, "accounts/recovery_codes.html", codes=codes, onward=location(way)
    )
    page.headers["cache-control"] = "no-store"
    return with_cookie(page, request, call, way)


@comes_back(_step_page, "new_password")
async def new_password(request: Request, call: Call) -> Response:
    """A new password in place of a first or an old one."""
    token, form = _token(request), await read_form(request, NewPasswordForm)
    row, _ = await progress.waiting(call, token)
    chosen = await account.replacement(call, row.person_id or "", form.new_password, form.repeated)
    return on_the_way(request, call, await account.new_password_to_sign_in(call, token, chosen))


@comes_back(_step_page, "grant")
async def role(request: Request, call: Call) -> Response:
    """The grant to act in."""
    form = await read_form(request, ChoiceForm)
    return on_the_way(request, call, await sign_in.choose_role(call, _token(request), form.grant))


async def leave(_request: Request, call: Call) -> Response:
    """End this session, and forget the cookies whatever they were."""
    if call.actor.session:
        await account.end_session(call, call.actor.session)
    response = see_other("/")
    cookies.forget(response)
    return response


def _place(request: Request, call: Call, typed: str) -> Place:
    secret = call.tools.keys.secret(known_browsers.KEY)
    cookie = request.cookies.get(cookies.BROWSER_COOKIE, "")
    address = network(request.client.host) if request.client else ""
    return Place(address, known_browsers.known(secret, cookie, login_name(typed)))


def _token(request: Request) -> str:
    return request.cookies.get(cookies.SIGN_IN_COOKIE, "")
