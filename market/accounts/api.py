"""Signing in with a certificate, and recording one's own, for the page's script and for programs.

To sign in needs no session and no Idempotency-Key: asking again is harmless, and a challenge is
answered once. The page's script signs nothing that does not say ``"kind":"sign_in"``.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from market.accounts import challenges, user_agent
from market.accounts.actions import certificates, own_certificate
from market.accounts.forms import CertificateForm, ChallengeForm
from market.accounts.sign_in_response import location, with_cookie
from market.kernel.call import Call
from market.web.forms import read_json


async def challenge(request: Request, call: Call) -> Response:
    """``{}`` → ``{"id","text"}``: canonical JSON to sign within five minutes."""
    await read_json(request, ChallengeForm)
    asked = challenges.ask(call.tools, call.now)
    return JSONResponse({"id": asked.id, "text": asked.text}, headers={"cache-control": "no-store"})


async def certificate(request: Request, call: Call) -> Response:
    """``{"id","cms_b64"}`` (detached CAdES-B over the text) → ``{"location"}`` and the cookie."""
    form = await read_json(request, CertificateForm)
    asked = challenges.again(call.tools, form.id, call.now)
    holder = await certificates.signer(call, asked, form.cms_b64)
    way = await certificates.by_certificate(
        call,
        asked,
        holder.sha256,
        request.query_params.get("next", ""),
        user_agent.device_of(request.headers.get("user-agent", "")),
    )
    return with_cookie(JSONResponse({"location": location(way)}), request, call, way)


async def record_own(request: Request, call: Call) -> Response:
    """``{"id","cms_b64"}`` as above → ``{"location"}``: it stands for them or is asked for."""
    form = await read_json(request, CertificateForm)
    asked = challenges.again(call.tools, form.id, call.now)
    certificate = await own_certificate.signing_certificate(call, asked, form.cms_b64)
    changed = await own_certificate.record_own(call, asked, certificate)
    done = "asked" if changed.request else "certificate"
    return JSONResponse({"location": f"/account?done={done}"})
