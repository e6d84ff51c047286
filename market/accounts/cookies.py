"""The two cookies of this room: the session, and the sign-in on its way.

Both are HttpOnly, SameSite=Lax and end with the browser; Secure unless the market is served over
http on a loopback address (a demo on one's own machine).
"""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import Response

from market.kernel.call import City
from market.web.door import SESSION_COOKIE

SIGN_IN_COOKIE: Final = "sign_in"


def keep_session(response: Response, city: City, token: str) -> None:
    """Give the browser its session and take the sign-in away."""
    _keep(response, city, SESSION_COOKIE, token)
    response.delete_cookie(SIGN_IN_COOKIE)


def keep_sign_in(response: Response, city: City, token: str) -> None:
    """Give the browser the sign-in that it has begun."""
    _keep(response, city, SIGN_IN_COOKIE, token)


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
