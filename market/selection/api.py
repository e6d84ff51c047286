"""The rounds as JSON: terms, admission, upload, withdrawal, proofs; papers after the decision."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from market.documents import queries as documents
from market.documents import signatures
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, must, not_found
from market.selection.address import about
from market.selection.forms import (
    AskAdmission,
    OwnContribution,
    SealedApplication,
    SignedWithdrawal,
)
from market.selection.intake.admission import admit as admit_key
from market.selection.intake.upload import apply as take_upload
from market.selection.intake.withdrawal import withdraw as take_withdrawal
from market.selection.pages.round_data import envelope_state, public_paper, terms
from market.selection.papers import NOTICE
from market.selection.publishing.project_need import need_of
from market.selection.publishing.publication import prepare
from market.selection.publishing.publish import publish as publish_round
from market.web.answers import see_other
from market.web.forms import read_json
from signing.core.canonical import dumps
from signing.draw.rules import draw_id
from signing.pki import trust_files

CREATED = 201


def canonical(body: object, status: int = 200) -> Response:
    """Canonical bytes, as they are signed and hashed."""
    return Response(dumps(body), status, media_type="application/json")


async def show_terms(request: Request, call: Call) -> Response:
    """What every envelope of the round must fit."""
    anchors = call.tools.anchors
    log = {"name": anchors.origin, "key": anchors.log.hex()}
    own = {"log": log, "subjects": trust_files.written_subjects(call.tools.trust())}
    return canonical(await terms(about(request), call.now) | own)


async def admit(request: Request, call: Call) -> Response:
    """Admit a one-time key of the signed-in agency."""
    form = await read_json(request, AskAdmission)
    return canonical(await admit_key(call, about(request), form))


async def apply(request: Request, call: Call) -> Response:
    """Take a sealed application. Whoever sends a session with it is refused: it would name them."""
    _must_be_nobody(call)
    form = await read_json(request, SealedApplication)
    return canonical(await take_upload(call, about(request), form), CREATED)


async def withdraw(request: Request, call: Call) -> Response:
    """Take a withdrawal, without a session too."""
    _must_be_nobody(call)
    form = await read_json(request, SignedWithdrawal)
    return canonical(await take_withdrawal(call, about(request), form), CREATED)


def _must_be_nobody(call: Call) -> None:
    if call.actor.signed_in:
        raise MarketError("selection.send_without_session", Kind.INVALID)


async def show_envelope(request: Request, call: Call) -> Response:
    """Box reports, ledger entry and proof of one upload; only its sender knows its hash."""
    sha256 = request.path_params["sha256"]
    return JSONResponse(await envelope_state(call, about(request), sha256))


async def publication(request: Request, call: Call) -> Response:
    """What the owner is about to publish: rules of the draw and terms of the envelopes."""
    need = await need_of(request.path_params["code"], call.actor, call.now)
    must(need.why_not_publish)
    made = await prepare(call.tools, need, call.now)
    return canonical(
        {
            "about": made.about,
            "rules": made.rules,
            "draw_id": draw_id(made.rules).hex(),
            "terms": {
                "k": made.facts.k,
                "trustees": made.facts.trustees,
                "opens_at": made.facts.opens_at,
            },
        }
    )


async def publish(request: Request, call: Call) -> Response:
    """Publish, with the owner's part of the seed and maybe its signature."""
    form = await read_json(request, OwnContribution)
    code = request.path_params["code"]
    signature = await signatures.taken(call, form.signed) if form.signed else None
    await publish_round(call, code, form, signature)
    return JSONResponse({"location": f"/projects/{code}"})


async def show_paper(request: Request, call: Call) -> Response:
    """Freeze, transcript or ranking: the stored bytes, once everyone may see them."""
    names = {"draw.json": "transcript", "ranking.json": "ranking", "freeze.json": "freeze"}
    name = names.get(request.path_params["paper"])
    if name is None:
        raise not_found("paper")
    data = await public_paper(about(request), name, call.actor.role)
    return Response(data, media_type="application/json")


async def notice(request: Request, _call: Call) -> Response:
    """Leads to the notice of a round."""
    card = await documents.paper_of(about(request), NOTICE.name)
    return see_other(f"/documents/{card.code}")
