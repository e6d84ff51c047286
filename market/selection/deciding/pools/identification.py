"""Whether an applicant that was chosen is who it says it is (PROTOCOL.md §5.4).

Binds application, one-time key, admission, certificate and standing; what does not hold is a move,
and the next in line follows.
"""

from asyncio import to_thread

from market.accounts.queries import certificate_holder
from market.kernel.call import Call
from market.selection.artifacts import paper
from market.selection.deciding import freeze_documents, inputs, opening
from market.selection.deciding.names import known_agency
from market.selection.deciding.pools.pool import FallsAway, Named
from market.selection.models import Freeze, Opened, Round
from market.selection.rules import Moved
from signing.core.canonical import JsonObject, loads, unb64
from signing.core.errors import Refused
from signing.core.hashing import sha256
from signing.rounds import admission
from signing.statements import cades


async def identify(call: Call, round_: Round, record: JsonObject) -> Named | FallsAway | None:
    """Open the identity of a record and hold it against all that is known of it. Inside a unit."""
    sha = record["identity"]
    shares = (await inputs.shares_of([sha])).get(sha, {})
    if len(shares) < round_.terms["k"]:
        return None
    contents = opening.open_all(await inputs.envelopes_of([sha]), {sha: shares})
    payload = contents.payloads[sha]
    await Opened.create(envelope_id=sha, payload=payload)
    if payload is None:
        return FallsAway(Moved.IDENTITY_UNREADABLE, sha)
    return await _identified(call, round_, record, payload)


async def _identified(
    call: Call, round_: Round, record: JsonObject, payload: bytes
) -> Named | FallsAway:
    sha = record["identity"]
    application = bytes((await Opened.get(envelope_id=record["application"])).payload)
    body = loads(application)
    try:
        said = admission.read_identity(payload, application, body["admission"])
    except Refused:
        return FallsAway(Moved.IDENTITY_UNBOUND, sha)
    agency = said["agency"]
    if await known_agency(agency["code"]) != agency:
        return FallsAway(Moved.IDENTITY_UNBOUND, sha)
    if not await _signed(call, said):
        return FallsAway(Moved.SIGNATURE_BAD, sha)
    freeze = await Freeze.get(round_id=round_.about)
    snapshot = await paper(freeze.snapshot_sha256)
    shown = await to_thread(freeze_documents.shown_standing, snapshot, agency["code"])
    if cause := _out(shown):
        return FallsAway(cause, sha, {"standing": shown} if shown else {})
    return Named(agency, said["salt"], sha, shown, body.get("price_fen"))


def _out(shown: JsonObject | None) -> Moved | None:
    """Why the standing at the freeze, if there was one, keeps somebody out."""
    if shown is None or not shown["record"]["qualified"]:
        return Moved.NOT_QUALIFIED
    return Moved.AVOIDED if shown["record"]["avoided"] else None


async def _signed(call: Call, said: JsonObject) -> bool:
    """Whether just the enclosed certificate signed, stands for this agency, valid, not revoked."""
    fingerprint = sha256(unb64(said["certificate_b64"])).hex()
    statement = said["statement"].encode()
    signature, trust = unb64(said["cms_b64"]), call.tools.trust()
    try:
        shown = cades.accept_of_either(statement, signature, trust, call.now).holder
    except Refused:
        return False
    agency = said["agency"]
    if (shown.sha256, shown.credit_code) != (fingerprint, agency["credit_code"]):
        return False
    return bool(await certificate_holder(fingerprint) == agency["code"])
