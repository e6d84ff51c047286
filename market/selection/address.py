"""Which round an address names."""

from starlette.requests import Request

from market.selection.publication import about_of


def about(request: Request) -> str:
    """The round that the address names."""
    attempt = request.path_params["attempt"]
    return about_of(request.path_params["code"], int(attempt))
