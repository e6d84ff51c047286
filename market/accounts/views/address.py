"""The codes that stand in an address."""

from starlette.requests import Request

from market.kernel.errors import not_found


def part(request: Request, name: str, longest: int = 20) -> str:
    """A code in the address; raises not_found for what no code looks like."""
    text = str(request.path_params[name])
    if len(text) > longest or not text.isprintable():
        raise not_found()
    return text
