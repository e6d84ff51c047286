"""我的回执: what has become of the applications that were sealed on this computer.

The server gives the same page to everybody and learns nothing from it: the receipts are read, and
held against the public records of their rounds, in the reader's browser (``js/receipts.js``).
"""

from starlette.requests import Request
from starlette.responses import Response

from market.kernel.call import Call
from market.selection.rules import Failure, Moved
from market.web import pages
from signing.draw.transcript import EXCLUDED
from signing.rounds.freeze import LEFT_OUT


async def show(request: Request, call: Call) -> Response:
    """The page, with the words for all that a receipt may come to."""
    return pages.render(
        request,
        call,
        "selection/receipts.html",
        failures=tuple(Failure),
        causes=tuple(Moved),
        excluded=EXCLUDED,
        left_out=LEFT_OUT,
    )
