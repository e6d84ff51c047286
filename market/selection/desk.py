"""The trustees' door: every message is signed by a trustee, every answer is canonical JSON.

It needs no session; a stranger's message is refused by its signature (PROTOCOL.md §4).
"""

from starlette.requests import Request
from starlette.responses import Response

from market.audit.publish import add_line
from market.kernel.call import Call
from market.selection.actions import trustee
from market.selection.collected import stored
from market.selection.council import work_for
from market.selection.models import Envelope
from market.web.door import limited_body
from signing import sealed
from signing.canonical import loads
from signing.trustee import wire, work
from signing.trustee.sealed_shares import read_sealed_shares

MOST = 16 * 1024 * 1024
OK = b'{"ok":true}'


async def hello(request: Request, call: Call) -> Response:
    """A trustee greets and gets its work list."""
    said = wire.read_hello(await _body(request), call.tools.anchors)
    await trustee.greet(trustee.as_trustee(call, said.trustee), said)
    return _json(work.write(await work_for(call, said)))


async def cosignature(request: Request, call: Call) -> Response:
    """A witness line under a checkpoint."""
    await add_line(call, wire.read_cosignature(await _body(request), call.tools.anchors))
    return _json(OK)


async def contribution(request: Request, call: Call) -> Response:
    """A part of a seed."""
    sent = wire.read_contribution(await _body(request), call.tools.anchors)
    await trustee.take_contribution(trustee.as_trustee(call, sent.trustee), sent)
    return _json(OK)


async def report(request: Request, call: Call) -> Response:
    """Box reports."""
    reports = wire.read_reports(await _body(request), call.tools.anchors)
    name = reports[0]["trustee"] if reports else "none"
    await trustee.take_reports(trustee.as_trustee(call, name), reports)
    return _json(OK)


async def release(request: Request, call: Call) -> Response:
    """Shares and the release that speaks of them."""
    data = await _body(request)
    known = await _envelopes_named(data)
    sent = wire.read_release(data, call.tools.anchors, known.get)
    await trustee.take_release(trustee.as_trustee(call, sent.trustee), sent)
    return _json(OK)


async def audit(request: Request, call: Call) -> Response:
    """Shares sealed to a regulator's tool."""
    sent = read_sealed_shares(await _body(request), call.tools.anchors)
    await trustee.take_sealed_shares(trustee.as_trustee(call, sent.trustee), sent)
    return _json(OK)


async def alarm(request: Request, call: Call) -> Response:
    """What a trustee refused."""
    sent = wire.read_alarm(await _body(request), call.tools.anchors)
    await trustee.take_alarm(trustee.as_trustee(call, sent.trustee), sent)
    return _json(OK)


async def _envelopes_named(data: bytes) -> dict[str, sealed.Envelope]:
    body = loads(data)
    rows = body.get("shares") if isinstance(body, dict) else None
    names = [row.get("envelope") for row in rows or () if isinstance(row, dict)]
    found = await Envelope.filter(sha256__in=[n for n in names if isinstance(n, str)])
    return {row.sha256: stored(bytes(row.data)) for row in found}


async def _body(request: Request) -> bytes:
    return await limited_body(request)


def _json(data: bytes) -> Response:
    return Response(data, media_type="application/json")
