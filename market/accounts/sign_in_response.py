"""What a browser gets for a way (actions/progress.py): an address, and the cookie to go on with."""

from starlette.responses import Response

from market.accounts import cookies
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


def with_cookie(response: Response, call: Call, way: Way) -> Response:
    """``response`` with the cookie of the session, or of the sign-in that goes on."""
    city = call.tools.city
    if isinstance(way, GoesOn):
        cookies.keep_sign_in(response, city, way.token)
    else:
        cookies.keep_session(response, city, way.session)
    return response


def on_the_way(call: Call, way: Way) -> Response:
    """Send the browser on."""
    return with_cookie(see_other(location(way)), call, way)
