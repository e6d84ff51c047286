"""One's own account: profile, password, authenticator, certificates, sessions, acting role."""

from starlette.requests import Request
from starlette.responses import Response

from market.accounts import totp
from market.accounts.account_page import account_page, enrolment, profile, recovery_codes
from market.accounts.actions import account
from market.accounts.forms import ChangePasswordForm, ChoiceForm, CodeForm
from market.accounts.requests_page import about
from market.accounts.sign_in_response import on_the_way
from market.accounts.views.address import part
from market.kernel.call import Call
from market.web import pages
from market.web.answers import see_other
from market.web.forms import read_form
from market.web.refused_form import Filled, comes_back

DONE = frozenset({"password", "second_factor", "session", "sessions", "certificate", "asked"})


async def show(request: Request, call: Call) -> Response:
    """The account page."""
    done = request.query_params.get("done", "")
    return pages.render(
        request,
        call,
        "accounts/account.html",
        page=await account_page(call),
        requests=await about(call.actor.code),
        done=done if done in DONE else "",
    )


async def show_password(request: Request, call: Call) -> Response:
    """The form for another password."""
    return await _password_page(request, call, Filled())


async def _password_page(request: Request, call: Call, filled: Filled) -> Response:
    return pages.render(
        request, call, "accounts/password.html", status=filled.status, errors=filled.errors
    )


@comes_back(_password_page, "current")
async def change_password(request: Request, call: Call) -> Response:
    """Another password; every other session ends."""
    form = await read_form(request, ChangePasswordForm)
    await account.change_password(call, form.current, form.new_password, form.repeated)
    return see_other("/account?done=password")


async def show_second_factor(request: Request, call: Call) -> Response:
    """Enrol an authenticator, or give it up."""
    return await _authenticator_page(request, call, Filled())


async def _authenticator_page(request: Request, call: Call, filled: Filled) -> Response:
    person = await profile(call, call.actor.code)
    offer = None
    if not person.has_second_factor:
        offer = await enrolment(call, person.code, _salt(call, person.totp_step))
    return pages.render(
        request,
        call,
        "accounts/authenticator.html",
        status=filled.status,
        errors=filled.errors,
        person=person,
        offer=offer,
    )


@comes_back(_authenticator_page, "code")
async def enrol(request: Request, call: Call) -> Response:
    """The first code of a new authenticator; shows the recovery codes once."""
    form = await read_form(request, CodeForm)
    person = await profile(call, call.actor.code)
    await account.enrol(call, _salt(call, person.totp_step), form.code)
    codes = await recovery_codes(call, call.actor.code)
    return pages.render(
        request, call, "accounts/recovery_codes.html", codes=codes, onward="/account"
    )


@comes_back(_authenticator_page, "code")
async def remove_second_factor(request: Request, call: Call) -> Response:
    """Give the authenticator up, with one of its codes."""
    form = await read_form(request, CodeForm)
    await account.remove_second_factor(call, form.code)
    return see_other("/account?done=second_factor")


async def end_session(request: Request, call: Call) -> Response:
    """End one session; one's own present one leads to the front page."""
    code = part(request, "session")
    await account.end_session(call, code)
    return see_other("/account?done=session" if code != call.actor.session else "/")


async def end_other_sessions(_request: Request, call: Call) -> Response:
    """End all but this one."""
    await account.end_other_sessions(call)
    return see_other("/account?done=sessions")


async def switch_role(request: Request, call: Call) -> Response:
    """Go on in another role, in a new session."""
    form = await read_form(request, ChoiceForm)
    return on_the_way(request, call, await account.switch_role(call, form.grant))


def _salt(call: Call, last_step: int) -> str:
    return totp.salt_of(call.actor.session or "", last_step)
