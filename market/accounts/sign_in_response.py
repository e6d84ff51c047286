"""What a browser gets for a way (actions/progress.py): an address, and the cookie to go on with."""

from starlette.requests import Request
from starlette.responses import Response

from market.accounts import cookies, known_browsers
from market.accounts.actions.progress import GoesOn, Way
from market.accounts.states import Step
from market.kernel.call import Call
from market.web.answers import see_other
from market.web.panels import desk_of

PAGES = {
    Step.SECOND_FACTOR: "/sign-in/second-factor",
    Step.ENROL: "/sign-in/enrol",
    Step.NEW_PASSWORD: "/sign-in/new-password",
    Step.ROLE: "/sign-in/role",
}


def location(way: Way) -> str:
    """Where a way leads."""
    if isinstance(way, GoesOn):
        return PAGES[way.step]
    return way.next_path or desk_of(way.role)


def with_cookie(response: Response, request: Request, call: Call, way: Way) -> Response:
    """``response`` with the cookie of the session, or of the sign-in that goes on."""
    city = call.tools.city
    if isinstance(way, GoesOn):
        cookies.keep_sign_in(response, city, way.token)
        return response
    cookies.keep_session(response, city, way.session)
    if way.login and request.scope["path"].startswith(cookies.BROWSER_PATH):
        secret = call.tools.keys.secret(known_browsers.KEY)
        before = request.cookies.get(cookies.BROWSER_COOKIE, "")
        cookies.know_browser(
            response, city, known_browsers.with_one_more(secret, before, way.login)
        )
    return response


def on_the_way(request: Request, call: Call, way: Way) -> Response:
    """Send the browser on."""
    return with_cookie(see_other(location(way)), request, call, way)
