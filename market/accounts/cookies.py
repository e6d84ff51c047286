"""The cookies of this room: the session, the sign-in on its way, and a browser known again.

All are HttpOnly and SameSite=Lax, and Secure unless the market is served over http on a loopback
address (a demo on one's own machine). The first two end with the browser; the third goes to the
sign-in alone, opens nothing and names nobody (known_browsers.py).
"""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import Response

from market.kernel.call import City
from market.web.door import SESSION_COOKIE

SIGN_IN_COOKIE: Final = "sign_in"
BROWSER_COOKIE: Final = "browser"
BROWSER_PATH: Final = "/sign-in"  # no other page is told which browser it is
HALF_A_YEAR: Final = 183 * 24 * 3600


def keep_session(response: Response, city: City, token: str) -> None:
    """Give the browser its session and take the sign-in away."""
    _keep(response, city, SESSION_COOKIE, token)
    response.delete_cookie(SIGN_IN_COOKIE)


def keep_sign_in(response: Response, city: City, token: str) -> None:
    """Give the browser the sign-in that it has begun."""
    _keep(response, city, SIGN_IN_COOKIE, token)


def know_browser(response: Response, city: City, value: str) -> None:
    """Remember in the browser that an account has signed in there, for half a year."""
    response.set_cookie(
        BROWSER_COOKIE,
        value,
        max_age=HALF_A_YEAR,
        httponly=True,
        samesite="lax",
        secure=is_secure(city.base_url),
        path=BROWSER_PATH,
    )


def forget(response: Response) -> None:
    """Take both away."""
    response.delete_cookie(SESSION_COOKIE)
    response.delete_cookie(SIGN_IN_COOKIE)


def is_secure(base_url: str) -> bool:
    """Whether cookies of a market at this address may travel over TLS only."""
    url = urlsplit(base_url)
    return not (url.scheme == "http" and _is_loopback(url.hostname or ""))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _keep(response: Response, city: City, name: str, value: str) -> None:
    response.set_cookie(
        name, value, httponly=True, samesite="lax", secure=is_secure(city.base_url), path="/"
    )
