"""What the notice of selection (中选通知书) says: canonical data, from which the paper is set."""

from market.accounts.queries import organisation
from market.kernel.call import Call
from market.projects import queries as projects
from market.selection.deciding.inputs import newest_time
from market.selection.events import Tag
from market.selection.models import Decision, Freeze, Result, Round
from signing.core.canonical import JsonObject, instant


async def notice_of(call: Call, round_: Round) -> JsonObject:
    """The statement behind the notice of a round whose publicity has ended.

    Decision and reveal have the ledger's times, which everybody checks it against.
    """
    need = await projects.need(round_.project)
    contact = await projects.contact_on_notice(round_.project)
    result = await Result.get(round_id=round_.about)
    freeze = await Freeze.get(round_id=round_.about)
    decision = await Decision.get(round_id=round_.about)
    winner = await organisation(result.winner)
    return {
        "v": 2,
        "kind": "selection_notice",
        "about": round_.about,
        "project": round_.project,
        "title": need["title"],
        "owner": need["owner"]["name"],
        "owner_contact": {"name": contact.name, "phone": contact.phone},
        "region": round_.region,
        "item": round_.item,
        "way": round_.way,
        "pool": round_.pool,
        "agency": {"code": winner.code, "name": winner.name, "credit_code": winner.credit_code},
        "price_fen": result.price_fen,
        "control_price_fen": need["control_price_fen"],
        "service_days": need["service_days"],
        "way_terms": need.get("way_terms"),
        "applicants": freeze.count,
        "transcript_sha256": decision.transcript_sha256,
        "decided_at": await newest_time(round_.about, Tag.DECIDED),
        "published_from_at": await newest_time(round_.about, Tag.REVEALED),
        "published_until_at": instant(result.publicity_until),
        "issued_at": instant(call.now),
    }
