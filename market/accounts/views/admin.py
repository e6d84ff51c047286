"""The administrators' desks: accounts (system), rights (security), events (security, audit)."""

from starlette.requests import Request
from starlette.responses import Response

from market.accounts import people_page, rules
from market.accounts.actions import account, opening, rights
from market.accounts.actions.certificates import recording
from market.accounts.actions.wishes import (
    Ending,
    Granting,
    NewOrganisation,
    NewPerson,
    Plain,
    Striking,
    Wish,
)
from market.accounts.forms import GrantForm, PersonForm
from market.accounts.regions import places
from market.accounts.states import Act, OrganisationKind
from market.accounts.views.address import part
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from market.web import pages
from market.web.answers import see_other
from market.web.forms import form_file, form_values, read_form
from market.web.i18n import negotiate, say
from market.web.refused_form import Filled, comes_back

LARGEST_CERTIFICATE = 20_000
DONE = frozenset(
    {"granted", "ended", "suspended", "reactivated", "unlocked", "session", "reset"}
    | {"certificate", "struck"}
)


async def landing(request: Request, call: Call) -> Response:
    """What this administrator may do here, and what not."""
    return pages.render(request, call, "accounts/admin.html", role=str(call.actor.role))


async def listing(request: Request, call: Call) -> Response:
    """People by login name."""
    search = _plain(request.query_params.get("q", ""))
    after = _plain(request.query_params.get("after", ""))
    rows, following = await people_page.people(call, search, after)
    return pages.render(
        request,
        call,
        "accounts/people.html",
        rows=rows,
        total=await people_page.how_many_people(search),
        q=search,
        after=after,
        following=following,
    )


async def show_person(request: Request, call: Call) -> Response:
    """One person: roles, sessions, certificates, what can be done."""
    return await _person_page(request, call, Filled({"regions": [call.tools.city.region]}))


async def _person_page(request: Request, call: Call, filled: Filled) -> Response:
    locale, page = negotiate(request), await people_page.person_page(call, _code(request))
    done = request.query_params.get("done", "")
    return pages.render(
        request,
        call,
        "accounts/person.html",
        status=filled.status,
        values={"for": "person"} | dict(filled.values),
        errors=filled.errors,
        done=done if done in DONE else "",
        page=page,
        is_self=page.profile.code == call.actor.code,
        region_names={p.code: p.label(locale) for p in places()},
        regions=_regions(locale),
        roles=[
            {"value": str(role), "label": say(locale, f"role.{role}")}
            for role in rules.GRANTABLE
            if role in rules.ROLES_OF[page.kind]
        ],
    )


@comes_back(_person_page, "role")
async def grant(request: Request, call: Call) -> Response:
    """Grant a role for regions."""
    form = await read_form(request, GrantForm)
    wish = Granting(form.role, form.regions, form.until_at, form.drafts_only)
    return await _changed(request, call, Act.GRANT, wish, "granted")


@comes_back(_person_page)
async def end_grant(request: Request, call: Call) -> Response:
    """End a role at once."""
    return await _changed(request, call, Act.END_GRANT, Ending(part(request, "grant")), "ended")


@comes_back(_person_page)
async def suspend(request: Request, call: Call) -> Response:
    """Take every right at once, until reactivated."""
    return await _changed(request, call, Act.SUSPEND, Plain(), "suspended")


@comes_back(_person_page)
async def reactivate(request: Request, call: Call) -> Response:
    """Give the rights back; sessions stay ended."""
    return await _changed(request, call, Act.REACTIVATE, Plain(), "reactivated")


async def unlock(request: Request, call: Call) -> Response:
    """Lift the lock of failed sign-ins."""
    await rights.unlock(call, _code(request))
    return _back(request, "unlocked")


@comes_back(_person_page)
async def reset_second_factor(request: Request, call: Call) -> Response:
    """Forget a lost authenticator."""
    return await _changed(request, call, Act.RESET_SECOND_FACTOR, Plain(), "reset")


@comes_back(_person_page)
async def reset_password(request: Request, call: Call) -> Response:
    """Set a one-time password; the page that shows it, this once, or the request for it."""
    reset = await rights.reset_password(call, _code(request))
    if reset.request:
        return _asked(reset.request)
    page = await people_page.person_page(call, _code(request))
    return pages.render(
        request,
        call,
        "accounts/one_time_password.html",
        person=page.profile,
        password=reset.password,
    )


async def end_session(request: Request, call: Call) -> Response:
    """End anybody's session."""
    await account.end_session(call, part(request, "session"))
    return _back(request, "session")


@comes_back(_person_page, "certificate")
async def record_certificate(request: Request, call: Call) -> Response:
    """Record a certificate file for the person or their organisation."""
    values = await form_values(request)
    data = await form_file(request, "certificate")
    if not data or len(data) > LARGEST_CERTIFICATE:
        raise MarketError("accounts.certificate_file", Kind.UNPROCESSABLE)
    wish = recording(
        data,
        for_organisation=values.get("for") == "organisation",
        other_name="other_name" in values,
    )
    return await _changed(request, call, Act.RECORD_CERTIFICATE, wish, "certificate")


@comes_back(_person_page)
async def strike_certificate(request: Request, call: Call) -> Response:
    """Let a certificate stand for nobody."""
    wish = Striking(part(request, "sha256", 64))
    return await _changed(request, call, Act.STRIKE_CERTIFICATE, wish, "struck")


async def show_new(request: Request, call: Call) -> Response:
    """The form for a new account."""
    return await _new_page(request, call, Filled())


async def _new_page(request: Request, call: Call, filled: Filled) -> Response:
    locale = negotiate(request)
    return pages.render(
        request,
        call,
        "accounts/new_person.html",
        status=filled.status,
        values=filled.values,
        errors=filled.errors,
        done=_plain(request.query_params.get("done", ""))[:20],
        kinds=[
            {"value": str(kind), "label": say(locale, f"organisation.{kind}")}
            for kind in OrganisationKind
        ],
        regions=_regions(locale),
    )


@comes_back(_new_page, "credit_code")
async def enrol(request: Request, call: Call) -> Response:
    """Open an account."""
    form = await read_form(request, PersonForm)
    opened = await opening.open_account(
        call,
        NewPerson(form.login, form.name, "", form.phone, form.identity_number),
        NewOrganisation(form.credit_code, form.organisation_name, form.kind, form.region),
        form.password,
    )
    if opened.request:
        return _asked(opened.request)
    return see_other(f"/admin/people/new?done={opened.person}")


async def events(request: Request, call: Call) -> Response:
    """Security events, the newest first."""
    search = _plain(request.query_params.get("q", ""))
    before = request.query_params.get("before", "")
    since = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None
    rows, following = await people_page.security_events(search, since)
    return pages.render(
        request,
        call,
        "accounts/events.html",
        rows=rows,
        total=await people_page.how_many_events(search),
        q=search,
        before=since,
        following=following,
    )


def _regions(locale: str) -> list[dict[str, str]]:
    return [{"value": p.code, "label": p.label(locale)} for p in places()]


def _code(request: Request) -> str:
    return part(request, "code")


def _plain(text: str) -> str:
    return "".join(c for c in text if c.isprintable()).strip()


async def _changed(request: Request, call: Call, act: Act, wish: Wish, done: str) -> Response:
    changed = await rights.change(call, _code(request), act, wish)
    return _asked(changed.request) if changed.request else _back(request, done)


def _asked(code: str) -> Response:
    return see_other(f"/admin/requests/{code}")


def _back(request: Request, done: str) -> Response:
    return see_other(f"/admin/people/{_code(request)}?done={done}")
