"""The trustees' door: every message is signed by a trustee, every answer is canonical JSON.

It needs no session; a stranger's message is refused by its signature (PROTOCOL.md §4).
"""

import re

from starlette.requests import Request
from starlette.responses import Response

from market.audit.publish import add_line
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from market.selection.deciding.inputs import stored
from market.selection.models import Envelope
from market.selection.trustees import messages
from market.selection.trustees.worklist import work_for
from market.web.door import limited_body
from signing.core.canonical import loads
from signing.sealing import sealed
from signing.trustee import wire, work
from signing.trustee.sealed_shares import read_sealed_shares

MOST = 16 * 1024 * 1024
OK = b'{"ok":true}'
# As canonical JSON writes it, and not where a text quotes it; not every database keeps it.
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


async def hello(request: Request, call: Call) -> Response:
    """A trustee greets and gets its work list."""
    data, own = await _signed(request, call)
    said = wire.read_hello(data, call.tools.anchors)
    await messages.greet(own, said)
    return _json(work.write(await work_for(call, said), said.speaks))


async def cosignature(request: Request, call: Call) -> Response:
    """A witness line under a checkpoint."""
    data, own = await _signed(request, call)
    await add_line(own, wire.read_cosignature(data, call.tools.anchors))
    return _json(OK)


async def contribution(request: Request, call: Call) -> Response:
    """A part of a seed."""
    data, own = await _signed(request, call)
    await messages.take_contribution(own, wire.read_contribution(data, call.tools.anchors))
    return _json(OK)


async def report(request: Request, call: Call) -> Response:
    """Box reports."""
    data, own = await _signed(request, call)
    await messages.take_reports(own, wire.read_reports(data, call.tools.anchors))
    return _json(OK)


async def release(request: Request, call: Call) -> Response:
    """Shares and the release that speaks of them."""
    data, own = await _signed(request, call)
    known = await _envelopes_named(data)
    await messages.take_release(own, wire.read_release(data, call.tools.anchors, known.get))
    return _json(OK)


async def audit(request: Request, call: Call) -> Response:
    """Shares sealed to a regulator's tool."""
    data, own = await _signed(request, call)
    await messages.take_sealed_shares(own, read_sealed_shares(data, call.tools.anchors))
    return _json(OK)


async def alarm(request: Request, call: Call) -> Response:
    """What a trustee refused."""
    data, own = await _signed(request, call)
    await messages.take_alarm(own, wire.read_alarm(data, call.tools.anchors))
    return _json(OK)


async def _signed(request: Request, call: Call) -> tuple[bytes, Call]:
    """The message, and the call of who signed it: what is refused from here on is noted so."""
    data = await limited_body(request)
    own = messages.as_trustee(call, wire.signer(data, call.tools.anchors))
    request.state.call = own
    if NUL.search(data):
        raise MarketError("http.misfit", Kind.UNPROCESSABLE)
    return data, own


async def _envelopes_named(data: bytes) -> dict[str, sealed.Envelope]:
    body = loads(data)
    rows = body.get("shares") if isinstance(body, dict) else None
    listed = rows if isinstance(rows, list) else ()
    names = [row.get("envelope") for row in listed if isinstance(row, dict)]
    found = await Envelope.filter(sha256__in=[n for n in names if isinstance(n, str)])
    return {row.sha256: stored(bytes(row.data)) for row in found}


def _json(data: bytes) -> Response:
    return Response(data, media_type="application/json")
