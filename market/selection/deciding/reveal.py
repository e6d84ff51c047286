"""The one door from a code to a name: the identity of who was chosen is opened, checked, shown.

Binds application, one-time key, admission, certificate and standing; what does not hold is a move,
and the next in line follows (PROTOCOL.md §5.4). The only importer of ``agencies.identity``.
"""

from datetime import timedelta
from typing import Any

from market.accounts.queries import certificate_holder
from market.accounts.regions import rules_of
from market.agencies import identity
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import MarketError
from market.selection import stages
from market.selection.artifacts import paper, paper_of
from market.selection.deciding import freeze_documents, inputs, opening
from market.selection.deciding.released import chosen_record, shares_are_in
from market.selection.deciding.step import Step
from market.selection.deciding.succession import move_on
from market.selection.models import Decision, Freeze, Opened, Result, Round
from market.selection.round_secrets import salt_key
from market.selection.rules import Moved
from market.selection.states import Event, State
from market.selection.steps import locked, move
from signing.core.canonical import JsonObject, loads, unb64
from signing.core.errors import Refused
from signing.core.hashing import sha256
from signing.rounds import admission, standing
from signing.rounds.facts import Agency, Revealed
from signing.statements import cades
from signing.ways.pools import POOLS


@use_case
async def reveal_winner(call: Call, about: str) -> None:
    """Name who was chosen, or move on when the identity does not hold."""
    round_ = await locked(about)
    if round_.state is not State.DECIDED:
        return
    record = await chosen_record(about)
    if not POOLS[round_.pool].applied_for:
        await _show(call, round_, _registered(call, round_, record, await paper_of(round_, "pool")))
        return
    sha = record["identity"]
    shares = (await inputs.shares_of([sha])).get(sha, {})
    if len(shares) < round_.terms["k"]:
        return
    contents = opening.open_all(await inputs.envelopes_of([sha]), {sha: shares})
    payload = contents.payloads[sha]
    await Opened.create(envelope_id=sha, payload=payload)
    if payload is None:
        await move_on(call, round_, Moved.IDENTITY_UNREADABLE, sha)
        return
    outcome = await _identified(call, round_, record, payload)
    if isinstance(outcome, Moved):
        ground = await _ground(round_, outcome, payload)
        await move_on(call, round_, outcome, sha, **ground)
    else:
        await _show(call, round_, {**outcome, "identity": sha})


async def _identified(
    call: Call, round_: Round, record: JsonObject, payload: bytes
) -> dict[str, Any] | Moved:
    opened = await Opened.get(envelope_id=record["application"])
    application = bytes(opened.payload)
    body = loads(application)
    try:
        said = admission.read_identity(payload, application, body["admission"])
    except Refused:
        return Moved.IDENTITY_UNBOUND
    agency = said["agency"]
    known = await known_agency(agency["code"])
    if known is None or (known.name, known.credit_code) != (agency["name"], agency["credit_code"]):
        return Moved.IDENTITY_UNBOUND
    if not await _signed(call, said):
        return Moved.SIGNATURE_BAD
    shown = await _standing(round_, agency["code"])
    if shown is None or not shown["record"]["qualified"]:
        return Moved.NOT_QUALIFIED
    if shown["record"]["avoided"]:
        return Moved.AVOIDED
    return {
        "agency": agency,
        "agency_salt": said["salt"],
        "standing": shown,
        "price_fen": body.get("price_fen"),
    }


async def known_agency(code: str) -> identity.Identity | None:
    """The registered agency of an opened code, if there is one."""
    try:
        return await identity.of(code)
    except MarketError:
        return None


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


async def _ground(round_: Round, cause: Moved, payload: bytes) -> dict[str, JsonObject]:
    """The standing in the snapshot, where that is why somebody falls away."""
    if cause not in {Moved.NOT_QUALIFIED, Moved.AVOIDED}:
        return {}
    shown = await _standing(round_, loads(payload)["agency"]["code"])
    return {} if shown is None else {"standing": shown}


async def _standing(round_: Round, agency: str) -> JsonObject | None:
    freeze = await Freeze.get(round_id=round_.about)
    private = await paper(freeze.snapshot_sha256)
    try:
        shown = freeze_documents.shown_standing(private, agency)
    except StopIteration:
        return None
    standing.check(freeze_documents.root_of(private), shown, agency)
    return shown


def _registered(call: Call, round_: Round, record: JsonObject, private: bytes) -> dict[str, Any]:
    key = salt_key(call.tools, round_.about)
    agency = freeze_documents.agency_behind(private, record["id"])
    return {
        "agency": {"code": agency},
        "agency_salt": freeze_documents.agency_salt(key, agency).hex(),
        "identity": None,
        "standing": None,
        "price_fen": None,
    }


async def _show(call: Call, round_: Round, what: dict[str, Any]) -> None:
    agency: Agency = what["agency"]
    if "name" not in agency:
        known = await identity.of(agency["code"])
        agency = {"code": known.code, "name": known.name, "credit_code": known.credit_code}
    decision = await Decision.get(round_id=round_.about)
    told = Revealed(
        leaf=str(decision.chosen),
        agency=agency,
        agency_salt=what["agency_salt"],
        identity=what["identity"],
        standing=what["standing"],
        price_fen=what["price_fen"],
    )
    days = rules_of(round_.region, call.now).publicity_days
    await Result.create(
        round_id=round_.about,
        winner=agency["code"],
        winner_name=agency["name"],
        price_fen=what["price_fen"],
        revealed_at=call.now,
        publicity_until=call.now + timedelta(days=days),
    )
    await move(call, round_, Event.REVEALED, told)


REVEAL = Step(stages.REVEAL, reveal_winner, given=shares_are_in)
