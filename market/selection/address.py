"""Which round an address names."""

from starlette.requests import Request

from market.kernel.errors import not_found
from market.projects.codes import must_be_code
from market.selection.publishing.publication import about_of

MOST_ATTEMPTS = 1000


def about(request: Request) -> str:
    """The round that the address names."""
    attempt = int(request.path_params["attempt"])
    if attempt > MOST_ATTEMPTS:
        raise not_found("round")
    return about_of(must_be_code(request.path_params["code"]), attempt)
